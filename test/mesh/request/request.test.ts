import { describe, expect, test } from 'vitest';
import type { App } from '../../../src/mesh/app/app.ts';
import { flagText } from '../../../src/mesh/envoy/response-flag.ts';
import { controlPlanePresets } from '../../../src/mesh/istiod/control-plane.ts';
import type { World } from '../../../src/mesh/world.ts';
import type { WorldSettings } from '../../../src/mesh/world-settings.ts';
import {
  bookinfo,
  deployment,
  gateway,
  makeWorld,
  refreshes,
  resources,
  service,
  split,
  subsets,
  theBookinfoApp,
} from '../../support/world.ts';

interface Page {
  readonly ms: number;
  readonly status: number;
  readonly shown: string;
  readonly missing: readonly string[];
}

interface Call {
  readonly service: string;
  readonly key: string;
  readonly status: number;
  readonly flags: string;
  readonly startedMs: number;
}

/** Plays a small world and tells its pages and calls. */
function played(
  settings: Partial<WorldSettings>,
  untilUs = 60_000_000,
): { pages: Page[]; calls: Call[]; world: World } {
  const pages: Page[] = [];
  const calls: Call[] = [];
  const world: World = makeWorld(settings, {
    answered: (row) => {
      const { rows } = world;
      calls.push({
        service: world.services[rows.service[row]!] ?? '',
        key: world.keys.name[rows.key[row]!] ?? '',
        status: rows.status[row]!,
        flags: flagText(rows.flags[row]!),
        startedMs: rows.startedUs[row]! / 1000,
      });
    },
    pageDone: (row, _source, _page, nowUs) => {
      const { rows } = world;
      pages.push({
        ms: (nowUs - rows.startedUs[row]!) / 1000,
        status: rows.status[row]!,
        shown: world.keys.name[rows.shownKey[row]!] ?? '',
        missing: rows.missing.of(row).map((own) => world.services[own]!),
      });
    },
  });
  world.runUntil(untilUs);
  return { pages, calls, world };
}

/** Bookinfo in which every piece of work takes exactly `workMs`, and ratings takes what it is told. */
function exactApp(workMs: number, ratingsMs = workMs): App {
  const app = theBookinfoApp();
  return {
    ...app,
    workloads: app.workloads.map((own) => ({
      ...own,
      script: own.script.map((step) =>
        step.kind === 'work'
          ? {
              kind: 'work' as const,
              time: {
                dist: 'constant' as const,
                value: (own.name === 'ratings' ? ratingsMs : workMs) * 1000,
              },
            }
          : step,
      ),
    })),
  };
}

const onlyTo = (version: string) =>
  resources(bookinfo, subsets('reviews', 'v1', 'v2', 'v3'), split('reviews', { [version]: 100 }));

describe('a page of Bookinfo', () => {
  // One way takes 1 ms; every piece of work 10 ms. Gateway to productpage and back: 2. productpage works twice: 20.
  // details: 2 + 10. reviews: 2 + 10 (v1), or 2 + 20 with ratings' 2 + 10 between.
  test.each([
    { version: 'v1', ms: 2 + 20 + 12 + 12, because: 'v1 does not call ratings' },
    { version: 'v2', ms: 2 + 20 + 12 + 22 + 12, because: 'v2 does' },
    { version: 'v3', ms: 2 + 20 + 12 + 22 + 12, because: 'v3 does, too' },
  ])('takes $ms ms with reviews $version: calls one after the other, $because', ({ version, ms }) => {
    const { pages } = played({ app: exactApp(10), manifests: onlyTo(version), traffic: [refreshes(3)] });
    expect(pages).toEqual(new Array(3).fill({ ms, status: 200, shown: version, missing: [] }));
  });

  // Documented outcomes of a slow ratings service (Istio's fault-injection task and Bookinfo's own timeouts): the wait
  // for ratings replaces ratings' 12 ms in the sums above.
  test.each([
    {
      version: 'v2',
      ratingsMs: 7000,
      wait: 6000,
      missing: ['reviews'],
      shown: '',
      because: 'productpage gives up twice after 3 s',
    },
    {
      version: 'v3',
      ratingsMs: 7000,
      wait: 2500,
      missing: ['ratings'],
      shown: 'v3',
      because: 'v3 gives up ratings after 2.5 s',
    },
    {
      version: 'v2',
      ratingsMs: 2000,
      wait: 2002,
      missing: [],
      shown: 'v2',
      because: '2 s is within every timeout',
    },
  ])(
    'with ratings taking $ratingsMs ms and $version: $because',
    ({ version, ratingsMs, wait, missing, shown }) => {
      const { pages } = played({
        app: exactApp(10, ratingsMs),
        manifests: onlyTo(version),
        traffic: [refreshes(1)],
      });
      const reviews = missing.includes('reviews') ? wait : 2 + 20 + wait;
      expect(pages).toEqual([
        {
          ms: 2 + 20 + 12 + reviews,
          status: 200,
          shown,
          missing: expect.arrayContaining(missing) as string[],
        },
      ]);
    },
  );

  test('work given up goes on at the callee, and its end disturbs nobody', () => {
    const { pages, world } = played({
      app: exactApp(10, 7000),
      manifests: onlyTo('v2'),
      traffic: [refreshes(3, 100_000)],
    });
    expect(pages.map((page) => page.ms)).toEqual([6034, 6034, 6034]);
    expect(world.rows.inUse).toBe(0);
  });
});

describe('a page is 200 with the error in its body', () => {
  test('details away: tried once', () => {
    const without = bookinfo.replace(deployment('details', 'v1'), '');
    const { pages, calls } = played({ manifests: resources(without), traffic: [refreshes(1)] });
    expect(pages[0]).toMatchObject({ status: 200, missing: ['details'] });
    expect(calls.filter((call) => call.service === 'details')).toMatchObject([{ status: 503, flags: 'UH' }]);
  });

  test('a subset that no DestinationRule names: 503 NC at the caller, tried twice', () => {
    const { pages, calls } = played({
      manifests: resources(bookinfo, split('reviews', { v9: 100 })),
      traffic: [refreshes(1)],
    });
    expect(pages[0]).toMatchObject({ status: 200, shown: '', missing: ['reviews'] });
    expect(calls.filter((call) => call.service === 'reviews')).toMatchObject([
      { key: 'v9', status: 503, flags: 'NC' },
      { key: 'v9', status: 503, flags: 'NC' },
    ]);
  });

  test('a subset that no pod has: 503 UH, and other subsets do not help out', () => {
    const { calls } = played({
      manifests: resources(bookinfo, subsets('reviews', 'v1', 'v9'), split('reviews', { v9: 100 })),
      traffic: [refreshes(1)],
    });
    expect(calls.filter((call) => call.service === 'reviews').map((call) => call.flags)).toEqual([
      'UH',
      'UH',
    ]);
  });

  test('a second try draws anew: with half the weight on a missing subset a quarter of the pages lack reviews', () => {
    const pages = 4000;
    const run = played(
      {
        manifests: resources(bookinfo, subsets('reviews', 'v1'), split('reviews', { v1: 50, v3: 50 })),
        traffic: [refreshes(pages, 1)],
      },
      600_000_000,
    );
    const lacking = run.pages.filter((page) => page.missing.includes('reviews')).length;
    expect(run.pages).toHaveLength(pages);
    expect(Math.abs(lacking / pages - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / pages));
  });
});

test('a path that the gateway does not route: 404 NR', () => {
  const { pages } = played({
    traffic: [{ ...refreshes(1), request: { method: 'GET', path: '/x', authority: 'b', headers: {} } }],
  });
  expect(pages).toMatchObject([{ status: 404 }]);
});

test('a signed-in user is routed by the header that productpage passes on', () => {
  const rule = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
    - match: [{ headers: { end-user: { exact: jason } } }]
      route: [{ destination: { host: reviews, subset: v2 } }]
    - route: [{ destination: { host: reviews, subset: v1 } }]`;
  const manifests = resources(bookinfo, subsets('reviews', 'v1', 'v2'), rule);
  const head = {
    method: 'GET',
    path: '/productpage',
    authority: 'b',
    headers: { 'end-user': 'jason', 'x-other': '1' },
  };
  expect(played({ manifests, traffic: [{ ...refreshes(1), request: head }] }).pages[0]!.shown).toBe('v2');
  expect(played({ manifests, traffic: [refreshes(1)] }).pages[0]!.shown).toBe('v1');
});

test('a caller without a sidecar is not bound by rules: it gets any pod of the Service', () => {
  const bare = bookinfo.replace(deployment('productpage', 'v1'), deployment('productpage', 'v1', 1, false));
  const { pages } = played(
    {
      manifests: resources(bare, subsets('reviews', 'v1', 'v2', 'v3'), split('reviews', { v3: 100 })),
      traffic: [refreshes(3000, 1)],
    },
    600_000_000,
  );
  const seen = pages.filter((page) => page.shown === 'v3').length;
  expect(Math.abs(seen / 3000 - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / 3000));
});

describe('a change of rules', () => {
  const before = split('reviews', { v1: 100 });
  const after = split('reviews', { v3: 100 });
  const manifests = resources(bookinfo, subsets('reviews', 'v1', 'v3'), before);
  const timeline = [{ atUs: 5_000_000, verb: 'apply' as const, resources: resources(after) }];

  test('acts at once when delays are off', () => {
    const { pages } = played({ manifests, timeline, traffic: [refreshes(10)] });
    expect(pages.map((page) => page.shown)).toEqual([
      ...new Array<string>(5).fill('v1'),
      ...new Array<string>(5).fill('v3'),
    ]);
  });

  test('reaches a proxy after watch, debounce, snapshot, send, network and two applications', () => {
    const ms = (value: number) => ({ dist: 'constant' as const, value: value * 1000 });
    const held: [number, number][] = [];
    const world = makeWorld(
      {
        manifests,
        timeline,
        controlPlane: {
          ...controlPlanePresets.small,
          watch: ms(10),
          snapshot: ms(2),
          send: ms(5),
          network: ms(1),
          apply: ms(4),
          worker: ms(0.5),
        },
      },
      { held: (proxy, _snapshot, nowUs) => void held.push([proxy, nowUs]) },
    );
    world.runUntil(10_000_000);
    // 10 + 100 + 2 + 5 + 1 + 4 + 4 + 0.5 ms, for each of the seven proxies.
    expect(held.map(([, at]) => at)).toEqual(new Array(7).fill(5_126_500));
    expect(held.map(([proxy]) => proxy).sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('with one permit, proxies are sent to one after the other', () => {
    const ms = (value: number) => ({ dist: 'constant' as const, value: value * 1000 });
    const held: number[] = [];
    const world = makeWorld(
      { manifests, timeline, controlPlane: { ...controlPlanePresets.off, send: ms(100), throttle: 1 } },
      { held: (_proxy, _snapshot, nowUs) => void held.push(nowUs / 1000) },
    );
    world.runUntil(10_000_000);
    expect(held).toEqual([5100, 5200, 5300, 5400, 5500, 5600, 5700]);
  });

  test('does not touch a request that was routed before it', () => {
    // Gateway to productpage 1 ms, work 1, details there and back 3: reviews is called 5 ms after the page was asked for.
    const callOf = (startUs: number) =>
      played({ app: exactApp(1), manifests, timeline, traffic: [refreshes(1, 1, startUs)] }).calls.find(
        (call) => call.service === 'reviews',
      );
    expect(callOf(4_994_000)).toMatchObject({ key: 'v1', startedMs: 4999, status: 200 });
    expect(callOf(4_996_000)).toMatchObject({ key: 'v3', startedMs: 5001, status: 200 });
  });

  test('deleting the rule leaves the balancer over all pods', () => {
    const { pages } = played(
      {
        manifests,
        timeline: [{ atUs: 0, verb: 'delete', resources: resources(before) }],
        traffic: [refreshes(600, 1, 1_000_000)],
      },
      600_000_000,
    );
    expect(new Set(pages.map((page) => page.shown))).toEqual(new Set(['v1', 'v2', 'v3']));
  });
});

test('a station with one place serves in order of arrival: three pages at once take 1, 2 and 3 turns', () => {
  const app: App = {
    name: 'one',
    workloads: [
      {
        name: 'p',
        match: { app: 'productpage' },
        cpuUs: 0,
        concurrency: 1,
        script: [{ kind: 'work', time: { dist: 'constant', value: 10_000 } }],
      },
    ],
  };
  const traffic = ['a', 'b', 'c'].map((name) => ({ ...refreshes(1), name }));
  const { pages } = played({
    app,
    manifests: resources(gateway, service('productpage'), deployment('productpage', 'v1')),
    traffic,
  });
  expect(pages.map((page) => page.ms)).toEqual([12, 22, 32]);
});

describe('faults and timeouts of a rule', () => {
  const ratings = (http: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings }
spec: { hosts: [ratings], http: [{ ${http} route: [{ destination: { host: ratings } }] }] }
---`;
  const reviews = (version: string, http = ''): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec: { hosts: [reviews], http: [{ ${http} route: [{ destination: { host: reviews, subset: ${version} } }] }] }
---`;
  const delay = (seconds: number) =>
    ratings(`fault: { delay: { percentage: { value: 100 }, fixedDelay: ${seconds}s } },`);
  const page = (...rules: string[]) =>
    played({
      app: exactApp(10),
      manifests: resources(bookinfo, subsets('reviews', 'v1', 'v2', 'v3'), ...rules),
      traffic: [refreshes(1)],
    });

  // The outcomes that Istio's fault-injection and request-timeouts tasks describe, on top of 34 ms for gateway,
  // productpage and details, and 22 ms for reviews where it answers at all.
  test.each([
    {
      rules: [reviews('v2'), delay(7)],
      ms: 34 + 6000,
      missing: 'reviews',
      because: 'productpage gives up twice after 3 s',
    },
    {
      rules: [reviews('v3'), delay(7)],
      ms: 34 + 22 + 2500,
      missing: 'ratings',
      because: 'v3 waits 2.5 s for ratings',
    },
    {
      rules: [reviews('v2'), delay(2)],
      ms: 34 + 22 + 2000 + 12,
      missing: undefined,
      because: 'a delay below every timeout',
    },
    {
      rules: [reviews('v2', 'timeout: 0.5s,'), delay(2)],
      ms: 34 + 1000,
      missing: 'reviews',
      because: 'two tries of half a second',
    },
    {
      rules: [reviews('v2'), ratings('fault: { abort: { percentage: { value: 100 }, httpStatus: 500 } },')],
      ms: 34 + 22 + 0.5,
      missing: 'ratings',
      because: 'the abort is a local answer',
    },
  ])('a page takes $ms ms and lacks $missing: $because', ({ rules, ms, missing }) => {
    const { pages, world } = page(...rules);
    expect(pages).toHaveLength(1);
    expect(pages[0]!.ms).toBeCloseTo(ms, 6);
    if (missing === undefined) expect(pages[0]!.missing).toEqual([]);
    else expect(pages[0]!.missing).toContain(missing);
    expect(world.rows.inUse).toBe(0);
  });

  test('flags tell who did it: DI then DC for a delay given up, FI for an abort, UT for a timeout', () => {
    const flagsOf = (service: string, ...rules: string[]) =>
      page(...rules)
        .calls.filter((call) => call.service === service)
        .map((call) => `${call.status} ${call.flags}`);
    expect(flagsOf('ratings', reviews('v3'), delay(7))).toEqual(['0 DI,DC']);
    const abort = ratings('fault: { abort: { percentage: { value: 100 }, httpStatus: 555 } },');
    expect(flagsOf('ratings', reviews('v3'), abort)).toEqual(['555 FI']);
    // UNAVAILABLE is 503 in HTTP's words (Envoy's source/common/grpc/common.cc, grpcToHttpStatus).
    const grpc = ratings('fault: { abort: { percentage: { value: 100 }, grpcStatus: UNAVAILABLE } },');
    expect(flagsOf('ratings', reviews('v3'), grpc)).toEqual(['503 FI']);
    expect(flagsOf('reviews', reviews('v3', 'timeout: 0.5s,'), delay(2))).toEqual(['504 UT', '504 UT']);
  });

  test('half of the requests is half, drawn apart from the split', () => {
    const rule = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
    - fault: { abort: { percentage: { value: 50 }, httpStatus: 503 } }
      route:
        - { destination: { host: reviews, subset: v1 }, weight: 50 }
        - { destination: { host: reviews, subset: v3 }, weight: 50 }`;
    const n = 4000;
    const { pages, calls } = played(
      { manifests: resources(bookinfo, subsets('reviews', 'v1', 'v3'), rule), traffic: [refreshes(n, 1)] },
      600_000_000,
    );
    // Two tries: a quarter of the pages lack reviews.
    const lacking = pages.filter((own) => own.missing.includes('reviews')).length;
    expect(Math.abs(lacking / n - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / n));
    const aborted = calls.filter((call) => call.flags === 'FI');
    const v3 = aborted.filter((call) => call.key === 'v3').length;
    expect(Math.abs(v3 / aborted.length - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / aborted.length));
  });

  test('a percentage left out affects nobody', () => {
    const { calls } = page(reviews('v3'), ratings('fault: { abort: { httpStatus: 500 } },'));
    expect(calls.filter((call) => call.service === 'ratings').map((call) => call.status)).toEqual([200]);
  });
});
