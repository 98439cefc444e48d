import { ln } from '../../kernel/math.ts';

/**
 * The cheapest cut of 0..n into pieces, where a cut costs `penalty` beside its pieces' own costs: PELT (Killick, Fearnhead, Eckley,
 * JASA 2012), exact where a piece never costs more than its parts together.
 * @param cost of the piece from `from` up to `end`.
 * @returns the edges, 0 and n included.
 */
export function cheapestCuts(
  n: number,
  cost: (from: number, end: number) => number,
  penalty: number,
  shortest = 1,
): readonly number[] {
  if (n === 0) return [0];
  const best = new Float64Array(n + 1).fill(Infinity);
  const last = new Int32Array(n + 1);
  best[0] = -penalty;
  let open: number[] = [0];
  for (let end = shortest; end <= n; end += 1) {
    const entering = end - shortest;
    if (entering >= shortest) open.push(entering);
    for (const from of open) {
      const total = best[from]! + cost(from, end) + penalty;
      if (total < best[end]!) {
        best[end] = total;
        last[end] = from;
      }
    }
    const bound = best[end]!;
    open = open.filter((from) => best[from]! + cost(from, end) <= bound);
  }
  const edges = [n];
  while (edges[0]! > 0) edges.unshift(last[edges[0]!]!);
  return edges;
}

/** Cost of pieces of counts with one Poisson rate each: twice the negative log-likelihood, but for what all cuts share. */
export function poissonCost(counts: ArrayLike<number>): (from: number, end: number) => number {
  const sums = new Float64Array(counts.length + 1);
  for (let at = 0; at < counts.length; at += 1) sums[at + 1] = sums[at]! + counts[at]!;
  return (from, end) => {
    const sum = sums[end]! - sums[from]!;
    return sum === 0 ? 0 : 2 * sum * (1 - ln(sum / (end - from)));
  };
}

/** The same for draws from `kinds` values, each piece with shares of its own. */
export function shareCost(draws: ArrayLike<number>, kinds: number): (from: number, end: number) => number {
  const sums = Array.from({ length: kinds }, () => new Float64Array(draws.length + 1));
  for (let at = 0; at < draws.length; at += 1)
    for (let kind = 0; kind < kinds; kind += 1)
      sums[kind]![at + 1] = sums[kind]![at]! + (draws[at] === kind ? 1 : 0);
  return (from, end) => {
    let cost = 0;
    for (const sum of sums) {
      const count = sum[end]! - sum[from]!;
      if (count > 0) cost -= 2 * count * ln(count / (end - from));
    }
    return cost;
  };
}
