/** The candidate that a mistyped word was probably meant to be, or undefined where none is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  // One edit in a short word, up to three in a long one; more would guess.
  const allowed = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) > allowed) continue;
    const sameLetters = candidate.toLowerCase() === word.toLowerCase();
    const distance = sameLetters ? 0.5 : editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * Damerau-Levenshtein distance in its "optimal string alignment" form: insertions, deletions, substitutions and swaps of
 * neighbours, no part edited twice (Boytsov 2011, "Indexing methods for approximate dictionary searching", 2.1).
 */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const cost = new Uint32Array((a.length + 1) * width);
  for (let i = 0; i <= a.length; i++) cost[i * width] = i;
  for (let j = 0; j <= b.length; j++) cost[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(
        cost[(i - 1) * width + j]! + 1,
        cost[i * width + j - 1]! + 1,
        cost[(i - 1) * width + j - 1]! + same,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, cost[(i - 2) * width + j - 2]! + 1);
      }
      cost[i * width + j] = least;
    }
  }
  return cost[a.length * width + b.length]!;
}
