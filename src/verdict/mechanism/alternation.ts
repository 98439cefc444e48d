import { ln } from '../../kernel/math.ts';
import { plural } from '../../words/number.ts';
import { best, foretoldByMisses, logMean } from './likelihood.ts';
import type { Mechanism } from './mechanism.ts';
import { bestStart, logTurn } from './turn.ts';
import { turnText } from './words.ts';

/** Turns over several pods of two versions, each up to where it begins; one pod of each is a cycle (below). */
const longTurns = ['001', '011', '0001', '0111', '0011', '00011', '00101', '00111', '01011'].map((text) =>
  [...text].map(Number),
);
/** Cycles of more versions than this are too many to try. */
const mostKeys = 5;

/** Fitted: the `turn` as names, `misses` that do not follow it, of `choices`. */
export const alternation: Mechanism = {
  because: 'versions take fixed turns, as a balancer over pods does where no rule is in force',
  // At equal weights smooth weighted round robin brings the same, but takes another balancer in front of the mesh.
  common: 3,
  needs: 'sequence',
  spansRules: true,
  settledBy:
    'whether the caller has a sidecar and the rule names the host that it calls: endpoints take turns where no rule applies',
  logLikelihood: ({ sequence, keys }) => {
    if (keys.length < 2 || keys.length > mostKeys) return -Infinity;
    const cycles = logMean(cyclesOf(keys.length).map((cycle) => logCycle(sequence, cycle, keys.length)));
    if (keys.length > 2) return cycles;
    return logMean([cycles, logMean(longTurns.map((turn) => logTurn(sequence, turn, 2)))]);
  },
  describe: ({ sequence, keys }) => {
    const cycle = best(cyclesOf(keys.length), (own) => logCycle(sequence, own, keys.length));
    const long = keys.length > 2 ? undefined : best(longTurns, (own) => logTurn(sequence, own, 2));
    const isLong = long !== undefined && logTurn(sequence, long, 2) > logCycle(sequence, cycle, keys.length);
    const turn = isLong ? long : cycle;
    const misses = isLong ? bestStart(sequence, turn).misses : missesOfCycle(sequence, cycle).misses;
    return {
      sentence: `the turn is ${turnText(keys, turn)}; ${plural(misses, 'choice')} of ${sequence.length} fall out of it`,
      fitted: { turn: turn.map((key) => keys[key]!), misses, choices: sequence.length },
    };
  },
};

/** Each choice follows from the one before, so that a request missing from the log costs one miss and no more. */
function logCycle(sequence: Int32Array, cycle: readonly number[], keys: number): number {
  const { misses, foretold } = missesOfCycle(sequence, cycle);
  return foretoldByMisses(foretold, keys)[misses]! - (sequence.length - foretold) * ln(keys);
}

function missesOfCycle(
  sequence: Int32Array,
  cycle: readonly number[],
): { readonly misses: number; readonly foretold: number } {
  const next = new Map(cycle.map((key, index) => [key, cycle[(index + 1) % cycle.length]!]));
  let misses = 0;
  let foretold = 0;
  for (let i = 1; i < sequence.length; i++) {
    const wanted = next.get(sequence[i - 1]!);
    if (wanted === undefined) continue;
    foretold += 1;
    if (wanted !== sequence[i]) misses += 1;
  }
  return { misses, foretold };
}

/** Every cyclic order of every two or more of the keys. */
function cyclesOf(keys: number): number[][] {
  const cycles: number[][] = [];
  for (let members = 0; members < 1 << keys; members++) {
    const own = Array.from({ length: keys }, (_, key) => key).filter((key) => (members >> key) % 2 === 1);
    if (own.length >= 2) cycles.push(...permutations(own.slice(1)).map((rest) => [own[0]!, ...rest]));
  }
  return cycles;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
