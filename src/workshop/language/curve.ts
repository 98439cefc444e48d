import { clockText, countIn, shareIn } from './number.ts';
import { inBoth } from './language.ts';

export const curveWords = inBoth({
  en: {
    title: (version: string): string => `Share of ${version} over time`,
    asTable: 'As a table',
    configured: 'configured',
    effective: 'effective',
    observed: (seconds: number): string =>
      `observed each ${seconds === 1 ? 'second' : `${countIn('en', seconds)} s`}, with its 95 % interval`,
    time: 'time',
    applies: 'a rule was applied',
    nothing: 'Nothing to draw yet: let the clock run.',
    noRule: 'no rule',
    none: 'no requests',
    ofRequests: (k: number, n: number): string =>
      `${shareIn('en', k / n, n)} (${countIn('en', k)} of ${countIn('en', n)})`,
    interval: '95 % interval',
    span: (fromUs: number, toUs: number): string => `${clockText(fromUs)} – ${clockText(toUs)}`,
    describe: (version: string, configured: string, effective: string): string =>
      `Share of ${version} over time; at the end configured ${configured}, effective ${effective}. The table below has all.`,
  },
  zh: {
    title: (version: string): string => `${version} 的份额随时间变化`,
    asTable: '看表格',
    configured: '配置值',
    effective: '生效值',
    observed: (seconds: number): string =>
      `每${seconds === 1 ? '' : ` ${countIn('zh', seconds)} `}秒的观测值及 95% 区间`,
    time: '时间',
    applies: '应用了一条规则',
    nothing: '还没有可画的内容：让时钟走起来。',
    noRule: '没有规则',
    none: '没有请求',
    ofRequests: (k: number, n: number): string =>
      `${shareIn('zh', k / n, n)}(${countIn('zh', k)} / ${countIn('zh', n)})`,
    interval: '95% 区间',
    span: (fromUs: number, toUs: number): string => `${clockText(fromUs)} – ${clockText(toUs)}`,
    describe: (version: string, configured: string, effective: string): string =>
      `${version} 的份额随时间变化；最后配置值 ${configured}，生效值 ${effective}。完整数据见下表。`,
  },
});
