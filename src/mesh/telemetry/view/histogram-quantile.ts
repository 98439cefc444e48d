/**
 * `histogram_quantile(q, buckets)` of PromQL (prometheus promql/quantile.go, bucketQuantile): linear within the bucket that
 * holds the rank, from 0 in the first one; a rank beyond the last finite edge is that edge.
 *
 * @param q 0 to 1.
 * @param edges upper edges, ascending, without +Inf.
 * @param counts per bucket, not cumulative, one more than edges: the last is +Inf's.
 * @returns in the unit of the edges; NaN where nothing was counted.
 *
 * @example
 * histogramQuantile(0.5, [1, 5, 10], [0, 10, 0, 0]); // => 3
 */
export function histogramQuantile(q: number, edges: readonly number[], counts: ArrayLike<number>): number {
  let total = 0;
  for (let bucket = 0; bucket <= edges.length; bucket++) total += counts[bucket]!;
  if (total === 0) return NaN;
  const rank = q * total;
  let below = 0;
  let bucket = 0;
  while (bucket < edges.length && below + counts[bucket]! < rank) {
    below += counts[bucket]!;
    bucket += 1;
  }
  if (bucket === edges.length) return edges[edges.length - 1]!;
  const from = bucket === 0 ? 0 : edges[bucket - 1]!;
  return from + (edges[bucket]! - from) * ((rank - below) / counts[bucket]!);
}
