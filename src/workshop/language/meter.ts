import { clockText, countIn, englishCount, pointsIn, shareIn } from './number.ts';
import { inBoth } from './language.ts';

type Range = readonly [low: number, high: number];

const rangeIn = (language: 'en' | 'zh', [low, high]: Range, n: number): string =>
  `${shareIn(language, low, n)} – ${shareIn(language, high, n)}`;

export const meterWords = inBoth({
  en: {
    title: (service: string, version: string): string => `Share of ${service} ${version}`,
    titleAll: (service: string): string => `Shares of ${service}`,
    choose: 'Version',
    configured: 'configured',
    effective: 'effective',
    observed: 'observed',
    noRule: 'no rule',
    podsDecide: 'pods decide: any of them may be taken',
    notYet: 'none yet',
    evidence: (k: number, n: number, interval: string, since: string): string =>
      `${countIn('en', k)} of ${englishCount(n, 'request')} ${since}; ${interval}`,
    interval: (range: Range, n: number, isWatched: boolean): string =>
      `95 % interval ${isWatched ? 'for watchers ' : ''}${rangeIn('en', range, n)}`,
    since: (us: number): string => (us === 0 ? 'since the start' : `since ${clockText(us)}`),
    noGap: 'no gap',
    propagation: 'propagation',
    chance: 'chance',
    fault: 'more than chance',
    allHeld: (n: number): string =>
      n === 1
        ? 'the one calling proxy holds the rule'
        : `${n === 2 ? 'both' : `all ${countIn('en', n)}`} calling proxies hold the rule`,
    someHeld: (k: number, n: number): string =>
      `${countIn('en', k)} of ${englishCount(n, 'calling proxy', 'calling proxies')} hold the rule`,
    gap: (name: string, points: number): string => `${name} ${pointsIn('en', points)}`,
    withinInterval: 'as far as the interval reaches',
    edge: 'outside the interval, where chance alone comes now and then: watch on',
    beyondInterval: 'outside the interval: look for a fault',
    mixed: 'older rules drew some of these requests: wait',
    nowhere: (n: number): string => `${englishCount(n, 'request')} came to no version.`,
    version: 'version',
    caption: (service: string): string => `Shares of the versions of ${service}`,
  },
  zh: {
    title: (service: string, version: string): string => `${service} ${version} 的份额`,
    titleAll: (service: string): string => `${service} 各版本的份额`,
    choose: '版本',
    configured: '配置值',
    effective: '生效值',
    observed: '观测值',
    noRule: '无规则',
    podsDecide: '由 Pod 数决定：任何一个都可能被选中',
    notYet: '尚无数据',
    evidence: (k: number, n: number, interval: string, since: string): string =>
      `${since}，${countIn('zh', n)} 个请求中有 ${countIn('zh', k)} 个；${interval}`,
    interval: (range: Range, n: number, isWatched: boolean): string =>
      `95% ${isWatched ? '随时有效' : '置信'}区间 ${rangeIn('zh', range, n)}`,
    since: (us: number): string => (us === 0 ? '从开始算起' : `从 ${clockText(us)} 算起`),
    noGap: '无差距',
    propagation: '传播',
    chance: '随机波动',
    fault: '超出随机波动',
    allHeld: (n: number): string =>
      n === 1 ? '唯一的调用方代理持有规则' : `全部 ${countIn('zh', n)} 个调用方代理都持有规则`,
    someHeld: (k: number, n: number): string =>
      `${countIn('zh', n)} 个调用方代理中 ${countIn('zh', k)} 个持有规则`,
    gap: (name: string, points: number): string => `${name} ${pointsIn('zh', points)}`,
    withinInterval: '没有超出区间',
    edge: '在区间之外；仅凭运气偶尔也会如此：再看看',
    beyondInterval: '在区间之外：请查找故障',
    mixed: '其中有些请求由旧规则选出，请再等等',
    nowhere: (n: number): string => `有 ${countIn('zh', n)} 个请求没有到达任何版本。`,
    version: '版本',
    caption: (service: string): string => `${service} 各版本的份额`,
  },
});
