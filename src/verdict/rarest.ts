/** The version of the smallest share above 0, as an index; 0 where there is none. */
export function rarestKey(shares: readonly number[]): number {
  let found = -1;
  shares.forEach((share, key) => {
    if (share > 0 && (found < 0 || share < shares[found]!)) found = key;
  });
  return Math.max(0, found);
}
