import { inBoth } from './language.ts';

export const lawWords = inBoth({
  en: {
    title: 'A thousand sessions',
    caption: 'Red pages of fifteen: sessions that are played now, and the exact law',
    hint: 'Each dot is a session of fifteen refreshes that the engine plays.',
    more: (count: number): string => (count === 1 ? 'One session' : `× ${count}`),
    restart: 'Begin again',
    so: (sessions: string): string => `${sessions} sessions`,
    beyond: (beyond: string, share: string, exact: string): string =>
      `${beyond} beyond your line: ${share}; exactly ${exact} in the long run.`,
    legend: { bar: 'played', expected: 'exact law', own: 'you', beyond: 'beyond your line' },
    columns: { reds: 'Red pages', played: 'Played', expected: 'Exact law' },
    table: 'As a table',
    you: 'you',
  },
  zh: {
    title: '一千场',
    caption: '十五页中的红星页数：正在模拟的各场，与精确分布',
    hint: '每个点是引擎模拟的一场：刷新十五次。',
    more: (count) => (count === 1 ? '一场' : `× ${count}`),
    restart: '重新开始',
    so: (sessions) => `${sessions} 场`,
    beyond: (beyond, share, exact) => `${beyond} 场越过你的界线：${share}；长远看恰好是 ${exact}。`,
    legend: { bar: '已模拟', expected: '精确分布', own: '你', beyond: '在你的界线之外' },
    columns: { reds: '红星页数', played: '已模拟', expected: '精确分布' },
    table: '以表格查看',
    you: '你',
  },
});
