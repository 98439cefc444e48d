import { tenthsIn } from '../language/chance.ts';
import { inBoth } from '../language/language.ts';
import { lesson, type Figure, type LessonState } from './lesson.ts';
import { appliedUs, isHeld } from './seen.ts';

/** Replicas of productpage in scenario-b.yaml: the proxies that call reviews. */
const sidecars = 24;
const askedUs = 1_000_000;
const share = 0.5;

interface Facts {
  /** Sidecars that held the rule a second after it was applied, and what they gave v3 together. */
  readonly heldAfterOne: number;
  readonly effective: number;
  /** Seconds from apply until all had it. */
  readonly lastSeconds: number;
  readonly callers: number;
}

const applied = (state: LessonState): number | undefined => appliedUs(state.now.desk, 'virtualservice');

const sinceApply = (state: LessonState): number => state.now.desk.nowUs - (applied(state) ?? Infinity);

const figure = (
  title: string,
  rows: readonly [guess: string, truth: string],
  { heldAfterOne, callers }: Facts,
  guess: number,
): Figure => ({
  kind: 'rows',
  title,
  max: callers,
  rows: [
    { label: rows[0], value: guess, text: String(guess), is: 'guess' },
    { label: rows[1], value: heldAfterOne, text: String(heldAfterOne), is: 'seen' },
  ],
});

/** Rules travel: kubectl's answer says that the API server has one, not that a proxy has. */
export const b = lesson<Facts>({
  id: 'b',
  minutes: 5,
  // One seed for all: how long a rule takes is luck, too, and a class compares better what it shares.
  setUps: [{ base: 'workshop/b', set: [], seed: '42' }],
  panels: ['mesh', 'rule', 'split', 'curve'],
  ask: { kind: 'number', min: 0, max: sidecars, step: 1, begin: sidecars },
  tasks: [
    {
      id: 'apply',
      of: 1,
      progress: (state) => Number(applied(state) !== undefined),
      moves: () => [
        { do: 'run', speed: 0 },
        { do: 'apply', file: 'virtual-service-reviews-50-v3.yaml' },
      ],
    },
    {
      id: 'one second',
      of: 1,
      progress: (state) => Number(sinceApply(state) >= askedUs),
      moves: (state) => [{ do: 'until', until: (applied(state) ?? state.now.desk.nowUs) + askedUs }],
    },
    {
      id: 'between',
      of: 1,
      progress: ({ now: { desk, speed } }) =>
        Number(speed === 0 && (isHeld(desk) || desk.split.callersCurrent > 0)),
      moves: () => [{ do: 'run', speed: 0 }],
    },
    {
      id: 'held',
      of: 1,
      progress: ({ now }) => Number(isHeld(now.desk)),
      moves: () => [{ do: 'until', until: 'held' }],
    },
  ],
  facts: ({ now, ticked }) => {
    const second = (ticked['one second'] ?? now).desk;
    const last = (ticked['held'] ?? now).desk;
    const { callersCurrent, callers } = second.split;
    return {
      heldAfterOne: callersCurrent,
      effective: callers === 0 ? 0 : (share * callersCurrent) / callers,
      lastSeconds: (last.nowUs - (appliedUs(last, 'virtualservice') ?? last.nowUs)) / 1e6,
      callers,
    };
  },
  words: inBoth({
    en: {
      title: 'A rule travels',
      question:
        'productpage has 24 pods, each with a sidecar of its own, in a large mesh. Everything goes to v1. You apply half and half, and kubectl answers “configured” at once.',
      ask: 'Of the 24 sidecars, so many have the rule one second later:',
      unit: 'of 24 sidecars',
      tasks: {
        apply: {
          text: 'Apply 50/50. (With the clock stopped you will see more.)',
          moves: ['Stop the clock', 'Apply 50/50'],
        },
        'one second': {
          text: 'Let one second pass, and look at the badges.',
          moves: ['One second after apply'],
        },
        between: {
          text: 'Stop the clock and compare: configured, effective, and how many badges have turned.',
          moves: ['Stop the clock'],
        },
        held: { text: 'Go on until every proxy has it.', moves: ['Until every proxy has it'] },
      },
      reveal: ({ heldAfterOne, effective, lastSeconds, callers }, guess) => [
        `You said ${guess[0]} of ${callers}. One second after apply ${heldAfterOne} had it.`,
        `So configured was ${tenthsIn('en', share)}, and effective ${tenthsIn('en', share)} × ${heldAfterOne}/${callers} = ${tenthsIn('en', effective)}.`,
        `The last sidecar had it ${lastSeconds.toFixed(1)} s after apply. Until then the same page could go by the old rule or by the new one, depending on who asked.`,
      ],
      figure: (facts, guess) =>
        figure(
          'Sidecars that have the rule after one second',
          ['your guess', 'in this mesh'],
          facts,
          guess[0]!,
        ),
      truth: ({ heldAfterOne, callers, lastSeconds }) =>
        `${heldAfterOne} of ${callers}; the last after ${lastSeconds.toFixed(1)} s`,
      why: [
        'kubectl’s answer means that the API server has stored the object. istiod hears of it, waits a moment for more changes, computes what each proxy needs, and sends it to one after the other. A proxy goes by its old rule until the new one is in.',
        'How long that takes depends on the size of the mesh. The delays of this lesson are chosen like those that large meshes have published, not measured here; in Bookinfo alone it takes a fraction of a second.',
      ],
    },
    zh: {
      title: '规则在路上',
      question:
        'productpage 有 24 个 Pod，各有自己的 sidecar，身处一个大网格。流量目前全部去 v1。你应用一半对一半的规则，kubectl 立刻回答 “configured”。',
      ask: '一秒之后，24 个 sidecar 中已拿到规则的有：',
      unit: '个（共 24 个 sidecar）',
      tasks: {
        apply: { text: '应用 50/50。（先停住时钟，看得更清楚。）', moves: ['停住时钟', '应用 50/50'] },
        'one second': { text: '让时间过去一秒，看看各个徽标。', moves: ['运行到应用后一秒'] },
        between: {
          text: '停住时钟，比较一下：配置的、生效的份额，以及有多少徽标已经变了。',
          moves: ['停住时钟'],
        },
        held: { text: '继续，直到所有代理都拿到规则。', moves: ['运行到所有代理都拿到'] },
      },
      reveal: ({ heldAfterOne, effective, lastSeconds, callers }, guess) => [
        `你猜 ${callers} 个里有 ${guess[0]} 个。应用一秒后，实际有 ${heldAfterOne} 个拿到了规则。`,
        `所以配置的份额是 ${tenthsIn('zh', share)}，而生效的份额是 ${tenthsIn('zh', share)} × ${heldAfterOne}/${callers} = ${tenthsIn('zh', effective)}。`,
        `最后一个 sidecar 在应用之后 ${lastSeconds.toFixed(1)} 秒才拿到。在那之前，同一个页面走旧规则还是新规则，要看是谁发出的请求。`,
      ],
      figure: (facts, guess) =>
        figure('一秒后拿到规则的 sidecar 数', ['你的猜测', '这个网格里'], facts, guess[0]!),
      truth: ({ heldAfterOne, callers, lastSeconds }) =>
        `${callers} 个中 ${heldAfterOne} 个；最后一个用了 ${lastSeconds.toFixed(1)} 秒`,
      why: [
        'kubectl 的回答只表示 API server 存下了对象。istiod 得知变更，稍等片刻看有没有更多变更，计算每个代理需要什么，再逐个推送。新规则到达之前，代理一直按旧规则走。',
        '要花多久取决于网格的规模。本课的延迟是参照大型网格公开的数据选定的，并非在这里测得。单独一个 Bookinfo 只要几分之一秒。',
      ],
    },
  }),
});
