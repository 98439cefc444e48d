import { binomPmf } from '../../stats/index.ts';
import type { Figure } from './lesson.ts';

/** P(X = k) of X ~ Bin(n, p), k = 0..n. */
export const binomialLaw = (n: number, p: number): readonly number[] =>
  Array.from({ length: n + 1 }, (_, k) => binomPmf({ n, k, p }));

/** The bars of a law over counts, with what one saw and what one predicted set off. */
export const lawFigure = (
  title: string,
  law: readonly number[],
  own: number,
  marked: string,
  isMarked: (count: number) => boolean,
): Figure => ({
  kind: 'law',
  title,
  bars: law.map((share, count) => ({
    label: String(count),
    share,
    isMarked: isMarked(count),
    isOwn: count === own,
  })),
  marked,
});
