/** One line of the record of a decision: what was looked at, with which numbers, and what followed. */
export interface DecisionStep {
  readonly step:
    | 'input'
    | 'pods'
    | 'reading'
    | 'tolerance'
    | 'assumption'
    | 'guard'
    | 'proposal'
    | 'failure'
    | 'forced'
    | 'stabilisation'
    | 'limit'
    | 'result';
  /** A sentence or formula with its numbers. */
  readonly text: string;
  /** Of which metric it is, as events call it: `cpu resource utilization (percentage of request)`. Absent: of all. */
  readonly metric?: string;
  /** As `Failed` has it. */
  readonly lacksRequest?: string;
  /** Nothing interfered there. */
  readonly isPlain?: true;
}

export const step = (name: DecisionStep['step'], text: string): DecisionStep => ({ step: name, text });

/** What a Go int32 can hold: proposals beyond it are cut. */
const MAX_REPLICAS = 2_147_483_647;

/** The smallest whole number of replicas not below `value`. */
export const ceilReplicas = (value: number): number => Math.min(Math.ceil(value), MAX_REPLICAS);
