import { binomInterval, chi2Sf, chiSquareGof, requiredN } from '../stats/index.ts';
import { clientSpread } from './client-spread.ts';
import { detection, deviated } from './detection.ts';
import { differingOf, differingText, type Differing } from './differing.ts';
import { failingOf, failingText, flagTexts, togetherOf, type Failing } from './failing.ts';
import { orderLimit } from './evidence.ts';
import type { Judgement, JudgeOptions, RunningCounts } from './judgement.ts';
import type { Evidence } from './mechanism/mechanism.ts';
import { pastOf, pastText, type Past } from './past.ts';
import { findings } from './rank.ts';
import { evidenceLevels } from './rule-of-evidence.ts';
import { rulesWithRequests } from './rules-with-requests.ts';
import { rarestKey } from './rarest.ts';
import { sentenceOf } from './sentence.ts';
import { settleOf } from './settle.ts';
import type { Sighting, Weights } from './sighting.ts';
import { mustBeBetween, weigh, type Weighed } from './weigh.ts';

/** Choices that are kept to be drawn one by one, and points of the running share. */
const stripLimit = 200;
const runningPoints = 200;
/** An observed share this close to the expected one is not asked to be told from it. */
const leastDeviation = 0.005;

/**
 * Judge what was seen against weights: chance, too few to tell, suspicious, or a fault, and which mechanism it looks like.
 * @throws RangeError for a conf, power or deviation that is not between 0 and 1.
 *
 * @example
 * judge({ keys: ['v1', 'v3'], counts: [4, 11] }, { keys: ['v1', 'v3'], weights: [50, 50] }); // => { kind: 'chance', p: 0.1185 }
 * judge({ keys: ['v1', 'v3'], counts: [0, 20] }, { keys: ['v1', 'v3'], weights: [50, 50] }); // => { kind: 'fault' }
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
  const { fault } = evidenceLevels({ conf, looks: weighed.looks });
  const failing = sighting.keys
    .flatMap(
      (key, row) => failingOf(key, sighting.counts[row]!, sighting.failures?.[row] ?? new Map(), fault) ?? [],
    )
    .sort((a, b) => b.failed / b.requests - a.failed / a.requests);
  const together = togetherFailing(sighting, failing, fault);
  const differing = differingOf(sighting.keys, sighting.counts, sighting.failures ?? [], fault);
  const past =
    options.past === undefined ? undefined : pastOf(options.past, requests, evidenceLevels({ conf }).fault);
  const found = kind === 'fault' ? findings(weighed.ranked, evidence, conf) : [];
  const chiSquare = impossible.length > 0 ? 0 : chiSquareOf(weighed);
  // Numbers of requests are for one rule: a mean over several has another variance than any of them.
  const isOneRule = rulesWithRequests(weighed.tallies.map((counts) => ({ counts }))).length <= 1;
  return {
    schema: 'meshshift/judgement/v1alpha1',
    kind,
    sentence: `${leadOf(failing, together, differing, past)}${sentenceOf(weighed, versions, found)}`,
    tooFew: weighed.tooFew,
    requests,
    unknown: sighting.sequence === undefined ? 0 : sighting.sequence.filter((key) => key < 0).length,
    conf,
    versions,
    rules: weighed.rules.map((shares, rule) => ({ shares, counts: weighed.tallies[rule]! })),
    impossible,
    p: weighed.p,
    test: weighed.test,
    levels: weighed.levels,
    looks: weighed.looks,
    logEvidence: Number.isFinite(weighed.logEvidence) ? weighed.logEvidence : null,
    needed: isOneRule ? neededFor(expected, requests, conf, within) : [],
    detect: power === undefined || !isOneRule ? null : detectionOf(weighed, versions, power, deviation),
    equivalence: within === undefined ? null : { within, verdict: equivalenceOf(versions, within) },
    clients: clientsOf(evidence, chiSquare),
    failing,
    together,
    differing,
    ...(past === undefined ? {} : { past }),
    mechanisms: found,
    settle: settleOf(sighting, weighed, found),
    strip: Array.from(sighting.sequence?.filter((key) => key >= 0).slice(0, stripLimit) ?? []),
    running: runningCounts(sighting, weighed.ruleOf),
  };
}

/** What fails of all versions together, where no one of them is shown to fail and more than one does. */
function togetherFailing(
  { counts, failures = [] }: Sighting,
  failing: readonly Failing[],
  fault: number,
): Failing | null {
  if (failing.length < 2 || failing.some(({ leads }) => leads)) return null;
  const requests = counts.reduce((sum, own) => sum + own, 0);
  const all = failingOf(null, requests, togetherOf(failures), fault);
  return all?.leads === true ? all : null;
}

/** What fails, and why, and what went past the weights; then "The split: ". */
function leadOf(
  failing: readonly Failing[],
  together: Failing | null,
  differing: readonly Differing[],
  past: Past | undefined,
): string {
  const leading = failing.filter(({ leads }) => leads);
  const all = together === null ? [] : [together];
  const texts = [
    ...leading.map((own) => failingText(own)),
    ...all.map((own) => failingText(own, 'Of all versions together')),
    ...differing.map(differingText),
    ...flagTexts([...leading, ...all, ...differing]),
    ...(past?.leads === true ? [pastText(past)] : []),
  ];
  return texts.length === 0
    ? ''
    : `${texts.join(' ')} The split${past?.leads === true ? ' of the rest' : ''}: `;
}

/** Pearson's X^2 of each rule's requests, added up. */
function chiSquareOf({ rules, tallies }: Weighed): number {
  return tallies.reduce((sum, counts, rule) => {
    const own = chiSquareGof({ counts: [...counts], weights: [...rules[rule]!] });
    return sum + own.stat;
  }, 0);
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
  { expected, requests, levels }: Weighed,
  versions: Judgement['versions'],
  power: number,
  deviation: number,
): Judgement['detect'] {
  const own = versions[rarestKey(expected)]!;
  if (own.expected === 0 || own.expected === 1) return null;
  const to = (from: number) =>
    detection({ key: own.key, share: own.expected, from, level: levels.fault, power, requests });
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

function clientsOf({ sequence, clients, keys, ruleOf }: Evidence, chiSquare: number): Judgement['clients'] {
  if (clients === undefined) return null;
  const spread = clientSpread(sequence, clients, keys.length, ruleOf);
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
