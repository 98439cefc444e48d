/** Percentages that stand on sliders, whole numbers that sum to 100. */
export type Weights = readonly number[];

/**
 * The weights after one slider was moved: what it takes or gives comes from the others that are not locked, in proportion to what they
 * have (all alike, where they have nothing), and the sum stays 100. It stops where the others have no more to give or take.
 */
export function movedWeight(
  weights: Weights,
  locked: readonly boolean[],
  moved: number,
  to: number,
): Weights {
  const others = weights.flatMap((_, place) => (place !== moved && locked[place] !== true ? [place] : []));
  if (locked[moved] === true || others.length === 0) return weights;
  const fixed = weights.reduce(
    (sum, own, place) => sum + (place !== moved && locked[place] === true ? own : 0),
    0,
  );
  const value = Math.min(Math.max(0, Math.round(to)), 100 - fixed);
  const rest = 100 - fixed - value;
  const had = others.reduce((sum, place) => sum + weights[place]!, 0);
  const exact = others.map((place) => (had > 0 ? (rest * weights[place]!) / had : rest / others.length));
  const result = [...weights];
  result[moved] = value;
  // Largest remainders get what rounding left over.
  const byRemainder = others
    .map((place, index) => ({ place, whole: Math.floor(exact[index]!), part: exact[index]! % 1 }))
    .sort((one, other) => other.part - one.part);
  let left = rest - byRemainder.reduce((sum, { whole }) => sum + whole, 0);
  for (const { place, whole } of byRemainder) {
    result[place] = whole + (left > 0 ? 1 : 0);
    left -= 1;
  }
  return result;
}
