import { tenthsIn } from '../language/chance.ts';
import { inBoth, type Language } from '../language/language.ts';
import { lesson, type Figure, type LessonState, type Move, type Seen, type Task } from './lesson.ts';
import { appliedUs, configured, nextPage, pagesOf } from './seen.ts';

/** As scenario-i.yaml, busy-reviews.yaml and busy-reviews-pods.yaml have them. */
const requestsPerSecond = 150;
const cpuSeconds = 0.01;
const limit = 0.5;
const target = 0.5;
const lateUs = 1_000_000;
/** The autoscalers settle first; then you ask once a second. */
const settledUs = 120_000_000;
const afterJump = 300;
const perStep = 120;
const steps = [25, 50, 75, 100] as const;

interface Facts {
  /** What one pod serves in a second, and by how many requests a second a single one falls behind. */
  readonly perPod: number;
  readonly growth: number;
  /** Pods that the autoscaler wants for all of it. */
  readonly pods: number;
  readonly jump: Late;
  readonly steps: Late;
  /** The option that came true: the jump alone, the steps alone, both, neither. */
  readonly right: number;
}

interface Late {
  readonly late: number;
  readonly asked: number;
}

const lateOf = (seen: Seen): Late => {
  const pages = pagesOf(seen.desk);
  return { late: pages.filter(({ tookUs }) => (tookUs ?? 0) > lateUs).length, asked: pages.length };
};

const shareOf = ({ late, asked }: Late): number => (asked === 0 ? 0 : late / asked);

/** A page each second; then the clock stands. */
const eachSecond = (count: number): Move => ({ do: 'pages', count, everyUs: 1_000_000 });

/** More than one page in a hundred. */
const isLate = (own: Late): boolean => shareOf(own) > 0.01;

/** Pages since the step before it was done, while this weight is configured. */
const pagesOfStep = ({ now, ticked }: LessonState, index: number): number => {
  if (configured(now.desk, 'v3') !== steps[index]! / 100) return 0;
  const before = index === 0 ? undefined : ticked[`step ${steps[index - 1]!}`];
  return pagesOf(now.desk, nextPage(before)).length;
};

const stepTasks = steps.map((percent, index): Task => ({
  id: `step ${percent}`,
  of: perStep,
  progress: (state) => pagesOfStep(state, index),
  moves: (state) => [
    ...(index === 0
      ? ([
          { do: 'anew', setUp: 0 },
          { do: 'until', until: settledUs },
        ] as const)
      : []),
    { do: 'apply', file: `virtual-service-reviews-${percent}-v3.yaml` },
    eachSecond(Math.max(1, perStep - pagesOfStep(state, index))),
  ],
}));

/** Pages since the jump. */
const pagesOfJump = ({ now: { desk } }: LessonState): number => {
  const jumpUs = appliedUs(desk, 'virtualservice') ?? Infinity;
  return configured(desk, 'v3') === 1 ? pagesOf(desk).filter(({ atUs }) => atUs > jumpUs).length : 0;
};

const figure = (
  title: string,
  labels: readonly [string, string],
  language: Language,
  facts: Facts,
): Figure => ({
  kind: 'rows',
  title,
  max: 1,
  rows: ([facts.jump, facts.steps] as const).map((own, row) => ({
    label: labels[row]!,
    value: shareOf(own),
    text: tenthsIn(language, shareOf(own)),
    is: 'seen',
  })),
});

/** The autoscaler is late. */
export const i = lesson<Facts>({
  id: 'i',
  minutes: 6,
  setUps: [{ base: 'workshop/i', set: [] }],
  panels: ['mesh', 'split', 'curve'],
  ask: { kind: 'choice', rows: 1, options: 4 },
  tasks: [
    {
      id: 'jump',
      of: afterJump,
      progress: pagesOfJump,
      moves: (state) => [
        { do: 'until', until: Math.max(settledUs, state.now.desk.nowUs) },
        { do: 'apply', file: 'virtual-service-reviews-100-v3.yaml' },
        eachSecond(Math.max(1, afterJump - pagesOfJump(state))),
      ],
    },
    ...stepTasks,
  ],
  facts: ({ now, ticked }) => {
    const perPod = limit / cpuSeconds;
    const jump = lateOf(ticked['jump'] ?? now);
    const stepped = lateOf(ticked[`step ${steps.at(-1)}`] ?? now);
    return {
      perPod,
      growth: requestsPerSecond - perPod,
      pods: Math.ceil(requestsPerSecond / (perPod * target)),
      jump,
      steps: stepped,
      right: isLate(jump) ? (isLate(stepped) ? 2 : 0) : isLate(stepped) ? 1 : 3,
    };
  },
  words: inBoth({
    en: {
      title: 'The autoscaler is late',
      question:
        '150 requests a second, each 10 ms of CPU; a pod may use half a core. v3 has one pod and an autoscaler that wants pods half busy. You send it everything: at one stroke, or in four steps two minutes apart. Who waits longer than a second?',
      ask: 'Pages are late after',
      rows: ['Pages are late after'],
      options: ['the jump alone', 'the four steps alone', 'both', 'neither'],
      tasks: {
        jump: {
          text: 'At two minutes jump to 100 %, and ask for a page once a second, 300 times.',
          moves: ['Until two minutes', 'Apply 100 %', 'Ask once a second'],
        },
        'step 25': {
          text: 'Begin again: 25 %, and two minutes of pages.',
          moves: ['Begin again', 'Until two minutes', 'Apply 25 %', 'Ask once a second'],
        },
        'step 50': { text: 'Then 50 %.', moves: ['Apply 50 %', 'Ask once a second'] },
        'step 75': { text: 'Then 75 %.', moves: ['Apply 75 %', 'Ask once a second'] },
        'step 100': { text: 'Then all of it.', moves: ['Apply 100 %', 'Ask once a second'] },
      },
      reveal: (facts, guess) => [
        `You said: ${guess[0] === facts.right ? 'right' : 'not so'}. After the jump ${facts.jump.late} of your ${facts.jump.asked} pages were later than a second (${tenthsIn('en', shareOf(facts.jump))}); with four steps ${facts.steps.late} of ${facts.steps.asked}.`,
        `One pod serves ${facts.perPod} a second. It got ${requestsPerSecond}, so its queue grew by ${facts.growth} every second.`,
        `The autoscaler wants ${facts.pods} pods for that, but cannot know it: a pod at its limit looks fully busy, however long its queue is, so each decision doubles at most. Before the first one it must see it: a scrape and a sync, fifteen seconds each; then pods must start.`,
      ],
      figure: (facts) => figure('Pages later than a second', ['one jump', 'four steps'], 'en', facts),
      truth: ({ jump, steps }) =>
        `jump ${tenthsIn('en', shareOf(jump))} late, steps ${tenthsIn('en', shareOf(steps))}`,
      why: [
        'A weight moves at once, pods do not. What arrives in between waits, and the queue has to be worked off by pods that are half idle by plan: it lasts far longer than the autoscaler was late.',
        'So move weights no faster than pods can follow: steps with pauses longer than scrape, sync and start together, or minReplicas raised before the jump.',
      ],
    },
    zh: {
      title: '自动伸缩器来迟了',
      question:
        '每秒 150 个请求，每个要 10 毫秒 CPU；一个 Pod 最多用半个核。v3 只有一个 Pod，它的自动伸缩器希望 Pod 保持半忙。你把全部流量给它：一步到位，或者分四步，每步隔两分钟。哪种情况下有人要等超过一秒？',
      ask: '页面会迟到的是',
      rows: ['页面会迟到的是'],
      options: ['只有一步到位', '只有分四步', '两种都会', '两种都不会'],
      tasks: {
        jump: {
          text: '在两分钟处一步跳到 100%，每秒请求一页，共 300 页。',
          moves: ['运行到两分钟', '应用 100%', '每秒请求一页'],
        },
        'step 25': {
          text: '重新开始：先 25%，看两分钟的页面。',
          moves: ['重新开始', '运行到两分钟', '应用 25%', '每秒请求一页'],
        },
        'step 50': { text: '然后 50%。', moves: ['应用 50%', '每秒请求一页'] },
        'step 75': { text: '然后 75%。', moves: ['应用 75%', '每秒请求一页'] },
        'step 100': { text: '最后全部。', moves: ['应用 100%', '每秒请求一页'] },
      },
      reveal: (facts, guess) => [
        `你猜${guess[0] === facts.right ? '对了' : '错了'}。一步到位后，你的 ${facts.jump.asked} 页中有 ${facts.jump.late} 页超过一秒（${tenthsIn('zh', shareOf(facts.jump))}）；分四步时 ${facts.steps.asked} 页中有 ${facts.steps.late} 页。`,
        `一个 Pod 每秒能处理 ${facts.perPod} 个请求，却来了 ${requestsPerSecond} 个，所以它的队列每秒增加 ${facts.growth} 个。`,
        `自动伸缩器需要 ${facts.pods} 个 Pod，但它无从知道：到了上限的 Pod 看上去只是“全忙”，不管队列有多长，所以每次决定最多翻倍。在第一次决定之前，它先得看见：一次抓取、一次同步，各十五秒；之后 Pod 还要启动。`,
      ],
      figure: (facts) => figure('超过一秒的页面', ['一步到位', '分四步'], 'zh', facts),
      truth: ({ jump, steps }) =>
        `一步到位 ${tenthsIn('zh', shareOf(jump))} 迟到，分四步 ${tenthsIn('zh', shareOf(steps))}`,
      why: [
        '权重瞬间就变，Pod 不会。中间到来的请求只能排队，而按计划只有半忙的 Pod 要慢慢消化这条队列：它持续的时间远比自动伸缩器迟到的时间长。',
        '所以权重的变化不要快过 Pod 的跟进：每步之间的停顿要长过抓取、同步和启动之和，或者在跳之前先提高 minReplicas。',
      ],
    },
  }),
});
