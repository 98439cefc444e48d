import { binomCdf, binomPmf, probNoneSeen, refreshesToSee } from '../../stats/index.ts';
import { chanceIn } from '../language/chance.ts';
import { inBoth } from '../language/language.ts';
import type { Guess } from './guess.ts';
import { binomialLaw, lawFigure } from './law-figure.ts';
import { lesson, type Figure, type LessonState } from './lesson.ts';
import { configured, isHeld, nextPage, pagesOf, refresh, shownBy } from './seen.ts';

const share = 0.1;
const refreshes = 15;
const sure = 0.95;
const after = 50;

interface Facts {
  readonly law: readonly number[];
  readonly none: number;
  readonly noneOrOne: number;
  /** P(exactly one in ten). */
  readonly exactlyTenth: number;
  /** Pages until one is seen with 95 %. */
  readonly needed: number;
  /** What came of fifteen at 90/10, and of fifty at 100. */
  readonly reds: number;
  readonly strays: number;
}

/** Your pages since a task was done, those that had been asked for by then left out. */
const pagesSince = ({ now, ticked }: LessonState, task: string, until?: string) =>
  pagesOf(now.desk, nextPage(ticked[task])).filter(
    ({ number }) => until === undefined || ticked[until] === undefined || number < nextPage(ticked[until]),
  );

const figure = (title: string, marked: string, { law, reds }: Facts, guess: Guess): Figure =>
  lawFigure(title, law, reds, marked, (count) => count === guess[0]);

/** Ten percent is a chance, not every tenth; a hundred is certain. */
export const d = lesson<Facts>({
  id: 'd',
  minutes: 4,
  setUps: [{ base: 'workshop', set: [] }],
  panels: ['page', 'rule', 'split'],
  ask: { kind: 'number', min: 0, max: refreshes, step: 1, begin: 2 },
  tasks: [
    {
      id: 'ten',
      of: 1,
      progress: ({ now }) => Number(configured(now.desk, 'v3') === share && isHeld(now.desk)),
      moves: () => [
        { do: 'apply', file: 'virtual-service-reviews-10-v3.yaml' },
        { do: 'until', until: 'held' },
      ],
    },
    {
      id: 'fifteen',
      of: refreshes,
      progress: (state) => pagesSince(state, 'ten').length,
      moves: (state) => [refresh(Math.max(1, refreshes - pagesSince(state, 'ten').length))],
    },
    {
      id: 'hundred',
      of: 1,
      progress: ({ now }) => Number(configured(now.desk, 'v3') === 1 && isHeld(now.desk)),
      moves: () => [
        { do: 'apply', file: 'virtual-service-reviews-100-v3.yaml' },
        { do: 'until', until: 'held' },
      ],
    },
    {
      id: 'fifty',
      of: after,
      progress: (state) => pagesSince(state, 'hundred').length,
      moves: (state) => [refresh(Math.max(1, after - pagesSince(state, 'hundred').length))],
    },
  ],
  facts: (state) => ({
    law: binomialLaw(refreshes, share),
    none: probNoneSeen({ n: refreshes, p: share }),
    noneOrOne: binomCdf({ n: refreshes, k: 1, p: share }),
    exactlyTenth: binomPmf({ n: 10, k: 1, p: share }),
    needed: refreshesToSee({ p: share, conf: sure }),
    reds: shownBy(pagesSince(state, 'ten', 'hundred').slice(0, refreshes), 'v3'),
    strays: pagesSince(state, 'hundred').filter(({ version }) => version !== 'v3').length,
  }),
  words: inBoth({
    en: {
      title: 'Ten percent, and a hundred',
      question:
        'A canary gets 10 % of the requests. You refresh fifteen times to see it. Then you send it everything.',
      ask: 'Red pages in fifteen, at 90/10:',
      unit: 'red pages',
      tasks: {
        ten: {
          text: 'Move v3 to 10 %, apply, and wait until every proxy has it.',
          moves: ['Apply 90/10', 'Until every proxy has it'],
        },
        fifteen: { text: 'Refresh fifteen times.', moves: ['Refresh the rest'] },
        hundred: {
          text: 'Now move v3 to 100 %, apply, and wait again.',
          moves: ['Apply 0/100', 'Until every proxy has it'],
        },
        fifty: { text: 'Refresh fifty times.', moves: ['Refresh the rest'] },
      },
      reveal: ({ law, none, noneOrOne, exactlyTenth, needed, reds, strays }, guess) => [
        `You said ${guess[0]}; that comes in ${chanceIn('en', law[guess[0]!] ?? 0)} of sessions. You saw ${reds}.`,
        `No red page at all in fifteen: ${chanceIn('en', none)}. So often nobody sees the canary. None or one: ${chanceIn('en', noneOrOne)}.`,
        `In ten pages, exactly one is red in only ${chanceIn('en', exactlyTenth)}: 10 % is not every tenth.`,
        `To be ${chanceIn('en', sure)} sure to see the canary at least once, refresh ${needed} times.`,
        strays === 0
          ? `At 100 % fifty pages brought no v1 at all. Once every proxy has the rule, a single v1 is a fault: no chance is left.`
          : `At 100 % ${strays} of fifty pages were not v3: those were drawn before the rule had arrived.`,
      ],
      figure: (facts, guess) =>
        figure('Red pages of fifteen at 10 %, exact law', 'your prediction', facts, guess),
      truth: ({ none, needed, reds }) =>
        `none in ${chanceIn('en', none)}; ${needed} pages to be sure; you had ${reds}`,
      why: [
        'A weight is the chance of each draw, and draws do not know of each other. With a weight of 10 the proxy does not count to ten.',
        'With a weight of 100 there is nothing to draw: every number falls into v3’s arc. That is why “all of it” can be checked with a few pages, and “a tenth of it” cannot.',
      ],
    },
    zh: {
      title: '百分之十与百分之百',
      question: '金丝雀版本分到 10% 的请求。你刷新十五次，想看看它。然后你把全部流量都给它。',
      ask: '权重 90/10 时，十五页中的红星页数：',
      unit: '页红星',
      tasks: {
        ten: {
          text: '把 v3 调到 10%，应用，等所有代理都拿到规则。',
          moves: ['应用 90/10', '运行到所有代理都拿到'],
        },
        fifteen: { text: '刷新十五次。', moves: ['刷完剩下的'] },
        hundred: {
          text: '再把 v3 调到 100%，应用，再等一次。',
          moves: ['应用 0/100', '运行到所有代理都拿到'],
        },
        fifty: { text: '刷新五十次。', moves: ['刷完剩下的'] },
      },
      reveal: ({ law, none, noneOrOne, exactlyTenth, needed, reds, strays }, guess) => [
        `你猜 ${guess[0]} 页，这种情况占 ${chanceIn('zh', law[guess[0]!] ?? 0)}。你看到 ${reds} 页。`,
        `十五页里一页红星都没有：${chanceIn('zh', none)}。没有或只有一页：${chanceIn('zh', noneOrOne)}。看不到金丝雀是常有的事。`,
        `刷十页，恰好一页红星的情况只占 ${chanceIn('zh', exactlyTenth)}：10% 并不是“每十次一次”。`,
        `要有 ${chanceIn('zh', sure)} 的把握至少看到一次金丝雀，需要刷新 ${needed} 次。`,
        strays === 0
          ? '权重 100% 时，五十页里没有一页 v1。所有代理都拿到规则之后，只要出现一次 v1 就是故障：这里没有运气可言。'
          : `权重 100% 时，五十页里有 ${strays} 页不是 v3：它们是在规则到达之前抽的签。`,
      ],
      figure: (facts, guess) => figure('权重 10% 时十五页中红星页数的精确分布', '你的预测', facts, guess),
      truth: ({ none, needed, reds }) =>
        `一页都没有占 ${chanceIn('zh', none)}；要刷 ${needed} 次才有把握；你看到 ${reds} 页`,
      why: [
        '权重是每一次抽签的概率，各次抽签互不相干。权重为 10 时，代理并不会数到十。',
        '权重为 100 时没有什么可抽：每个数都落在 v3 的弧上。所以“全部切过去”用几页就能验证，“切十分之一”却不行。',
      ],
    },
  }),
});
