import { binomInterval } from '../../stats/index.ts';
import { tenthsIn } from '../language/chance.ts';
import { inBoth, type Language } from '../language/language.ts';
import type { Guess } from './guess.ts';
import { lesson, type Figure, type LessonState, type Seen } from './lesson.ts';
import { readyPods, scale } from './seen.ts';

const many = 10;
const few = 1;
const weight = 0.5;
/** Requests that are counted with ten pods, each time. */
const counted = 500;
const conf = 0.99;

interface Facts {
  readonly withMesh: Share;
  readonly without: Share;
  /** What one of v1's ten pods gets with the mesh. */
  readonly perPod: number;
  /** v3's part of the pods at 10:1, 10:10 and 1:10. */
  readonly byPods: readonly [number, number, number];
  /** Pods of v1 beside one of v3 that pods alone need for a canary of 1 %. */
  readonly podsForOnePercent: number;
}

interface Share {
  readonly k: number;
  readonly n: number;
  readonly interval: readonly [number, number];
}

/** Requests of v1 and v3 from one moment to another: no rule changes between them. */
function shareBetween(from: Seen | undefined, to: Seen): Share {
  const at = (seen: Seen | undefined, version: string): number => {
    const place = to.desk.versions.findIndex(({ key }) => key === version);
    return seen?.desk.split.observed[place] ?? 0;
  };
  const k = at(to, 'v3') - at(from, 'v3');
  const n = k + at(to, 'v1') - at(from, 'v1');
  return { k, n, interval: n <= 0 ? [0, 1] : binomInterval({ k, n, conf, method: 'wilson' }) };
}

const requestsSince = ({ now, ticked }: LessonState, task: string): number =>
  shareBetween(ticked[task], now).n;

const later = ({ now }: LessonState, seconds: number) =>
  ({ do: 'until', until: now.desk.nowUs + seconds * 1e6 }) as const;

const podsIn = ({ desk }: Seen, version: string): number =>
  desk.services
    .filter(({ name, version: own }) => name === desk.focus && own === version)
    .reduce((sum, { pods }) => sum + pods.length, 0);

const podsOfV1 = ({ now }: LessonState, setUp: number): number =>
  now.setUp === setUp ? readyPods(now.desk, 'v1') : 0;

const shareOf = ({ k, n }: Share): number => (n === 0 ? 0 : k / n);

/** Within five points. */
const isNear = ([percent = 0]: Guess, share: number): boolean => Math.abs(percent / 100 - share) <= 0.05;

const figure = (
  title: string,
  labels: readonly [string, string, string],
  language: Language,
  { withMesh, without }: Facts,
  guess: number,
): Figure => ({
  kind: 'rows',
  title,
  max: 1,
  rows: [
    { label: labels[0], value: guess / 100, text: tenthsIn(language, guess / 100), is: 'guess' },
    ...([withMesh, without] as const).map((own, index) => ({
      label: labels[index + 1]!,
      value: shareOf(own),
      text: tenthsIn(language, shareOf(own)),
      is: 'seen' as const,
      interval: own.interval,
    })),
  ],
});

/** Weights decide, pods do not; without a mesh there are only pods. */
export const e = lesson<Facts>({
  id: 'e',
  minutes: 4,
  setUps: [
    { base: 'workshop/e', set: [] },
    { base: 'workshop/e-no-mesh', set: [] },
  ],
  panels: ['mesh', 'split', 'curve'],
  ask: { kind: 'number', min: 0, max: 100, step: 1, begin: 9 },
  tasks: [
    {
      id: 'ten pods',
      of: many,
      progress: (state) => podsOfV1(state, 0),
      moves: (state) => [scale('reviews-v1', many), later(state, 10)],
    },
    {
      id: 'with the mesh',
      of: counted,
      progress: (state) => requestsSince(state, 'ten pods'),
      moves: (state) => [later(state, 20)],
    },
    {
      id: 'mesh off',
      of: many,
      progress: (state) => podsOfV1(state, 1),
      next: ({ now }) => (now.setUp !== 1 ? 0 : podsIn(now, 'v1') < many ? 1 : 2),
      moves: (state) => [{ do: 'anew', setUp: 1 }, scale('reviews-v1', many), later(state, 10)],
    },
    {
      id: 'without it',
      of: counted,
      progress: (state) => (state.now.setUp === 1 ? requestsSince(state, 'mesh off') : 0),
      moves: (state) => [later(state, 20)],
    },
  ],
  facts: ({ now, ticked }) => ({
    withMesh: shareBetween(ticked['ten pods'], ticked['with the mesh'] ?? now),
    without: shareBetween(ticked['mesh off'], ticked['without it'] ?? now),
    perPod: (1 - weight) / many,
    byPods: [few / (many + few), weight, many / (many + few)],
    podsForOnePercent: Math.round(1 / 0.01) - 1,
  }),
  words: inBoth({
    en: {
      title: 'Ten pods against one',
      question:
        'The rule says half and half. v1 gets ten pods, v3 keeps one. Which share of the requests does v3 get?',
      ask: 'Share of v3, with the mesh:',
      unit: '%',
      tasks: {
        'ten pods': {
          text: 'Scale reviews-v1 to 10, and wait until the pods are ready.',
          moves: ['Scale v1 to 10', 'Ten seconds on'],
        },
        'with the mesh': { text: 'Let 500 requests pass.', moves: ['Twenty seconds on'] },
        'mesh off': {
          text: 'Switch the mesh off: the same pods without sidecars. Scale v1 to 10 again.',
          moves: ['Switch the mesh off', 'Scale v1 to 10', 'Ten seconds on'],
        },
        'without it': { text: 'Let 500 requests pass.', moves: ['Twenty seconds on'] },
      },
      reveal: ({ withMesh, without, perPod, byPods, podsForOnePercent }, guess) => [
        `You said ${guess[0]} %${isNear(guess, weight) ? ', and you were right' : isNear(guess, few / (many + few)) ? ': that is what pods alone would give' : ''}. With the mesh v3 got ${tenthsIn('en', shareOf(withMesh))} of ${withMesh.n}, as its weight says, with one pod or with ten.`,
        `Each of v1’s ten pods got ${tenthsIn('en', perPod)}; v3’s single one carries half of everything.`,
        `Without sidecars nobody reads the rule. kube-proxy takes any pod: ${tenthsIn('en', shareOf(without))} of ${without.n}, and 1 of 11 is ${tenthsIn('en', byPods[0])}. With ten pods each it would be ${tenthsIn('en', byPods[1])}, and at 1 to 10 ${tenthsIn('en', byPods[2])}.`,
        `A canary of 1 % by pods alone needs ${podsForOnePercent} pods of v1 beside one of v3.`,
      ],
      figure: (facts, guess) =>
        figure(
          'Share of v3 with ten pods of v1 and one of v3',
          ['your guess', 'with the mesh', 'without'],
          'en',
          facts,
          guess[0]!,
        ),
      truth: ({ withMesh, without }) =>
        `${tenthsIn('en', shareOf(withMesh))} with the mesh, ${tenthsIn('en', shareOf(without))} without`,
      why: [
        'The caller’s proxy first draws a version by weight, and only then takes one of that version’s pods. So how many there are changes nothing in the split: each version may scale, by an autoscaler of its own, as its share needs.',
        'Without a proxy there is one step: any pod that the Service selects. Then the split is the ratio of pods, and moves whenever somebody scales.',
      ],
    },
    zh: {
      title: '十个 Pod 对一个',
      question: '规则是一半对一半。v1 有十个 Pod，v3 只有一个。v3 能分到多少请求？',
      ask: '有网格时 v3 的份额：',
      unit: '%',
      tasks: {
        'ten pods': {
          text: '把 reviews-v1 扩到 10 个，等 Pod 就绪。',
          moves: ['把 v1 扩到 10 个', '前进十秒'],
        },
        'with the mesh': { text: '等 500 个请求过去。', moves: ['前进二十秒'] },
        'mesh off': {
          text: '关掉网格：同样的 Pod，没有 sidecar。再把 v1 扩到 10 个。',
          moves: ['关掉网格', '把 v1 扩到 10 个', '前进十秒'],
        },
        'without it': { text: '再等 500 个请求过去。', moves: ['前进二十秒'] },
      },
      reveal: ({ withMesh, without, perPod, byPods, podsForOnePercent }, guess) => [
        `你猜 ${guess[0]}%${isNear(guess, weight) ? '，猜对了' : isNear(guess, few / (many + few)) ? '：那是只看 Pod 数的结果' : ''}。有网格时，v3 在 ${withMesh.n} 个请求中得到 ${tenthsIn('zh', shareOf(withMesh))}，正如权重所说，与 Pod 是一个还是十个无关。`,
        `v1 的十个 Pod 各得 ${tenthsIn('zh', perPod)}；v3 唯一的 Pod 扛着全部流量的一半。`,
        `没有 sidecar，就没有人读规则。kube-proxy 随便选一个 Pod：在 ${without.n} 个请求中v3 占 ${tenthsIn('zh', shareOf(without))}，而 11 个里的 1 个是 ${tenthsIn('zh', byPods[0])}。两边各十个时是 ${tenthsIn('zh', byPods[1])}，1 比 10 时是 ${tenthsIn('zh', byPods[2])}。`,
        `只靠 Pod 数做 1% 的金丝雀，一个 v3 旁边要有 ${podsForOnePercent} 个 v1。`,
      ],
      figure: (facts, guess) =>
        figure(
          'v1 十个 Pod、v3 一个 Pod 时 v3 的份额',
          ['你的猜测', '有网格', '没有网格'],
          'zh',
          facts,
          guess[0]!,
        ),
      truth: ({ withMesh, without }) =>
        `有网格 ${tenthsIn('zh', shareOf(withMesh))}，没有网格 ${tenthsIn('zh', shareOf(without))}`,
      why: [
        '调用方的代理先按权重抽出版本，然后才在这个版本的 Pod 里选一个。所以 Pod 的数量不影响比例：每个版本可以用自己的自动伸缩器，按自己的份额伸缩。',
        '没有代理就只有一步：Service 选中的任意一个 Pod。那时比例就是 Pod 数之比，谁一扩缩容，它就跟着变。',
      ],
    },
  }),
});
