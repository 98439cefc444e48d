import { comparisonFormat } from '../../record/format.ts';
import type { ComparedMeasure, Comparison } from '../../record/comparison.ts';
import type { Sweep, SweepMeasure, SweepPoint } from '../../record/sweep.ts';
import { pairedDifference } from '../paired.ts';
import { summaryOf } from './summary.ts';

/** One of the two, as somebody asked for it. */
export interface Side {
  readonly name: string;
  readonly title: string;
  readonly hash: string;
  readonly settings: readonly string[];
}

/** All intervals together leave out the truth so often. */
const familyError = 0.05;

/**
 * The two settings of a sweep, pair by pair: a replication has the same seed at both, so that what differs within a pair is what
 * the scenarios make differ. A measure that is alike in all pairs needs no interval; the others share the error among
 * themselves (Bonferroni), as some interval of many would leave out 0 by luck.
 */
export function comparisonOf(sweep: Sweep, a: Side, b: Side, command: string): Comparison {
  const [ofA, ofB] = sweep.points as readonly [SweepPoint, SweepPoint];
  const paired = sweep.measures.flatMap((measure) => {
    const pairs = pairsOf(measure, ofA, ofB);
    return pairs.length === 0 ? [] : [{ measure, pairs }];
  });
  const varying = paired.filter(({ pairs }) => pairs.some(([one, other]) => one !== other));
  const confidence = 1 - familyError / Math.max(1, varying.length);
  const measures = paired.map(({ measure, pairs }): ComparedMeasure => {
    const difference = pairedDifference(
      pairs.map(([one]) => one),
      pairs.map(([, other]) => other),
      confidence,
    );
    const { low, high } = difference;
    return {
      ...measure,
      a: summaryOf(measure, ofA.runs)!,
      b: summaryOf(measure, ofB.runs)!,
      difference,
      changed: low !== null && high !== null && (low > 0 || high < 0),
    };
  });
  return {
    schema: comparisonFormat,
    version: sweep.version,
    command,
    seed: sweep.scenario.seed,
    replications: sweep.replications,
    a: { ...a, holds: holding(ofA) },
    b: { ...b, holds: holding(ofB) },
    confidence,
    measures,
    changed: measures.some((own) => own.changed),
    missing: sweep.missing,
  };
}

const holding = ({ runs }: SweepPoint): number =>
  runs.filter(({ answer }) => answer !== 'does not hold').length;

/** Of the replications that both have. */
function pairsOf({ name }: SweepMeasure, a: SweepPoint, b: SweepPoint): (readonly [number, number])[] {
  const others = new Map(b.runs.map(({ replication, values }) => [replication, values[name]]));
  return a.runs.flatMap(({ replication, values }) => {
    const [own, other] = [values[name], others.get(replication)];
    return own === undefined || other === undefined ? [] : [[own, other] as const];
  });
}
