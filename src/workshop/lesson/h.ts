import { chanceIn, tenthsIn } from '../language/chance.ts';
import { inBoth, type Language } from '../language/language.ts';
import type { Guess } from './guess.ts';
import { lesson, type Figure, type LessonState } from './lesson.ts';
import { appliedUs } from './seen.ts';

/** As bad-canary.yaml and the rules of scenario-h.yaml have them. */
const fails = 0.3;
const weight = 0.1;
const attempts = 2;
/** productpage asks reviews so many times itself. */
const tries = 2;
const counted = 1000;
/** Long after the last of Bookinfo's proxies has a rule. */
const heldUs = 2_000_000;

/** What three meters show of v3 with so many retries. */
export interface Meters {
  /** Of the tries that came to v3's pods. */
  readonly pods: number;
  /** Of productpage's requests to v3, as its proxy reports them after its retries; and of all to reviews. */
  readonly caller: number;
  readonly ofAll: number;
  /** Of all pages: both of productpage's tries drew v3 and failed. */
  readonly pages: number;
  /** v3's part of the tries that all pods of reviews together see: retries stay with the version that was drawn. */
  readonly shareAtPods: number;
}

export function metersWith(retries: number): Meters {
  const caller = fails ** (retries + 1);
  const triesPerRequest = Array.from({ length: retries + 1 }, (_, n) => fails ** n).reduce((a, b) => a + b);
  return {
    pods: fails,
    caller,
    ofAll: weight * caller,
    pages: (weight * caller) ** tries,
    shareAtPods: (weight * triesPerRequest) / (1 - weight + weight * triesPerRequest),
  };
}

interface Facts {
  readonly now: Meters;
  readonly without: Meters;
  readonly one: Meters;
  /** Pages that came with retries, and those among them without reviews. */
  readonly pages: number;
  readonly lost: number;
  /** The right option of each meter. */
  readonly right: readonly [number, number, number];
}

/** What the options stand for; the nearest by ratio is right. */
const options = [0.3, 0.03, 0.00001] as const;

const nearest = (value: number): number => {
  const distance = options.map((own) => Math.abs(Math.log(own / value)));
  return distance.indexOf(Math.min(...distance));
};

const pagesSince = ({ now, ticked }: LessonState, task: string): number =>
  now.desk.pages.done - (ticked[task]?.desk.pages.done ?? 0);

const later = ({ now }: LessonState, us = 20_000_000) =>
  ({ do: 'until', until: now.desk.nowUs + us }) as const;

const hits = (guess: Guess, { right }: Facts): number =>
  guess.filter((own, row) => own === right[row]).length;

const figure = (
  title: string,
  labels: readonly [string, string, string],
  language: Language,
  { now }: Facts,
): Figure => ({
  kind: 'rows',
  title,
  max: now.pods,
  rows: ([now.pods, now.caller, now.pages] as const).map((value, row) => ({
    label: labels[row]!,
    value,
    text: chanceIn(language, value),
    is: 'truth',
  })),
});

/** Retries hide a bad canary. */
export const h = lesson<Facts>({
  id: 'h',
  minutes: 4,
  setUps: [{ base: 'workshop/h', set: [] }],
  panels: ['mesh', 'split', 'rule'],
  ask: { kind: 'choice', rows: 3, options: options.length },
  tasks: [
    {
      id: 'with retries',
      of: counted,
      progress: ({ now }) => now.desk.pages.done,
      moves: (state) => [later(state)],
    },
    {
      id: 'no retries',
      of: 1,
      progress: ({ now }) =>
        Number(now.desk.nowUs - (appliedUs(now.desk, 'virtualservice') ?? Infinity) >= heldUs),
      moves: (state) => [
        { do: 'apply', file: 'virtual-service-reviews-10-v3-retries-0.yaml' },
        later(state, heldUs),
      ],
    },
    {
      id: 'without',
      of: counted,
      progress: (state) => pagesSince(state, 'no retries'),
      moves: (state) => [later(state)],
    },
  ],
  facts: ({ now, ticked }) => {
    const meters = metersWith(attempts);
    const { done, incomplete } = (ticked['with retries'] ?? now).desk.pages;
    return {
      now: meters,
      without: metersWith(0),
      one: metersWith(1),
      pages: done,
      lost: incomplete,
      right: [nearest(meters.pods), nearest(meters.caller), nearest(meters.pages)],
    };
  },
  words: inBoth({
    en: {
      title: 'The canary that nobody sees failing',
      question:
        'v3 gets 10 % of the requests and fails three of ten. The rule retries twice, and productpage itself asks twice. Which meter shows what?',
      ask: 'Errors of v3, as this meter shows them:',
      rows: ['At v3’s pods', 'At productpage’s proxy, of its requests to v3', 'Pages without reviews'],
      options: ['about 30 %', 'about 3 %', 'next to none'],
      tasks: {
        'with retries': {
          text: 'Let a thousand pages come, and look at the edges and the pages.',
          moves: ['Twenty seconds on'],
        },
        'no retries': {
          text: 'Take the retries away, and give the rule two seconds to arrive.',
          moves: ['Apply without retries', 'Two seconds on'],
        },
        without: { text: 'Another thousand pages.', moves: ['Twenty seconds on'] },
      },
      reveal: (facts, guess) => [
        `You had ${hits(guess, facts)} of 3. v3’s pods fail ${tenthsIn('en', facts.now.pods)} of what they get; its caller sees ${chanceIn('en', facts.now.caller)}, which is ${chanceIn('en', facts.now.ofAll)} of all its requests to reviews; of pages ${chanceIn('en', facts.now.pages)} lack their reviews.`,
        `You saw ${facts.lost} such pages in ${facts.pages}.`,
        `With one retry the caller would see ${chanceIn('en', facts.one.caller)}, with none ${tenthsIn('en', facts.without.caller)}: each retry multiplies by ${tenthsIn('en', facts.now.pods)} again.`,
        `Retries are load: of what reviews’ pods together see, v3 has ${tenthsIn('en', facts.now.shareAtPods)}, not ${tenthsIn('en', weight)}. A retry goes to the same version: the draw is not repeated.`,
      ],
      figure: (facts) => figure('Errors of v3, meter by meter', ['pods', 'caller', 'pages'], 'en', facts),
      truth: (facts) =>
        `pods ${tenthsIn('en', facts.now.pods)}, caller ${chanceIn('en', facts.now.caller)}, pages ${chanceIn('en', facts.now.pages)}`,
      why: [
        'Each meter counts something else. A pod counts tries. The caller’s proxy reports a request once, after its retries. A page counts what is left when the application has asked again.',
        'So a canary is judged at its pods: compare the error share of v3’s own tries with v1’s. A quiet dashboard of pages says that retries work, not that the canary does.',
      ],
    },
    zh: {
      title: '没人看见的坏金丝雀',
      question:
        'v3 分到 10% 的请求，其中十个有三个失败。规则会重试两次，productpage 自己也会问两次。哪个指标显示什么？',
      ask: '这个指标显示的 v3 错误率：',
      rows: ['在 v3 的 Pod 上', '在 productpage 的代理上（发往 v3 的请求）', '没有书评的页面'],
      options: ['约 30%', '约 3%', '几乎没有'],
      tasks: {
        'with retries': { text: '等一千个页面过去，看看连线和页面。', moves: ['前进二十秒'] },
        'no retries': {
          text: '去掉重试，给规则两秒钟到达。',
          moves: ['应用不带重试的规则', '前进两秒'],
        },
        without: { text: '再等一千个页面。', moves: ['前进二十秒'] },
      },
      reveal: (facts, guess) => [
        `三个里你答对 ${hits(guess, facts)} 个。v3 的 Pod 收到的请求有 ${tenthsIn('zh', facts.now.pods)} 失败；调用方看到的是 ${chanceIn('zh', facts.now.caller)}，占它发往 reviews 的全部请求的 ${chanceIn('zh', facts.now.ofAll)}；页面中没有书评的占 ${chanceIn('zh', facts.now.pages)}。`,
        `你在 ${facts.pages} 个页面里看到 ${facts.lost} 个这样的页面。`,
        `只重试一次时，调用方会看到 ${chanceIn('zh', facts.one.caller)}，不重试时是 ${tenthsIn('zh', facts.without.caller)}：每多一次重试，就再乘一次 ${tenthsIn('zh', facts.now.pods)}。`,
        `重试也是负载：在 reviews 所有 Pod 收到的请求里，v3 占 ${tenthsIn('zh', facts.now.shareAtPods)}，而不是 ${tenthsIn('zh', weight)}。重试仍去同一个版本：不会重新抽签。`,
      ],
      figure: (facts) => figure('各个指标上 v3 的错误率', ['Pod', '调用方', '页面'], 'zh', facts),
      truth: (facts) =>
        `Pod ${tenthsIn('zh', facts.now.pods)}，调用方 ${chanceIn('zh', facts.now.caller)}，页面 ${chanceIn('zh', facts.now.pages)}`,
      why: [
        '每个指标数的东西不同。Pod 数的是每一次尝试；调用方的代理在重试之后才把一个请求报告一次；页面数的是应用自己再问一遍之后还剩下的失败。',
        '所以要在 Pod 上评判金丝雀：比较 v3 与 v1 各自尝试的错误率。页面的仪表盘风平浪静，只说明重试有效，不说明金丝雀没病。',
      ],
    },
  }),
});
