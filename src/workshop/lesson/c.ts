import { binomInterval, normalQuantile, requiredN } from '../../stats/index.ts';
import { tenthsIn } from '../language/chance.ts';
import { inBoth, type Language } from '../language/language.ts';
import { lesson, type Figure, type LessonState } from './lesson.ts';
import { pagesOf, refresh, shownBy } from './seen.ts';

/** Each four times the one before. */
const sizes = [15, 60, 240, 960] as const;
const conf = 0.95;
const asked = 0.1;

interface Facts {
  readonly rows: readonly {
    readonly n: number;
    readonly reds: number;
    readonly interval: readonly [number, number];
    /** Half of the interval's width where one half was seen. */
    readonly half: number;
  }[];
  /** Pages from which on the share is known within 10 points, and within 5; and the textbook's numbers. */
  readonly within10: { readonly stableN: number; readonly normalN: number };
  readonly within5: { readonly stableN: number; readonly normalN: number };
}

/** Wilson's half-width at one half: z sqrt(n^2/4 / n + z^2/4) / (n + z^2) = z / (2 sqrt(n + z^2)). */
export function halfWidth(n: number): number {
  const z = normalQuantile({ q: (1 + conf) / 2 });
  return z / (2 * Math.sqrt(n + z * z));
}

const pages = (state: LessonState): number => pagesOf(state.now.desk).length;

/** 0.226 -> "±22.6" */
const points = (half: number): string => `±${(half * 100).toFixed(1)}`;

const range = (language: Language, [low, high]: readonly [number, number]): string =>
  `${tenthsIn(language, low)} – ${tenthsIn(language, high)}`;

const figure = (
  title: string,
  label: (n: number) => string,
  language: Language,
  { rows }: Facts,
): Figure => ({
  kind: 'rows',
  title,
  max: 1,
  rows: rows.map(({ n, reds, interval }) => ({
    label: label(n),
    value: reds / n,
    text: `${tenthsIn(language, reds / n)} (${range(language, interval)})`,
    is: 'seen',
    interval,
  })),
});

/** Four times the pages halve the doubt; no number of pages makes it exact. */
export const c = lesson<Facts>({
  id: 'c',
  minutes: 4,
  setUps: [{ base: 'workshop', set: [] }],
  panels: ['page', 'split'],
  ask: { kind: 'number', min: 1, max: 1000, step: 1, begin: 30 },
  tasks: sizes.map((size) => ({
    id: `${size} pages`,
    of: size,
    progress: pages,
    moves: (state: LessonState) => [refresh(Math.max(1, size - pages(state)))],
  })),
  facts: ({ now }) => ({
    rows: sizes.map((n) => {
      const reds = shownBy(pagesOf(now.desk).slice(0, n), 'v3');
      return {
        n,
        reds,
        interval: binomInterval({ k: reds, n, conf, method: 'wilson' }),
        half: halfWidth(n),
      };
    }),
    within10: requiredN({ p: 0.5, e: asked, conf }),
    within5: requiredN({ p: 0.5, e: asked / 2, conf }),
  }),
  words: inBoth({
    en: {
      title: 'How many are enough?',
      question:
        'Half and half again. You do not look at the rule, only at pages, and want to know v3’s share to within 10 points, with 95 % confidence.',
      ask: 'So many pages are enough:',
      unit: 'pages',
      tasks: {
        '15 pages': { text: 'Refresh fifteen times.', moves: ['Refresh to 15'] },
        '60 pages': { text: 'Four times as many.', moves: ['×4: to 60'] },
        '240 pages': { text: 'Four times as many again. Watch the interval.', moves: ['×4: to 240'] },
        '960 pages': { text: 'And once more.', moves: ['×4: to 960'] },
      },
      reveal: ({ rows, within10, within5 }, guess) => [
        `You said ${guess[0]}. From ${within10.stableN} pages on the share is known within 10 points (the textbook’s formula says ${within10.normalN}).`,
        `Within 5 points takes ${within5.stableN} pages (${within5.normalN}): half the doubt, four times the pages.`,
        `The interval around one half: ${rows.map(({ n, half }) => `${points(half)} points at ${n}`).join(', ')}.`,
        `Yours at ${rows.at(-1)!.n} pages: ${rows.at(-1)!.reds} red, so between ${range('en', rows.at(-1)!.interval)}.`,
      ],
      figure: (facts) => figure('What you knew of v3’s share', (n) => `${n} pages`, 'en', facts),
      truth: ({ within10, within5 }) =>
        `${within10.stableN} pages; ${within5.stableN} to know it within 5 points`,
      why: [
        'The uncertainty of a share shrinks with the square root of the number of pages. To halve it takes four times as many, always.',
        'More pages never make it exact, and they need not: decide first which error matters, then count the pages for it. (Intervals hold for a number chosen beforehand; who looks all the time and stops when it suits needs wider ones.)',
      ],
    },
    zh: {
      title: '多少页才够？',
      question:
        '还是一半对一半。这次你不看规则，只看页面，想以 95% 的置信度知道 v3 的份额，误差不超过 10 个百分点。',
      ask: '这么多页就够了：',
      unit: '页',
      tasks: {
        '15 pages': { text: '刷新十五次。', moves: ['刷到 15 页'] },
        '60 pages': { text: '再来四倍。', moves: ['×4：到 60 页'] },
        '240 pages': { text: '再来四倍，注意看区间。', moves: ['×4：到 240 页'] },
        '960 pages': { text: '最后再来一次。', moves: ['×4：到 960 页'] },
      },
      reveal: ({ rows, within10, within5 }, guess) => [
        `你猜 ${guess[0]} 页。从 ${within10.stableN} 页起，份额的误差就在 10 个百分点以内（教科书公式给出 ${within10.normalN} 页）。`,
        `要在 5 个百分点以内，需要 ${within5.stableN} 页（${within5.normalN} 页）：误差减半，页数要四倍。`,
        `一半附近的区间：${rows.map(({ n, half }) => `${n} 页时 ${points(half)} 个百分点`).join('，')}。`,
        `你刷了 ${rows.at(-1)!.n} 页，红星 ${rows.at(-1)!.reds} 页，所以份额在 ${range('zh', rows.at(-1)!.interval)} 之间。`,
      ],
      figure: (facts) => figure('你对 v3 份额的了解', (n) => `${n} 页`, 'zh', facts),
      truth: ({ within10, within5 }) =>
        `${within10.stableN} 页；误差要在 5 个百分点以内则需 ${within5.stableN} 页`,
      why: [
        '份额的不确定度随页数的平方根缩小。要减半，总是需要四倍的页数。',
        '页数再多也不会变成精确值，也没有必要：先决定多大的误差有关系，再算需要多少页。（区间只对事先定好的页数成立；边看边停的人需要更宽的区间。）',
      ],
    },
  }),
});
