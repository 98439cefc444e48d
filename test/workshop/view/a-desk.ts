import type { Desk, Draw, YourPage } from '../../../src/experiment/session/desk.ts';

/** A desk as Bookinfo has it, half v1 and half v3, of which a test says what matters to it. */
export const aDesk = (own: Partial<Desk> = {}): Desk => ({
  nowUs: 30_000_000,
  endUs: 300_000_000,
  focus: 'reviews',
  versions: [
    { key: 'v1', mark: 'none' },
    { key: 'v2', mark: 'black' },
    { key: 'v3', mark: 'red' },
  ],
  split: {
    configured: [0.5, 0, 0.5],
    effective: [0.5, 0, 0.5],
    callersCurrent: 1,
    callers: 1,
    observed: [60, 0, 40],
    sinceUs: 0,
    nowhere: 0,
    curve: [],
  },
  proxies: [
    { pod: 'productpage-a', workload: 'productpage-v1', snapshot: 2, isCurrent: true },
    { pod: 'reviews-a', workload: 'reviews-v1', snapshot: 1, isCurrent: false },
  ],
  wantedSnapshot: 2,
  services: [
    { name: 'gateway', version: '', perSecond: 60, errorsPerSecond: 0, pods: [] },
    service('productpage', '', 'productpage-a', 60),
    service('details', '', 'details-a', 60),
    service('reviews', 'v1', 'reviews-a', 29),
    service('reviews', 'v2', 'reviews-b', 0),
    service('reviews', 'v3', 'reviews-c', 31),
    service('ratings', '', 'ratings-a', 31),
  ],
  edges: [
    call('gateway', '', 'productpage', '', 60),
    call('productpage', '', 'details', '', 60),
    call('productpage', '', 'reviews', 'v1', 29),
    call('productpage', '', 'reviews', 'v2', 0),
    { ...call('productpage', '', 'reviews', 'v3', 31), errorsPerSecond: 3 },
    call('reviews', 'v3', 'ratings', '', 31),
  ],
  sampled: [],
  yours: [],
  pages: { done: 100, failed: 0, incomplete: 0, perSecond: 60 },
  deeds: [],
  ...own,
});

function service(name: string, version: string, pod: string, perSecond: number): Desk['services'][number] {
  const pods = [{ name: pod, state: 'ready' as const, waiting: 0, inside: 0 }];
  return { name, version, perSecond, errorsPerSecond: 0, pods };
}

function call(
  from: string,
  fromVersion: string,
  to: string,
  version: string,
  perSecond: number,
): Desk['edges'][number] {
  return { from, fromVersion, to, version, perSecond, errorsPerSecond: 0 };
}

/** A page that came, with a version or with none ("") in the place of reviews. */
export const aPage = (number: number, version: string, own: Partial<YourPage> = {}): YourPage => ({
  number,
  atUs: number * 1_000_000,
  tookUs: 31_000,
  status: 200,
  version,
  missing: version === '' ? ['reviews'] : [],
  draw: undefined,
  pod: version === '' ? '' : `reviews-${version}-abc`,
  isStale: false,
  ...own,
});

/** A draw of the value, half v1 and half v3. */
export const aDraw = (value: bigint): Draw => ({
  value: value.toString(),
  total: 100,
  at: Number(value % 100n),
  arcs: [
    { version: 'v1', from: 0, to: 50 },
    { version: 'v3', from: 50, to: 100 },
  ],
  snapshot: 2,
});

/** What a reader sees of rendered markup: its words, without tags. */
export const wordsOf = (html: string): string =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('\u00a0', ' ')
    .replace(/\s+/g, ' ');
