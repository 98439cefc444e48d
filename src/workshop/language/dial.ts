import { countIn } from './number.ts';
import { inBoth } from './language.ts';

export const dialWords = inBoth({
  en: {
    title: 'The dial',
    titleOf: (number: number, version: string): string =>
      version === '' ? `Page ${number}` : `Why page ${number} went to ${version}`,
    choose: 'Choose a page that you have seen: here stands why it went there.',
    underWay: 'This page is still on its way.',
    noRule:
      'No rule drew for this page: nothing weighs the versions, and the balancer took one of the pods in its turn.',
    noAnswer: 'No draw decided this page: the request ended before a rule could choose.',
    drewOf: (caller: string): string => `The proxy of ${caller} drew`,
    value: (value: string): string => `Its 64-bit number: ${value}`,
    remainder: (total: number, at: number): string => `mod ${countIn('en', total)} = ${countIn('en', at)}`,
    lies: (at: number, from: number, to: number, version: string): string =>
      `${countIn('en', at)} lies in ${rangeText(from, to)}, which is ${version}.`,
    whole: (total: number, version: string): string =>
      `All ${countIn('en', total)} marks are ${version}: whatever is drawn, it goes there.`,
    arc: (version: string, from: number, to: number): string => `${version}: ${rangeText(from, to)}`,
    missed: (version: string): string => `It was to be ${version}, but no answer came from there.`,
    counter: (further: number, number: number): string =>
      `${further} further than page ${number}: a counter, no chance.`,
    fresh: 'Each page draws afresh; none remembers the one before.',
    stale: (snapshot: number, wanted: number): string =>
      `The proxy still held an older rule (snapshot ${snapshot}; the latest is ${wanted}).`,
    snapshot: (snapshot: number): string => `By the rule of snapshot ${snapshot}.`,
  },
  zh: {
    title: '转盘',
    titleOf: (number: number, version: string): string =>
      version === '' ? `第 ${number} 页` : `第 ${number} 页为什么去了 ${version}`,
    choose: '选一页你看到的页面：这里会说明它为什么去了那里。',
    underWay: '这一页还在路上。',
    noRule: '这一页没有规则抽签：没有权重，负载均衡器轮到哪个 Pod 就选哪个。',
    noAnswer: '这一页没有抽签：规则还没来得及选择，请求就结束了。',
    drewOf: (caller: string): string => `${caller} 的代理抽签`,
    value: (value: string): string => `它的 64 位数：${value}`,
    remainder: (total: number, at: number): string => `模 ${countIn('zh', total)} 余 ${countIn('zh', at)}`,
    lies: (at: number, from: number, to: number, version: string): string =>
      `${countIn('zh', at)} 落在 ${rangeText(from, to)}，属于 ${version}。`,
    whole: (total: number, version: string): string =>
      `全部 ${countIn('zh', total)} 格都属于 ${version}：无论抽到几，都去那里。`,
    arc: (version: string, from: number, to: number): string => `${version}：${rangeText(from, to)}`,
    missed: (version: string): string => `本应去 ${version}，但那里没有应答。`,
    counter: (further: number, number: number): string =>
      `比第 ${number} 页多 ${further}：是计数器，不是随机。`,
    fresh: '每一页都重新抽签，谁也不记得上一页。',
    stale: (snapshot: number, wanted: number): string =>
      `该代理当时仍持有旧规则（快照 ${snapshot}，最新是 ${wanted}）。`,
    snapshot: (snapshot: number): string => `依据快照 ${snapshot} 的规则。`,
  },
});

/** Half open, as Envoy compares: "[50, 100)". */
function rangeText(from: number, to: number): string {
  return `[${from}, ${to})`;
}
