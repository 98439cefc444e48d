import { ln } from '../../kernel/math.ts';
import { percentTo } from '../../words/number.ts';
import { best, foretoldByMisses, logDraws, logMean } from './likelihood.ts';
import type { Evidence, Fitted, Mechanism } from './mechanism.ts';
import { clamped, logShiftedShare, oddsRatio } from './shifted-share.ts';
import { sharesText } from './words.ts';

/**
 * Fitted: the `kind` that fits best and its parameters: "labels swapped" (`versions`), "failures left out" (`version`, its
 * `lost` share with `lostInterval`), "other callers counted" (share of `others`, `theirShares`), "counted twice" (`pairs`,
 * `broken` ones among them).
 */
export const wrongMeter: Mechanism = {
  because: 'the weights may be right and the count wrong: it was taken where something else passes',
  common: 1,
  needs: 'tally',
  spansRules: false,
  settledBy: "the tally at the caller's proxy, failed requests included, of callers that the rule speaks of",
  logLikelihood: (evidence) => logMean(kindsFor(evidence).map((kind) => kind.logLikelihood(evidence))),
  describe: (evidence, conf) => {
    const found = best(kindsFor(evidence), (kind) => kind.logLikelihood(evidence)).describe(evidence, conf);
    return { sentence: found.sentence, fitted: found.fitted };
  },
};

type Kind = Pick<Mechanism, 'logLikelihood' | 'describe'>;

const kindsFor = ({ sequence }: Evidence): readonly Kind[] =>
  sequence.length < 2
    ? [labelsSwapped, failuresLeftOut, otherCallers]
    : [labelsSwapped, failuresLeftOut, otherCallers, countedTwice];

const labelsSwapped: Kind = {
  logLikelihood: (evidence) =>
    logMean(pairsOf(evidence.keys.length).map((pair) => logDraws(evidence.counts, swapped(evidence, pair)))),
  describe: (evidence) => {
    const pair = best(pairsOf(evidence.keys.length), (own) =>
      logDraws(evidence.counts, swapped(evidence, own)),
    );
    const versions = pair.map((key) => evidence.keys[key]!);
    return {
      sentence: `${versions.join(' and ')} taken for each other would bring it`,
      fitted: { kind: 'labels swapped', versions },
    };
  },
};

const pairsOf = (keys: number): (readonly [number, number])[] =>
  Array.from({ length: keys }, (_, a) => a).flatMap((a) =>
    Array.from({ length: keys - a - 1 }, (_, more) => [a, a + 1 + more] as const),
  );

const swapped = ({ rules }: Evidence, [a, b]: readonly [number, number]): number[] =>
  rules[0]!.map((share, key) => (key === a ? rules[0]![b]! : key === b ? rules[0]![a]! : share));

/** Where only answered requests are counted, a version that fails has too small a share, down to none. */
const failuresLeftOut: Kind = {
  logLikelihood: (evidence) => logMean(evidence.keys.map((_, version) => logLosing(evidence, version))),
  describe: (evidence, conf) => {
    const { keys, counts, rules } = evidence;
    const version = best(
      keys.map((_, key) => key),
      (own) => logLosing(evidence, own),
    );
    const { fit, interval } = oddsRatio(counts, rules[0]![version]!, version, conf);
    const lost = clamped(1 - fit);
    return {
      sentence: `requests to ${keys[version]} that fail in ${percentTo(lost, 1)} of cases and are not counted would bring it`,
      fitted: {
        kind: 'failures left out',
        version: keys[version]!,
        lost,
        lostInterval: [clamped(1 - interval[1]), clamped(1 - interval[0])],
      },
    };
  },
};

const logLosing = ({ counts, rules }: Evidence, version: number): number =>
  logShiftedShare(counts, rules[0]!, version, 0, rules[0]![version]!);

/** Callers to whom the rule does not apply get the pods as they come; without pod counts, one of each. */
const otherCallers: Kind = {
  logLikelihood: (evidence) => {
    const { counts, keys, rules } = evidence;
    const theirs = podShares(evidence);
    if (keys.length === 2) {
      const [low, high] = [rules[0]![0]!, theirs[0]!].sort((a, b) => a - b) as [number, number];
      return high > low ? logShiftedShare(counts, rules[0]!, 0, low, high) : logDraws(counts, theirs);
    }
    return logMean(callerShares.map((others) => logDraws(counts, mixed(evidence, others))));
  },
  describe: (evidence) => {
    const others = best(callerShares, (own) => logDraws(evidence.counts, mixed(evidence, own)));
    const theirShares = podShares(evidence);
    return {
      sentence: `${percentTo(others, 1)} of what is counted coming from callers without the rule (${sharesText(evidence.keys, theirShares)}) would bring it`,
      fitted: { kind: 'other callers counted', others, theirShares },
    };
  },
};

const callerShares = Array.from({ length: 20 }, (_, i) => (i + 1) / 20);

function podShares({ podCounts, keys }: Evidence): number[] {
  const pods = podCounts ?? keys.map(() => 1);
  const total = pods.reduce((sum, count) => sum + count, 0);
  return pods.map((count) => count / total);
}

function mixed(evidence: Evidence, others: number): number[] {
  const theirs = podShares(evidence);
  return evidence.rules[0]!.map((share, key) => (1 - others) * share + others * theirs[key]!);
}

/** Lines come in pairs, as where the reports of the caller's proxy and of the pod's are both counted. */
const countedTwice: Kind = {
  logLikelihood: (evidence) => logMean([logPairs(evidence, 0), logPairs(evidence, 1)]),
  describe: (evidence) => {
    const first = best([0, 1], (own) => logPairs(evidence, own));
    const { pairs, broken } = pairsFrom(evidence.sequence, first);
    const fitted: Fitted = { kind: 'counted twice', pairs, broken };
    return {
      sentence: `lines come in pairs of one version, ${broken} of ${pairs} pairs apart: each request is counted twice, as by the caller's proxy and by the pod's`,
      fitted,
    };
  },
};

/** The first of each pair is drawn, the second foretold by it. */
function logPairs({ sequence, rules, keys }: Evidence, first: number): number {
  const logs = rules[0]!.map((share) => ln(share));
  const { pairs, broken } = pairsFrom(sequence, first);
  let log = foretoldByMisses(pairs, keys.length)[broken]!;
  for (let i = 0; i < sequence.length; i++) if (isFirst(i, first)) log += logs[sequence[i]!]!;
  return log;
}

/** The log may begin with the second of a pair, whose first is not seen. */
const isFirst = (i: number, first: number): boolean => i === 0 || i % 2 === first;

function pairsFrom(sequence: Int32Array, first: number): { readonly pairs: number; readonly broken: number } {
  let pairs = 0;
  let broken = 0;
  for (let i = 1; i < sequence.length; i++) {
    if (isFirst(i, first)) continue;
    pairs += 1;
    if (sequence[i] !== sequence[i - 1]) broken += 1;
  }
  return { pairs, broken };
}
