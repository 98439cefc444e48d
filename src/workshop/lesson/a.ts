import { chanceIn } from '../language/chance.ts';
import { inBoth } from '../language/language.ts';
import { guessText, isBeyond, type Ask, type Guess } from './guess.ts';
import { binomialLaw, lawFigure } from './law-figure.ts';
import { lesson } from './lesson.ts';
import { longestRun, longestRunLaw } from './longest-run.ts';
import { pagesOf, shownBy } from './seen.ts';

const refreshes = 15;
const ask: Ask = { kind: 'line', of: refreshes, begin: [6, 9] };
/** A run that looks like a pattern to nearly everybody. */
const longRun = 4;

interface Facts {
  readonly reds: number;
  readonly longest: number;
  /** P(so many reds), 0 to 15. */
  readonly law: readonly number[];
  /** P(7 or 8). */
  readonly even: number;
  readonly longRuns: number;
  readonly meanLongest: number;
}

/** What honest sessions beyond such a line have for a share: its false alarms. */
const falseAlarm = (law: readonly number[], line: Guess): number =>
  law.reduce((sum, share, count) => sum + (isBeyond(line, count) ? share : 0), 0);

/** Fifteen refreshes at half and half vary a lot. */
export const a = lesson<Facts>({
  id: 'a',
  minutes: 5,
  setUps: [{ base: 'workshop', set: [] }],
  panels: ['page', 'law'],
  ask,
  tasks: [
    {
      id: 'fifteen',
      of: refreshes,
      progress: ({ now }) => pagesOf(now.desk).length,
    },
  ],
  facts: ({ now }) => {
    const pages = pagesOf(now.desk).slice(0, refreshes);
    const law = binomialLaw(refreshes, 0.5);
    const runs = longestRunLaw(refreshes);
    return {
      reds: shownBy(pages, 'v3'),
      longest: longestRun(pages.map(({ version }) => version)),
      law,
      even: law[7]! + law[8]!,
      longRuns: runs.reduce((sum, share, longest) => sum + (longest >= longRun ? share : 0), 0),
      meanLongest: runs.reduce((sum, share, longest) => sum + share * longest, 0),
    };
  },
  words: inBoth({
    en: {
      title: 'Fifteen refreshes',
      question:
        'The rule sends half of all requests to reviews v1 (no stars) and half to v3 (red stars). Every proxy has it. You refresh fifteen times. Which tallies would make you say that it is broken?',
      ask: 'I call it broken if the red pages are',
      tasks: { fifteen: { text: 'Refresh fifteen times: the button, or the key R.' } },
      reveal: ({ reds, law, even, longest, longRuns, meanLongest }, line) => [
        `You drew your line at ${guessText(ask, line, {}, 'en')}. ${chanceIn('en', falseAlarm(law, line))} of honest sessions cross it: so often you would call a sound mesh broken.`,
        `You saw ${reds} red of ${refreshes}: ${isBeyond(line, reds) ? 'beyond your line, and nothing is wrong' : 'inside your line'}.`,
        `Exactly 7 or 8 red comes in only ${chanceIn('en', even)} of sessions.`,
        `Your longest run of the same page was ${longest}. A run of ${longRun} or more comes in ${chanceIn('en', longRuns)} of sessions; the mean longest is ${meanLongest.toFixed(1)}.`,
      ],
      figure: ({ law, reds }, line) =>
        lawFigure('Red pages of fifteen, exact law', law, reds, 'beyond your line', (count) =>
          isBeyond(line, count),
        ),
      truth: ({ reds, even }) => `7 or 8 comes in ${chanceIn('en', even)}; you had ${reds}`,
      why: [
        'Each page is one draw at productpage’s proxy: a number from 0 to 99, and below 50 means v1. Nothing remembers the page before, and nothing evens out.',
        'So a tally is a sum of coin tosses. Fifteen of them are few, and an uneven tally or a long run is what chance looks like.',
      ],
    },
    zh: {
      title: '刷新十五次',
      question:
        '规则把一半请求发给 reviews v1（无星），一半发给 v3（红星），所有代理都已拿到规则。你刷新十五次。出现什么样的计数，你会说“坏了”？',
      ask: '红星页数为以下情况时，我就说坏了：',
      tasks: { fifteen: { text: '刷新十五次：点按钮，或按 R 键。' } },
      reveal: ({ reds, law, even, longest, longRuns, meanLongest }, line) => [
        `你的界线是“${guessText(ask, line, {}, 'zh')}”。正常的网格里也有 ${chanceIn('zh', falseAlarm(law, line))} 的人会越过它：这就是你误报的概率。`,
        `你看到 ${refreshes} 页中有 ${reds} 页红星：${isBeyond(line, reds) ? '越过了你的界线，而网格并没有坏' : '在你的界线之内'}。`,
        `恰好 7 或 8 页红星的情况只占 ${chanceIn('zh', even)}。`,
        `你最长连续 ${longest} 页相同。连续 ${longRun} 页以上的情况占 ${chanceIn('zh', longRuns)}；最长连续页数平均为 ${meanLongest.toFixed(1)}。`,
      ],
      figure: ({ law, reds }, line) =>
        lawFigure('十五页中红星页数的精确分布', law, reds, '在你的界线之外', (count) =>
          isBeyond(line, count),
        ),
      truth: ({ reds, even }) => `7 或 8 页只占 ${chanceIn('zh', even)}；你看到 ${reds} 页`,
      why: [
        '每一页都是 productpage 的代理抽一次签：0 到 99 之间的一个数，小于 50 就去 v1。它不记得上一页，也不会“找平”。',
        '所以计数就是一串抛硬币的和。十五次太少，不均匀的计数和很长的连续，正是随机本来的样子。',
      ],
    },
  }),
});
