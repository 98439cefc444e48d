import { countIn, englishCount } from './number.ts';
import { inBoth } from './language.ts';

export const stripWords = inBoth({
  en: {
    title: 'What you have seen',
    ofTarget: (n: number, target: number): string => `${countIn('en', n)} of ${countIn('en', target)}`,
    pages: (n: number): string => englishCount(n, 'page'),
    none: 'Nothing yet.',
    hint: 'Choose a page to see why it went there; arrow keys go along.',
    without: (service: string): string => `no ${service}`,
    failed: 'no page',
    short: 'error',
    underWay: 'on its way',
    cell: (number: number, what: string): string => `page ${number}: ${what}`,
    stale: 'by an older rule',
    run: (now: number, longest: number): string => `run now ${now}, longest ${longest}`,
    earlier: (n: number): string => `${englishCount(n, 'earlier page')} not drawn; all are counted.`,
    tally: 'Counted',
  },
  zh: {
    title: '你看到的页面',
    ofTarget: (n: number, target: number): string => `${countIn('zh', n)} / ${countIn('zh', target)}`,
    pages: (n: number): string => `${countIn('zh', n)} 页`,
    none: '还没有。',
    hint: '选一页，看它为什么去了那里；方向键可逐页移动。',
    without: (service: string): string => `没有 ${service}`,
    failed: '没有页面',
    short: '错误',
    underWay: '还在路上',
    cell: (number: number, what: string): string => `第 ${number} 页：${what}`,
    stale: '由旧规则选出',
    run: (now: number, longest: number): string => `当前连续 ${now} 页，最长 ${longest} 页`,
    earlier: (n: number): string => `更早的 ${countIn('zh', n)} 页没有画出，但都已计数。`,
    tally: '计数',
  },
});
