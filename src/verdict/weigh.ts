import { exp } from '../kernel/math.ts';
import { probNoneSeen } from '../stats/index.ts';
import { evidenceOf } from './evidence.ts';
import type { JudgeOptions, TooFew, VerdictKind } from './judgement.ts';
import type { Evidence } from './mechanism/mechanism.ts';
import { logEvidence, rank, type Ranked } from './rank.ts';
import { rarestKey } from './rarest.ts';
import {
  evidenceLevels,
  evidenceOfP,
  orderPart,
  partOf,
  worseOf,
  type EvidenceLevels,
} from './rule-of-evidence.ts';
import { rulesInForce, type Sighting, type Weights } from './sighting.ts';
import { ruleTest, together, type TallyTest } from './tally-test.ts';

/** The verdict alone, with what it was come by. */
export interface Weighed extends TallyTest {
  readonly kind: VerdictKind;
  readonly tooFew: TooFew | null;
  readonly requests: number;
  readonly conf: number;
  /** What the p-value of the tally is held against. */
  readonly levels: EvidenceLevels;
  readonly looks: number;
  /** Which test it was that strayed, where it is suspicious or a fault. */
  readonly givenAwayBy: 'tally' | 'order';
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
 * A fault is called when a weight of 0 was seen, when the p-value of the tally is a fault by the rule of evidence, or, where the
 * order is known, when the mean likelihood ratio over all mechanisms reaches 1 / level: by Markov's inequality that happens in at
 * most `level` of all cases, which the tally leaves to it. The same with the wider levels is suspicious.
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
  const { looks = 1 } = options;
  const all = evidenceLevels({ conf, looks });
  const levels = isOrdered ? partOf(all, 1 - orderPart) : all;
  const { p, test } =
    impossible.length > 0
      ? { p: 0, test: 'a version of weight 0 was seen' }
      : together(tallies.map((counts, rule) => ruleTest(counts, rules[rule]!)));
  const ranked = rank(evidence);
  const evidenceOfAll = logEvidence(ranked);
  const ofTally = impossible.length > 0 ? 'fault' : evidenceOfP(p, levels);
  const ofOrder = isOrdered ? evidenceOfP(exp(-evidenceOfAll), partOf(all, orderPart)) : 'luck';
  const evidenceKind = worseOf(ofTally, ofOrder);
  const tooFew = evidenceKind === 'luck' ? tooFewBecause(tallies, rules, expected, levels) : null;
  return {
    kind: evidenceKind !== 'luck' ? evidenceKind : tooFew === null ? 'chance' : 'too few to tell',
    tooFew,
    p,
    test,
    requests,
    conf,
    levels,
    looks,
    givenAwayBy: ofTally === evidenceKind ? 'tally' : 'order',
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
  if (rules.length > 1 && sighting.sequence === undefined && sighting.phases !== undefined)
    return sighting.phases.map((counts) => [...counts]);
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
  { fault, suspicious }: EvidenceLevels,
): TooFew | null {
  const sizes = tallies.map((counts) => counts.reduce((sum, count) => sum + count, 0));
  const n = sizes.reduce((sum, size) => sum + size, 0);
  if (n === 0) return 'no tally could be a fault';
  const rarest = rarestKey(expected);
  if (expected[rarest] === 1) return null;
  if (n <= alwaysTells) {
    // The strangest tally: all requests went to the rarest version.
    const strangest = expected.map((_, key) => (key === rarest ? n : 0));
    if ((ruleTest(strangest, expected)?.p ?? 1) > fault) return 'no tally could be a fault';
  }
  const isUnseen = expected.some((share, key) => {
    if (share === 0 || tallies.some((counts) => counts[key]! > 0)) return false;
    return (
      rules.reduce((none, shares, rule) => none * probNoneSeen({ n: sizes[rule]!, p: shares[key]! }), 1) >
      suspicious
    );
  });
  return isUnseen ? 'a version was not seen' : null;
}

export function mustBeBetween(name: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} must be between 0 and 1, not ${value}`);
}
