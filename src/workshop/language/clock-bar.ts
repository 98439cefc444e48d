import { clockText, countIn } from './number.ts';
import { inBoth } from './language.ts';

export const clockWords = inBoth({
  en: {
    title: 'Clock',
    play: 'Play',
    pause: 'Pause',
    step: 'Step',
    stepHint: 'On to the next thing that happens',
    time: 'Time of the model',
    speed: 'Speed',
    times: (speed: number): string => `${speed}×`,
    most: 'max',
    mostHint: 'as fast as it can',
    limited: 'as fast as this laptop can',
    held: 'Until every proxy has it',
    allHeld: 'every proxy has the latest rule',
    more: 'Speed and time line',
    timeline: 'Time line',
    at: (us: number, endUs: number): string => `${clockText(us)} of ${clockText(endUs)}`,
    back: 'Drag back: it plays again from the seed.',
    backTo: (us: number): string => `Let go: it plays again from the seed up to ${clockText(us)}.`,
    onTo: (us: number): string => `Let go: it plays on to ${clockText(us)}.`,
    ended: 'The scenario ends here.',
    future: (deeds: number, firstUs: number, what: string): string =>
      deeds === 1
        ? `Your future: ${what} at ${clockText(firstUs)} is still to come. Do something now, and it is gone.`
        : `Your future: ${countIn('en', deeds)} deeds are still to come, first ${what} at ${clockText(firstUs)}. Do something now, and they are gone.`,
    deeds: {
      refresh: 'refresh',
      apply: 'apply',
      delete: 'delete',
      other: 'change',
    },
    deed: (what: string, us: number): string => `${what} at ${clockText(us)}`,
  },
  zh: {
    title: '时钟',
    play: '播放',
    pause: '暂停',
    step: '单步',
    stepHint: '前进到下一件发生的事',
    time: '模型时间',
    speed: '速度',
    times: (speed: number): string => `${speed}×`,
    most: '最快',
    mostHint: '能多快就多快',
    limited: '已是这台电脑的最快速度',
    held: '直到每个代理都收到',
    allHeld: '每个代理都已持有最新规则',
    more: '速度与时间轴',
    timeline: '时间轴',
    at: (us: number, endUs: number): string => `${clockText(us)} / ${clockText(endUs)}`,
    back: '往回拖：从种子重新播放。',
    backTo: (us: number): string => `松开后从种子重新播放到 ${clockText(us)}。`,
    onTo: (us: number): string => `松开后继续播放到 ${clockText(us)}。`,
    ended: '场景到此结束。',
    future: (deeds: number, firstUs: number, what: string): string =>
      deeds === 1
        ? `你的未来：${clockText(firstUs)} 的“${what}”还没到。现在做点什么，它就不再发生。`
        : `你的未来：还有 ${countIn('zh', deeds)} 个操作没到，最早的是 ${clockText(firstUs)} 的“${what}”。现在做点什么，它们就不再发生。`,
    deeds: { refresh: '刷新', apply: '应用', delete: '删除', other: '变更' },
    deed: (what: string, us: number): string => `${clockText(us)} ${what}`,
  },
});
