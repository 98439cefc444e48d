/** Sequences by plain arithmetic, apart from the engine: what each mechanism would bring. */

/** xorshift32 (Marsaglia 2003), uniform on [0, 1). */
export function xorshift(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}

export const independent = (random: () => number, n: number, share: number): number[] =>
  Array.from({ length: n }, () => (random() < share ? 0 : 1));

/** Generators of 0/1 sequences (0 has `share` of the weight where that means anything). */
export const generators: Readonly<
  Record<string, (random: () => number, n: number, share: number) => number[]>
> = {
  alternation: (random, n) => {
    const first = random() < 0.5 ? 0 : 1;
    return Array.from({ length: n }, (_, i) => (first + i) % 2);
  },
  'smooth weighted round robin': (random, n, share) => {
    const weights = [Math.round(share * 100), 100 - Math.round(share * 100)];
    const current = [0, 0];
    const all: number[] = [];
    const skip = Math.floor(random() * 100);
    for (let i = 0; i < n + skip; i++) {
      current[0]! += weights[0]!;
      current[1]! += weights[1]!;
      const next = current[0]! >= current[1]! ? 0 : 1;
      current[next]! -= 100;
      all.push(next);
    }
    return all.slice(skip);
  },
  blocks: (random, n, share) => {
    const start = Math.floor(random() * 100);
    const stride = 1 + Math.floor(random() * 3);
    return Array.from({ length: n }, (_, i) => ((start + i * stride) % 100 < share * 100 ? 0 : 1));
  },
  'change point': (random, n, share) => {
    const cut = Math.floor(n * (0.25 + 0.5 * random()));
    return [...independent(random, cut, 0.5), ...independent(random, n - cut, share)];
  },
  'other weights': (random, n, share) => independent(random, n, share > 0.7 ? 0.5 : 0.9),
  'sticky connection': (random, n, share) => {
    const all: number[] = [];
    for (let i = 0; i < n; i++) all.push(i > 0 && random() < 0.9 ? all[i - 1]! : random() < share ? 0 : 1);
    return all;
  },
  'absorbing cookie': (random, n, share) => {
    const all: number[] = [];
    let caught = false;
    for (let i = 0; i < n; i++) {
      const key: number = caught ? 1 : random() < share ? 0 : 1;
      caught ||= key === 1;
      all.push(key);
    }
    return all;
  },
};
