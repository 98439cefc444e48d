import { ln } from '../kernel/math.ts';
import {
  binomInterval,
  chi2Sf,
  chiSquareGof,
  exactBinomPower,
  probNoneSeen,
  requiredN,
} from '../stats/index.ts';
import { clientSpread, type ClientSpread } from './client-spread.ts';
import { deviated, requestsToDetect, type Detection } from './detect.ts';
import { evidenceOf, orderLimit } from './evidence.ts';
import type { Evidence } from './mechanism/mechanism.ts';
import { findings, logEvidence, rank, type Finding, type Ranked } from './rank.ts';
import { rulesWithRequests } from './rules-with-requests.ts';
import { rarestKey } from './rarest.ts';
import { sentenceOf } from './sentence.ts';
import { settleOf } from './settle.ts';
import { rulesInForce, type Sighting, type Weights } from './sighting.ts';
import { tallyTest, together, type TallyTest } from './tally-test.ts';

export { probabilityText } from './words.ts';

export interface JudgeOptions {
  /** Of intervals and verdict; 0.95 unless told. */
  readonly conf?: number;
  /** Is the split shown to be right within this much? */
  readonly within?: number;
  /** For the number of requests with which `deviation` would be called a fault; not worked out unless told. */
  readonly power?: number;
  /** The deviation of the rarest version's share that ought to be found; 0.1, which is 10 points, unless told. */
  readonly deviation?: number;
  /** Pods per key, for the mechanism in which no rule is in force. */
  readonly podCounts?: readonly number[];
}

export type VerdictKind = 'chance' | 'too few to tell' | 'fault';

/** Why too few: whatever came, it could not be a fault; or a version was not seen, and so few requests often miss it. */
export type TooFew = 'no tally could be a fault' | 'a version was not seen';

/** Pure data; the same facts as every text of it. */
export interface Judgement {
  readonly schema: 'meshshift/judgement/v1alpha1';
  readonly kind: VerdictKind;
  readonly sentence: string;
  /** Null for every other kind. */
  readonly tooFew: TooFew | null;
  readonly requests: number;
  /** Requests that told no version. */
  readonly unknown: number;
  readonly conf: number;
  readonly versions: readonly {
    readonly key: string;
    readonly count: number;
    /** Expected share: the weights, averaged over the requests where they changed. */
    readonly expected: number;
    readonly observed: number;
    readonly wilson: readonly [number, number];
    readonly clopperPearson: readonly [number, number];
  }[];
  /** Weights that were in force one after another, as shares per version, and what came under each. One unless they changed. */
  readonly rules: readonly { readonly shares: readonly number[]; readonly counts: readonly number[] }[];
  /** Versions of weight 0 that were seen. */
  readonly impossible: readonly string[];
  /** Two-sided p-value of the tally; 0 only where something impossible was seen. */
  readonly p: number;
  /** How the p-value was come by. */
  readonly test: string;
  /**
   * A p-value up to this is a fault: 1 - conf, of which a fifth is kept for what the order gives away where it is known.
   * Together luck is called a fault in at most 1 - conf.
   */
  readonly level: number;
  /** ln of the mean likelihood ratio of all mechanisms against luck; null where luck is impossible. A fault from ln of 5 / (1 - conf) on, where the order is known. */
  readonly logEvidence: number | null;
  /** Cohen's w = sqrt(X^2 / n): 0.1 small, 0.3 medium, 0.5 large. */
  readonly effect: number;
  /** Requests until the rarest share is known within 10 points, 5 points (and `within`), with the confidence above. */
  readonly needed: readonly {
    readonly within: number;
    readonly firstN: number;
    readonly stableN: number;
    readonly normalN: number;
    /** Requests that are missing until stableN. */
    readonly stillNeeded: number;
  }[];
  /** With `power`: requests until a share that is off would be called a fault by its tally; null without it. */
  readonly detect: {
    readonly power: number;
    /** The rarest share off by `deviation`. */
    readonly deviation: Detection;
    /** If what was observed were the truth; null where that is (nearly) what was to be expected. */
    readonly observed: Detection | null;
  } | null;
  readonly equivalence: {
    readonly within: number;
    readonly verdict: 'shown' | 'undecided' | 'contradicted';
  } | null;
  /** How clients differ, where two or more are known; `adjustedP` is that of the tally with X^2 over the design effect (Rao-Scott). */
  readonly clients: (ClientSpread & { readonly adjustedP: number }) | null;
  /** Ranked, the likeliest first; none unless it is a fault. */
  readonly mechanisms: readonly Finding[];
  /** What data would settle more. */
  readonly settle: readonly string[];
  /** The first choices in order (index into `versions`), where the order is known. */
  readonly strip: readonly number[];
  /** How the counts grew: up to the nth request, of those since the weights last changed; a few hundred points at most. */
  readonly running: readonly RunningCounts[];
}

export interface RunningCounts {
  readonly n: number;
  /** Index into `rules`. */
  readonly rule: number;
  /** Requests of each version under this rule so far. */
  readonly counts: readonly number[];
}

/** Choices that are kept to be drawn one by one, and points of the running share. */
const stripLimit = 200;
const runningPoints = 200;
/** Of 1 - conf, the share that is kept for the order. */
const orderPart = 0.2;
/** An observed share this close to the expected one is not asked to be told from it. */
const leastDeviation = 0.005;

/**
 * Judge what was seen against weights: chance, too few to tell, or a fault, and which mechanism it looks like.
 * @throws RangeError for a conf, power or deviation that is not between 0 and 1.
 */
export function judge(sighting: Sighting, weights: Weights, options: JudgeOptions = {}): Judgement {
  const { within, power, deviation = 0.1 } = options;
  mustBeBetween('deviation', deviation);
  if (power !== undefined) mustBeBetween('power', power);
  const weighed = weigh(sighting, weights, options);
  const { kind, requests, conf, expected, impossible, evidence } = weighed;
  const versions = sighting.keys.map((key, index) => {
    const count = sighting.counts[index]!;
    const interval = (method: 'wilson' | 'clopper-pearson'): readonly [number, number] =>
      binomInterval({ k: count, n: requests, conf, method });
    return {
      key,
      count,
      expected: expected[index]!,
      observed: requests === 0 ? 0 : count / requests,
      wilson: interval('wilson'),
      clopperPearson: interval('clopper-pearson'),
    };
  });
  const found = kind === 'fault' ? findings(weighed.ranked, evidence, conf) : [];
  const chiSquare = impossible.length > 0 ? 0 : chiSquareOf(weighed);
  // Numbers of requests are for one rule: a mean over several has another variance than any of them.
  const isOneRule = rulesWithRequests(weighed.tallies.map((counts) => ({ counts }))).length <= 1;
  return {
    schema: 'meshshift/judgement/v1alpha1',
    kind,
    sentence: sentenceOf(weighed, versions, found),
    tooFew: weighed.tooFew,
    requests,
    unknown: sighting.sequence === undefined ? 0 : sighting.sequence.filter((key) => key < 0).length,
    conf,
    versions,
    rules: weighed.rules.map((shares, rule) => ({ shares, counts: weighed.tallies[rule]! })),
    impossible,
    p: weighed.p,
    test: weighed.test,
    level: weighed.level,
    logEvidence: Number.isFinite(weighed.logEvidence) ? weighed.logEvidence : null,
    effect: requests === 0 ? 0 : Math.sqrt(chiSquare / requests),
    needed: isOneRule ? neededFor(expected, requests, conf, within) : [],
    detect: power === undefined || !isOneRule ? null : detectionOf(weighed, versions, power, deviation),
    equivalence: within === undefined ? null : { within, verdict: equivalenceOf(versions, within) },
    clients: clientsOf(evidence, chiSquare),
    mechanisms: found,
    settle: settleOf(sighting, kind, found),
    strip: Array.from(sighting.sequence?.filter((key) => key >= 0).slice(0, stripLimit) ?? []),
    running: runningCounts(sighting, weighed.ruleOf),
  };
}

/** Pearson's X^2 of each rule's requests, added up. */
function chiSquareOf({ rules, tallies }: Weighed): number {
  return tallies.reduce((sum, counts, rule) => {
    const own = chiSquareGof({ counts: [...counts], weights: [...rules[rule]!] });
    return sum + own.stat;
  }, 0);
}

/** The verdict alone, with what it was come by. */
export interface Weighed extends TallyTest {
  readonly kind: VerdictKind;
  readonly tooFew: TooFew | null;
  readonly requests: number;
  readonly conf: number;
  readonly level: number;
  readonly expected: readonly number[];
  /** Shares of each rule, which of them each request of the sequence was drawn by, and the counts of each. */
  readonly rules: readonly (readonly number[])[];
  readonly ruleOf: Int32Array;
  readonly tallies: readonly (readonly number[])[];
  readonly impossible: readonly string[];
  readonly logEvidence: number;
  readonly ranked: readonly Ranked[];
  readonly evidence: Evidence;
}

/**
 * The verdict without intervals, sizes and fitted parameters: many sequences a second.
 *
 * A fault is called when a weight of 0 was seen, when the test of the tally rejects at `level`, or, where the order is known,
 * when the mean likelihood ratio over all mechanisms reaches 5 / (1 - conf): by Markov's inequality that happens in at most a
 * fifth of 1 - conf, which `level` leaves to it.
 */
export function weigh(sighting: Sighting, weights: Weights, options: JudgeOptions = {}): Weighed {
  const { conf = 0.95 } = options;
  mustBeBetween('conf', conf);
  const { rules, ruleOf } = rulesInForce(sighting, weights);
  const requests = sighting.counts.reduce((sum, count) => sum + count, 0);
  const tallies = tallyByRule(sighting, rules, ruleOf);
  const expected = expectedShares(tallies, rules);
  const impossible = sighting.keys.filter((_, key) =>
    tallies.some((counts, rule) => counts[key]! > 0 && rules[rule]![key] === 0),
  );
  const evidence = evidenceOf(sighting, rules, ruleOf, options.podCounts);
  const isOrdered = evidence.sequence.length > 0;
  // Rounded: 1 - 0.95 is 0.050000000000000044.
  const level = Number(((1 - conf) * (isOrdered ? 1 - orderPart : 1)).toPrecision(12));
  const { p, test } =
    impossible.length > 0
      ? { p: 0, test: 'a version of weight 0 was seen' }
      : together(tallies.map((counts, rule) => tallyTest(counts, rules[rule]!)));
  const ranked = rank(evidence);
  const evidenceOfAll = logEvidence(ranked);
  const isFault =
    impossible.length > 0 || p <= level || (isOrdered && evidenceOfAll >= -ln(orderPart * (1 - conf)));
  const tooFew = isFault ? null : tooFewBecause(tallies, rules, expected, level);
  return {
    kind: isFault ? 'fault' : tooFew === null ? 'chance' : 'too few to tell',
    tooFew,
    p,
    test,
    requests,
    conf,
    level,
    expected,
    rules,
    ruleOf,
    tallies,
    impossible,
    logEvidence: evidenceOfAll,
    ranked,
    evidence,
  };
}

/** Requests of each key under each rule. Where nothing changed these are the counts, whether or not the order was kept. */
function tallyByRule(
  sighting: Sighting,
  rules: readonly (readonly number[])[],
  ruleOf: Int32Array,
): number[][] {
  if (rules.length === 1 || sighting.sequence === undefined)
    return rules.map((_, rule) => sighting.counts.map((count) => (rule === 0 ? count : 0)));
  const tallies = rules.map(() => sighting.keys.map(() => 0));
  sighting.sequence.forEach((key, i) => {
    if (key >= 0) tallies[ruleOf[i]!]![key]! += 1;
  });
  return tallies;
}

/** Shares of the rules, each as often as it was in force. */
function expectedShares(tallies: readonly number[][], rules: readonly (readonly number[])[]): number[] {
  const sizes = tallies.map((counts) => counts.reduce((sum, count) => sum + count, 0));
  const n = sizes.reduce((sum, size) => sum + size, 0);
  if (rules.length === 1 || n === 0) return [...rules[0]!];
  return rules[0]!.map(
    (_, key) => rules.reduce((sum, shares, rule) => sum + shares[key]! * sizes[rule]!, 0) / n,
  );
}

/** Requests with which there always is a tally that would be a fault: 0.5^60 is below any level. */
const alwaysTells = 60;

function tooFewBecause(
  tallies: readonly number[][],
  rules: readonly (readonly number[])[],
  expected: readonly number[],
  level: number,
): TooFew | null {
  const sizes = tallies.map((counts) => counts.reduce((sum, count) => sum + count, 0));
  const n = sizes.reduce((sum, size) => sum + size, 0);
  if (n === 0) return 'no tally could be a fault';
  const rarest = rarestKey(expected);
  if (expected[rarest] === 1) return null;
  if (n <= alwaysTells) {
    // The strangest tally: all requests went to the rarest version.
    const strangest = expected.map((_, key) => (key === rarest ? n : 0));
    if (tallyTest(strangest, expected).p > level) return 'no tally could be a fault';
  }
  const isUnseen = expected.some((share, key) => {
    if (share === 0 || tallies.some((counts) => counts[key]! > 0)) return false;
    return (
      rules.reduce((none, shares, rule) => none * probNoneSeen({ n: sizes[rule]!, p: shares[key]! }), 1) >
      level
    );
  });
  return isUnseen ? 'a version was not seen' : null;
}

function neededFor(
  shares: readonly number[],
  requests: number,
  conf: number,
  within: number | undefined,
): Judgement['needed'] {
  const rarest = shares[rarestKey(shares)]!;
  if (rarest === 0 || rarest === 1) return [];
  return [...new Set([0.1, 0.05, ...(within === undefined || within < 0.001 ? [] : [within])])]
    .sort((a, b) => b - a)
    .map((e) => {
      const sizes = requiredN({ p: rarest, e, conf });
      return { within: e, ...sizes, stillNeeded: Math.max(0, sizes.stableN - requests) };
    });
}

function detectionOf(
  { expected, requests, level }: Weighed,
  versions: Judgement['versions'],
  power: number,
  deviation: number,
): Judgement['detect'] {
  const rarest = rarestKey(expected);
  const own = versions[rarest]!;
  if (own.expected === 0 || own.expected === 1) return null;
  const to = (from: number): Detection => {
    const sizes = requestsToDetect({ p0: own.expected, p1: from, alpha: level, power });
    return {
      key: own.key,
      share: own.expected,
      from,
      powerNow:
        requests === 0 ? 0 : exactBinomPower({ n: requests, p0: own.expected, p1: from, alpha: level }),
      ...sizes,
      stillNeeded: Math.max(0, sizes.stableN - requests),
    };
  };
  const isOff = requests > 0 && Math.abs(own.observed - own.expected) >= leastDeviation;
  return {
    power,
    deviation: to(deviated(own.expected, deviation)),
    observed: isOff ? to(own.observed) : null,
  };
}

function equivalenceOf(
  versions: Judgement['versions'],
  within: number,
): 'shown' | 'undecided' | 'contradicted' {
  const inside = versions.every(
    (own) => own.clopperPearson[0] >= own.expected - within && own.clopperPearson[1] <= own.expected + within,
  );
  if (inside) return 'shown';
  const outside = versions.some(
    (own) => own.clopperPearson[0] > own.expected + within || own.clopperPearson[1] < own.expected - within,
  );
  return outside ? 'contradicted' : 'undecided';
}

function clientsOf({ sequence, clients, keys }: Evidence, chiSquare: number): Judgement['clients'] {
  if (clients === undefined) return null;
  const spread = clientSpread(sequence, clients, keys.length);
  if (spread === undefined) return null;
  const df = keys.length - 1;
  return { ...spread, adjustedP: df === 0 ? 1 : chi2Sf({ x: chiSquare / spread.designEffect, df }) };
}

function runningCounts({ sequence, keys }: Sighting, ruleOf: Int32Array): RunningCounts[] {
  if (sequence === undefined) return [];
  const chosen = sequence.reduce((sum, key) => sum + (key < 0 ? 0 : 1), 0);
  const last = Math.min(chosen, orderLimit);
  const step = Math.max(1, Math.ceil(last / runningPoints));
  const points: RunningCounts[] = [];
  let counts = keys.map(() => 0);
  let rule = 0;
  let n = 0;
  for (let i = 0; i < sequence.length && n < last; i += 1) {
    const key = sequence[i]!;
    if (key < 0) continue;
    if (ruleOf[i] !== rule) {
      rule = ruleOf[i]!;
      counts = keys.map(() => 0);
    }
    counts[key]! += 1;
    n += 1;
    if (n % step === 0 || n === last) points.push({ n, rule, counts: [...counts] });
  }
  return points;
}

function mustBeBetween(name: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} must be between 0 and 1, not ${value}`);
}
