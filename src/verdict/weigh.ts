import { ln } from '../kernel/math.ts';
import { probNoneSeen } from '../stats/index.ts';
import { evidenceOf } from './evidence.ts';
import type { JudgeOptions, TooFew, VerdictKind } from './judgement.ts';
import type { Evidence } from './mechanism/mechanism.ts';
import { logEvidence, rank, type Ranked } from './rank.ts';
import { rarestKey } from './rarest.ts';
import { rulesInForce, type Sighting, type Weights } from './sighting.ts';
import { ruleTest, together, type TallyTest } from './tally-test.ts';

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

/** Of 1 - conf, the share that is kept for the order. */
const orderPart = 0.2;

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
      : together(tallies.map((counts, rule) => ruleTest(counts, rules[rule]!)));
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
    if ((ruleTest(strangest, expected)?.p ?? 1) > level) return 'no tally could be a fault';
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

export function mustBeBetween(name: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} must be between 0 and 1, not ${value}`);
}
