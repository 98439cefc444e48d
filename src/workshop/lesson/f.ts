import { chanceIn } from '../language/chance.ts';
import { inBoth } from '../language/language.ts';
import { lesson, type Figure, type LessonState } from './lesson.ts';
import { pagesOf, refresh } from './seen.ts';

const refreshes = 15;
const patient = 60;
const total = 100;
const weightOfV1 = 50;
/** Streams of productpage's proxy per page: in, to details, to reviews; each takes the next number. */
const step = 3;

interface Facts {
  /** Of the 100 numbers at which the counter may stand: sessions of fifteen without v3, with one version only; changes on average. */
  readonly noV3: number;
  readonly oneVersion: number;
  readonly changes: number;
  readonly byChance: {
    readonly noV3: number;
    readonly oneVersion: number;
    readonly changes: number;
  };
  /** Lengths of the blocks of the own strip that have both ends. */
  readonly inner: readonly number[];
}

/** What a counter that stands at `start` brings, page by page. */
const counted = (start: number): boolean[] =>
  Array.from({ length: refreshes }, (_, page) => (start + page * step) % total >= weightOfV1);

/** How often neighbours differ. */
const changesIn = <T>(sequence: readonly T[]): number =>
  sequence.filter((own, page) => page > 0 && own !== sequence[page - 1]).length;

/** Lengths of runs, the first and the last left out: nobody saw where those begin or end. */
export function innerBlocks(sequence: readonly string[]): number[] {
  const blocks: number[] = [];
  sequence.forEach((own, page) => {
    if (page > 0 && own === sequence[page - 1]) blocks[blocks.length - 1]! += 1;
    else blocks.push(1);
  });
  return blocks.slice(1, -1);
}

const pages = ({ now }: LessonState, setUp: number): number =>
  now.setUp === setUp ? pagesOf(now.desk).length : 0;

const figure = (
  title: string,
  labels: readonly [string, string, string],
  facts: Facts,
  guess: number,
): Figure => ({
  kind: 'rows',
  title,
  max: total,
  rows: [
    { label: labels[0], value: guess, text: String(guess), is: 'guess' },
    { label: labels[1], value: facts.oneVersion, text: String(facts.oneVersion), is: 'truth' },
    {
      label: labels[2],
      value: facts.byChance.oneVersion * total,
      text: (facts.byChance.oneVersion * total).toFixed(3),
      is: 'truth',
    },
  ],
});

/** Where "15 times" came from: Envoy's counter of 2017. */
export const f = lesson<Facts>({
  id: 'f',
  minutes: 4,
  setUps: [
    { base: 'workshop', set: [] },
    { base: 'workshop/f', set: [] },
  ],
  panels: ['page', 'dial'],
  ask: { kind: 'number', min: 0, max: total, step: 1, begin: 0 },
  tasks: [
    {
      id: 'drawn',
      of: refreshes,
      progress: (state) => pages(state, 0),
      moves: (state) => [refresh(Math.max(1, refreshes - pages(state, 0)))],
    },
    {
      id: 'counted',
      of: patient,
      progress: (state) => pages(state, 1),
      moves: (state) => [{ do: 'anew', setUp: 1 }, refresh(Math.max(1, patient - pages(state, 1)))],
    },
  ],
  facts: ({ now }) => {
    const sessions = Array.from({ length: total }, (_, start) => counted(start));
    const isAll = (version: boolean) => (own: readonly boolean[]) => own.every((page) => page === version);
    const noV3 = sessions.filter(isAll(false)).length;
    return {
      noV3,
      oneVersion: noV3 + sessions.filter(isAll(true)).length,
      changes: sessions.reduce((sum, own) => sum + changesIn(own), 0) / total,
      byChance: {
        noV3: (weightOfV1 / total) ** refreshes,
        oneVersion: 2 * (weightOfV1 / total) ** refreshes,
        changes: (refreshes - 1) / 2,
      },
      inner: now.setUp === 1 ? innerBlocks(pagesOf(now.desk).map(({ version }) => version)) : [],
    };
  },
  words: inBoth({
    en: {
      title: 'Why “15 times”?',
      question:
        'Istio’s task says: refresh, “perhaps 15 times or more”. Until October 2017 Envoy did not draw. It took the next number of a counter, 0 to 99, and every page of Bookinfo turned it three notches.',
      ask: 'Of 100 sessions of fifteen pages at 50/50 with that counter, so many show one version only:',
      unit: 'of 100 sessions',
      tasks: {
        drawn: { text: 'Watch the dial: fifteen pages that are drawn.', moves: ['Refresh to 15'] },
        counted: {
          text: 'Switch the dial from spin to +3, and watch sixty pages.',
          moves: ['Envoy of 2017: +3', 'Refresh to 60'],
        },
      },
      reveal: ({ noV3, oneVersion, changes, byChance, inner }, guess) => [
        `You said ${guess[0]}. With the counter ${oneVersion} of 100 starting numbers bring one version only; drawn, it is ${chanceIn('en', byChance.oneVersion)}.`,
        `No v3 in fifteen: ${noV3} of 100, against ${chanceIn('en', byChance.noV3)}, one session in ${Math.round(1 / byChance.noV3).toLocaleString('en')}.`,
        `From page to page the version changes ${changes.toFixed(2)} times in fifteen, against ${byChance.changes}.`,
        ...(inner.length === 0
          ? []
          : [`Your strip’s blocks with both ends in sight: ${inner.join(', ')} pages long.`]),
      ],
      figure: (facts, guess) =>
        figure(
          'Sessions of one version only, of 100',
          ['your guess', 'counted (2017)', 'drawn (today)'],
          facts,
          guess[0]!,
        ),
      truth: ({ oneVersion, byChance }) =>
        `${oneVersion} of 100; drawn: ${(byChance.oneVersion * total).toFixed(3)}`,
      why: [
        'Fifty numbers for v1, then fifty for v3, and three of them per page: so a long block of pages looks alike, then as long a block of the other. Who refreshed five times thought that the rule did nothing.',
        'The counter was exact over a hundred requests, and useless over fifteen. Drawing is the other way round: never exact, but no page depends on the one before, and callers in step cannot take all of one version.',
      ],
    },
    zh: {
      title: '为什么是“15 次”？',
      question:
        'Istio 的教程说：刷新“也许 15 次或更多”。2017 年 10 月以前，Envoy 并不抽签，而是取计数器的下一个数（0 到 99）；Bookinfo 的每一页让它前进三格。',
      ask: '用这个计数器，权重 50/50，100 场各刷十五页，只看到一个版本的有：',
      unit: '场（共 100 场）',
      tasks: {
        drawn: { text: '看着转盘：抽签的十五页。', moves: ['刷到 15 页'] },
        counted: {
          text: '把转盘从“旋转”换成“+3”，再看六十页。',
          moves: ['2017 年的 Envoy：+3', '刷到 60 页'],
        },
      },
      reveal: ({ noV3, oneVersion, changes, byChance, inner }, guess) => [
        `你猜 ${guess[0]} 场。用计数器，100 个起点里有 ${oneVersion} 个只出现一个版本；抽签则是 ${chanceIn('zh', byChance.oneVersion)}。`,
        `十五页里没有 v3：计数器是 100 场里 ${noV3} 场，抽签是 ${chanceIn('zh', byChance.noV3)}，即 ${Math.round(1 / byChance.noV3).toLocaleString('zh-CN')} 场里一场。`,
        `十五页里版本平均变换 ${changes.toFixed(2)} 次，抽签时是 ${byChance.changes} 次。`,
        ...(inner.length === 0 ? [] : [`你的记录里两端都看得到的区块长度：${inner.join('、')} 页。`]),
      ],
      figure: (facts, guess) =>
        figure(
          '100 场里只有一个版本的场数',
          ['你的猜测', '计数（2017 年）', '抽签（今天）'],
          facts,
          guess[0]!,
        ),
      truth: ({ oneVersion, byChance }) =>
        `100 场里 ${oneVersion} 场；抽签：${(byChance.oneVersion * total).toFixed(3)} 场`,
      why: [
        '先是五十个数给 v1，再是五十个数给 v3，每页用掉三个：于是长长一段页面都一样，然后又是同样长的一段另一个版本。只刷五次的人会以为规则没有生效。',
        '计数器在一百个请求上分毫不差，在十五个请求上却毫无用处。抽签正相反：永远不精确，但每一页都不依赖上一页，步调一致的调用方也不会都撞上同一个版本。',
      ],
    },
  }),
});
