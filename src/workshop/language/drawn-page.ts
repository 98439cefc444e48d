import { englishCount, tookIn } from './number.ts';
import { inBoth } from './language.ts';
import { versionWords } from './version.ts';
import type { DeskVersion } from '../../experiment/session/desk.ts';

type Mark = NonNullable<DeskVersion['mark']>;

/** Words around the drawn page; what stands on it is Bookinfo's own and stays English. */
export const drawnPageWords = inBoth({
  en: {
    title: 'Your browser',
    refresh: 'Refresh',
    address: 'Address',
    waiting: 'waiting for the answer …',
    nothing: 'No page yet.',
    nothingHint: 'Refresh asks productpage for one.',
    nothingHintPlain: 'Refresh asks for one.',
    why: 'Why did it go there?',
    shown: (service: string, version: string, mark: Mark | null): string =>
      `${mark === null ? '' : `${versionWords.en.stars(mark)}, `}${service} ${version}`,
    without: (service: string): string => `an error in place of ${service}`,
    failed: (status: number): string =>
      status === 0 ? 'no page: the connection broke' : `no page: status ${status}`,
    also: (services: readonly string[]): string => `${services.join(' and ')} missing`,
    line: (number: number, what: string): string => `page ${number}: ${what}`,
    soFar: (k: number, n: number, version: string): string => `${k} of ${englishCount(n, 'page')} ${version}`,
    took: (us: number): string => `took ${tookIn('en', us)}`,
    stale: 'Chosen by an older rule: the proxy that chose did not have the new one yet.',
    answeredBy: (service: string): string => `Answer of ${service}`,
    pod: (name: string): string => `pod ${name}`,
    badGateway: (status: number): string => gatewaySaysEn[status] ?? 'The page could not be made.',
  },
  zh: {
    title: '你的浏览器',
    refresh: '刷新',
    address: '地址',
    waiting: '正在等待应答……',
    nothing: '还没有页面。',
    nothingHint: '点“刷新”，向 productpage 请求一页。',
    nothingHintPlain: '点“刷新”请求一页。',
    why: '为什么去了那里？',
    shown: (service: string, version: string, mark: Mark | null): string =>
      `${mark === null ? '' : `${versionWords.zh.stars(mark)}，`}${service} ${version}`,
    without: (service: string): string => `${service} 的位置是一条错误`,
    failed: (status: number): string => (status === 0 ? '没有页面：连接断开' : `没有页面：状态码 ${status}`),
    also: (services: readonly string[]): string => `缺少 ${services.join('、')}`,
    line: (number: number, what: string): string => `第 ${number} 页：${what}`,
    soFar: (k: number, n: number, version: string): string => `${n} 页中有 ${k} 页是 ${version}`,
    took: (us: number): string => `用时 ${tookIn('zh', us)}`,
    stale: '由旧规则选出：做选择的代理当时还没有收到新规则。',
    answeredBy: (service: string): string => `${service} 的应答`,
    pod: (name: string): string => `Pod ${name}`,
    badGateway: (status: number): string => gatewaySaysZh[status] ?? '页面无法生成。',
  },
});

const gatewaySaysEn: Readonly<Record<number, string>> = {
  0: 'The connection broke before an answer came.',
  404: 'The gateway knows no route for this address.',
  429: 'Too many requests: a limit refused this one.',
  500: 'The service that makes the page failed.',
  503: 'The gateway found nobody who could answer.',
  504: 'The gateway waited for an answer, and gave up.',
};
const gatewaySaysZh: Readonly<Record<number, string>> = {
  0: '应答到来之前连接就断开了。',
  404: '网关没有匹配这个地址的路由。',
  429: '请求过多：被限流拒绝。',
  500: '生成页面的服务出错了。',
  503: '网关找不到能应答的端点。',
  504: '网关等待应答超时，放弃了。',
};
