import seedrandom from 'seedrandom';
import type { Mutant } from './mutate.ts';

/** Sources of one folder: how many lines they have, and their mutants. */
export interface Stratum {
  readonly lines: number;
  readonly mutants: readonly Mutant[];
}

export interface DrawnMutant extends Mutant {
  /** What it does and where, without its line: an edit elsewhere in the file does not rename it. */
  readonly name: string;
}

/**
 * `count` mutants, no two on one line, each folder's share in proportion to its lines (largest remainders). Each mutant has
 * a lot of its own, which the seed and its name decide, and the lowest are drawn: the same seed over the same sources draws
 * the same, and over edited ones nearly the same.
 */
export function drawMutants(strata: readonly Stratum[], count: number, seed: string): DrawnMutant[] {
  const lines = strata.reduce((sum, own) => sum + own.lines, 0);
  const wanted = strata.map((own) => (count * own.lines) / lines);
  const shares = wanted.map(Math.floor);
  const left = count - shares.reduce((sum, own) => sum + own, 0);
  const byRemainder = [...wanted.keys()].sort((a, b) => (wanted[b]! % 1) - (wanted[a]! % 1));
  for (const index of byRemainder.slice(0, left)) shares[index]! += 1;
  return strata.flatMap((own, index) => lowestLots(named(own.mutants), shares[index]!, seed));
}

function named(mutants: readonly Mutant[]): DrawnMutant[] {
  const seen = new Map<string, number>();
  return mutants.map((mutant) => {
    const { file, operator, before, after } = mutant;
    const name = `${file} ${operator} ${before} -> ${after}`;
    const same = (seen.get(name) ?? 0) + 1;
    seen.set(name, same);
    return { ...mutant, name: same === 1 ? name : `${name} (${same})` };
  });
}

function lowestLots(mutants: readonly DrawnMutant[], count: number, seed: string): DrawnMutant[] {
  const lots = mutants.map((mutant) => ({ mutant, lot: seedrandom.alea(`${seed} ${mutant.name}`)() }));
  lots.sort((a, b) => a.lot - b.lot);
  const byLine = new Map<string, DrawnMutant>();
  for (const { mutant } of lots) {
    const line = `${mutant.file}:${mutant.line}`;
    if (byLine.size < count && !byLine.has(line)) byLine.set(line, mutant);
  }
  return [...byLine.values()].sort((a, b) =>
    a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start,
  );
}
