import { inBoth } from '../language/language.ts';
import { lesson, type Figure, type LessonState, type Seen } from './lesson.ts';
import { appliedUs, configured } from './seen.ts';

/** As scenario-g.yaml and its rule have them. */
const pagesPerSecond = 100;
const weight = 0.2;
const gapSeconds = 4;
/** productpage asks reviews once more before the page goes without. */
const tries = 2;

interface Facts {
  /** Between the rule and the subset that it names, as the learner did it. */
  readonly gapSeconds: number;
  readonly requests: Expected;
  readonly pages: Expected;
  /** Pages that came without reviews, and pages that the gateway failed. */
  readonly lost: number;
  readonly failed: number;
  /** The same in the other order. */
  readonly lostInSafeOrder: number;
}

export interface Expected {
  readonly mean: number;
  readonly sd: number;
}

/**
 * What a gap of so many seconds costs, at r pages a second and weight w. A page asks once, and again if that fails: 1 failed
 * request with w (1 - w), 2 with w^2, whose second moment is w (1 - w) + 4 w^2. Pages come as a Poisson stream, so sums over
 * them have the variance r x gap x second moment; pages without reviews are a Poisson number themselves.
 */
export function costOfGap(seconds: number): { readonly requests: Expected; readonly pages: Expected } {
  const pages = pagesPerSecond * seconds;
  const lost = pages * weight ** tries;
  return {
    requests: {
      mean: pages * weight * (1 + weight),
      sd: Math.sqrt(pages * (weight * (1 - weight) + 4 * weight ** 2)),
    },
    pages: { mean: lost, sd: Math.sqrt(lost) },
  };
}

const ruleUs = ({ desk }: Seen): number | undefined => appliedUs(desk, 'virtualservice');
const subsetUs = ({ desk }: Seen): number | undefined => appliedUs(desk, 'destinationrule');

/** Seconds since then; none if it has not been. */
const since = ({ desk }: Seen, us: number | undefined): number =>
  us === undefined ? 0 : Math.max(0, (desk.nowUs - us) / 1e6);

const isWrongOrder = (seen: Seen): boolean => {
  const [rule, subset] = [ruleUs(seen), subsetUs(seen)];
  return rule !== undefined && (subset === undefined || rule < subset);
};

const later = ({ now }: LessonState, seconds: number) =>
  ({ do: 'until', until: now.desk.nowUs + seconds * 1e6 }) as const;

const rule = { do: 'apply', file: 'virtual-service-reviews-20-v3.yaml' } as const;
const subset = { do: 'apply', file: 'destination-rule-reviews-v3.yaml' } as const;

const figure = (
  title: string,
  labels: readonly [string, string, string, string],
  facts: Facts,
  guess: number,
): Figure => ({
  kind: 'rows',
  title,
  max: Math.max(guess, facts.lost, facts.pages.mean, 1),
  rows: [
    { label: labels[0], value: guess, text: String(guess), is: 'guess' },
    {
      label: labels[1],
      value: facts.pages.mean,
      text: `${facts.pages.mean.toFixed(0)} ± ${facts.pages.sd.toFixed(0)}`,
      is: 'truth',
    },
    { label: labels[2], value: facts.lost, text: String(facts.lost), is: 'seen' },
    { label: labels[3], value: facts.lostInSafeOrder, text: String(facts.lostInSafeOrder), is: 'seen' },
  ],
});

/** The subset before the rule. */
export const g = lesson<Facts>({
  id: 'g',
  minutes: 4,
  setUps: [{ base: 'workshop/g', set: [] }],
  panels: ['page', 'rule', 'mesh'],
  ask: { kind: 'number', min: 0, max: pagesPerSecond * gapSeconds, step: 1, begin: 80 },
  tasks: [
    {
      id: 'rule',
      of: 1,
      progress: ({ now }) => Number(isWrongOrder(now) && (configured(now.desk, 'v3') ?? 0) > 0),
      moves: () => [rule],
    },
    {
      id: 'gap',
      of: gapSeconds,
      progress: ({ now }) => Math.floor(since(now, ruleUs(now))),
      moves: (state) => [
        { do: 'until', until: (ruleUs(state.now) ?? state.now.desk.nowUs) + gapSeconds * 1e6 },
      ],
    },
    {
      id: 'subset',
      of: 1,
      progress: ({ now }) => Number(isWrongOrder(now) && since(now, subsetUs(now)) >= 1),
      moves: (state) => [subset, later(state, 1)],
    },
    {
      id: 'safe order',
      of: gapSeconds,
      progress: ({ now }) =>
        subsetUs(now) !== undefined && !isWrongOrder(now) ? Math.floor(since(now, ruleUs(now))) : 0,
      next: ({ now }) => {
        if (isWrongOrder(now)) return 0;
        if (subsetUs(now) === undefined) return 1;
        if (ruleUs(now) !== undefined) return 4;
        return since(now, subsetUs(now)) < gapSeconds ? 2 : 3;
      },
      moves: (state) => [
        { do: 'anew', setUp: 0 },
        subset,
        later(state, gapSeconds),
        rule,
        later(state, gapSeconds),
      ],
    },
  ],
  facts: ({ now, ticked }) => {
    const wrong = ticked['subset'] ?? now;
    const seconds = ((subsetUs(wrong) ?? 0) - (ruleUs(wrong) ?? 0)) / 1e6;
    return {
      gapSeconds: seconds,
      ...costOfGap(Math.max(0, seconds)),
      lost: wrong.desk.pages.incomplete,
      failed: wrong.desk.pages.failed,
      lostInSafeOrder: (ticked['safe order'] ?? now).desk.pages.incomplete,
    };
  },
  words: inBoth({
    en: {
      title: 'The rule before the subset',
      question:
        'Users open 100 pages a second. The DestinationRule knows only v1. You apply a rule that sends 20 % to subset v3, and four seconds later the DestinationRule that defines v3.',
      ask: 'Of the 400 pages of those four seconds, so many lose their reviews:',
      unit: 'pages',
      tasks: {
        rule: { text: 'Apply the rule of 80/20, which names v3.', moves: ['Apply the rule'] },
        gap: {
          text: 'Let four seconds pass, and watch the ✕ in the mesh. Most pages come whole: refresh, and see.',
          moves: ['Until four seconds after'],
        },
        subset: {
          text: 'Apply the DestinationRule that defines v3, and wait a second.',
          moves: ['Apply the DestinationRule', 'One second on'],
        },
        'safe order': {
          text: 'Begin again in the other order: the DestinationRule, a few seconds, then the rule, and four seconds more.',
          moves: [
            'Begin again',
            'Apply the DestinationRule',
            'Four seconds on',
            'Apply the rule',
            'Four seconds on',
          ],
        },
      },
      reveal: ({ gapSeconds, requests, pages, lost, failed, lostInSafeOrder }, guess) => [
        `You said ${guess[0]}. In your gap of ${gapSeconds.toFixed(1)} s ${lost} pages came without reviews; ${pages.mean.toFixed(0)} are expected, give or take ${pages.sd.toFixed(1)}.`,
        `productpage’s proxy answered about ${requests.mean.toFixed(0)} requests (give or take ${requests.sd.toFixed(1)}) with 503 and the flag NC: it knows no such cluster. No pod of v3 was asked.`,
        `productpage asks twice, and both draws must hit v3: that is why so few of the pages lost their reviews. The gateway saw ${failed} failed pages: each came with status 200 and an apology in it.`,
        `In the safe order: ${lostInSafeOrder}.`,
      ],
      figure: (facts, guess) =>
        figure(
          'Pages without reviews',
          ['your guess', 'expected', 'your gap', 'safe order'],
          facts,
          guess[0]!,
        ),
      truth: ({ lost, pages, lostInSafeOrder }) =>
        `${pages.mean.toFixed(0)} expected, ${lost} came; safe order ${lostInSafeOrder}`,
      why: [
        'A rule that names a subset is accepted even if nobody defines it. Envoy then has a route to a cluster that does not exist, and answers 503 itself.',
        'So the order is: first what is named (pods, then the DestinationRule), then the rule that names it; and on the way back the rule first. Wait until every proxy has the first before you apply the second.',
      ],
    },
    zh: {
      title: '规则先于子集',
      question:
        '用户每秒打开 100 个页面。DestinationRule 只认识 v1。你应用一条把 20% 发给子集 v3 的规则，四秒之后才应用定义 v3 的 DestinationRule。',
      ask: '这四秒的 400 个页面中，看不到书评的有：',
      unit: '页',
      tasks: {
        rule: { text: '应用 80/20 的规则，它提到了 v3。', moves: ['应用规则'] },
        gap: {
          text: '让四秒过去，留意网格里的 ✕。大多数页面是完整的：刷新看看。',
          moves: ['运行到四秒之后'],
        },
        subset: {
          text: '应用定义 v3 的 DestinationRule，等一秒。',
          moves: ['应用 DestinationRule', '前进一秒'],
        },
        'safe order': {
          text: '换个顺序重来：先 DestinationRule，过几秒，再应用规则，再过四秒。',
          moves: ['重新开始', '应用 DestinationRule', '前进四秒', '应用规则', '前进四秒'],
        },
      },
      reveal: ({ gapSeconds, requests, pages, lost, failed, lostInSafeOrder }, guess) => [
        `你猜 ${guess[0]} 页。在你的 ${gapSeconds.toFixed(1)} 秒空档里，${lost} 个页面没有书评；期望值是 ${pages.mean.toFixed(0)}，上下浮动 ${pages.sd.toFixed(1)}。`,
        `productpage 的代理对大约 ${requests.mean.toFixed(0)} 个请求（上下浮动 ${requests.sd.toFixed(1)}）回了 503，标志是 NC：没有这个 cluster。v3 的 Pod 根本没有被问到。`,
        `productpage 会问两次，两次都抽到 v3 才会失败，所以丢书评的页面这么少。网关看到的失败页面有 ${failed} 个：每一页都是状态 200，里面带着一句道歉。`,
        `按安全的顺序：${lostInSafeOrder} 页。`,
      ],
      figure: (facts, guess) =>
        figure('没有书评的页面', ['你的猜测', '期望值', '你的空档', '安全顺序'], facts, guess[0]!),
      truth: ({ lost, pages, lostInSafeOrder }) =>
        `期望 ${pages.mean.toFixed(0)} 页，实际 ${lost} 页；安全顺序 ${lostInSafeOrder} 页`,
      why: [
        '规则提到的子集即使没有人定义，也会被接受。于是 Envoy 有一条路由指向不存在的 cluster，只好自己回 503。',
        '所以顺序是：先有被提到的（Pod，然后是 DestinationRule），再有提到它的规则；回退时先撤规则。前一步到达所有代理之后，再应用后一步。',
      ],
    },
  }),
});
