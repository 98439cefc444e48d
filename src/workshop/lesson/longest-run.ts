/**
 * The law of the longest run of equal faces in n tosses of an even coin: P(longest = k) at index k. A run of at most k in n
 * tosses is a word of compositions: count[i] = sum of the last k counts, twice for the face of the first.
 */
export function longestRunLaw(n: number): number[] {
  const atMost = (k: number): number => {
    const words = [1];
    for (let i = 1; i <= n; i += 1)
      words.push(words.slice(Math.max(0, i - k), i).reduce((sum, own) => sum + own, 0));
    return (2 * words[n]!) / 2 ** n;
  };
  const below = Array.from({ length: n + 1 }, (_, k) => (k === 0 ? 0 : atMost(k)));
  return below.map((own, k) => (k === 0 ? 0 : own - below[k - 1]!));
}

/** The longest run of equal neighbours. */
export function longestRun(sequence: readonly string[]): number {
  let [longest, run] = [0, 0];
  sequence.forEach((own, i) => {
    run = i > 0 && sequence[i - 1] === own ? run + 1 : 1;
    longest = Math.max(longest, run);
  });
  return longest;
}
