import { expect, test } from 'vitest';
import type { WorkloadCapacity } from '../../../src/record/capacity.ts';
import type { LeftOut } from '../../../src/manifest/left-out.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { autoscalerAtLimit } from '../../../src/verdict/finding/autoscaler-at-limit.ts';
import { autoscalerLate } from '../../../src/verdict/finding/autoscaler-late.ts';
import { autoscalerCannotDecide } from '../../../src/verdict/finding/autoscaler-cannot-decide.ts';
import { failureGroups } from '../../../src/verdict/finding/failures.ts';
import { levelOf, noHarm } from '../../../src/verdict/finding/finding.ts';
import { callerWithoutProxy } from '../../../src/verdict/finding/caller-without-proxy.ts';
import { chance } from '../../../src/verdict/finding/chance.ts';
import { comesAtOnce } from '../../../src/verdict/finding/comes-at-once.ts';
import { headless } from '../../../src/verdict/finding/headless.ts';
import { hotPods } from '../../../src/verdict/finding/hot-pods.ts';
import { settledAfter } from '../../../src/verdict/finding/later.ts';
import { leftOut } from '../../../src/verdict/finding/left-out.ts';
import { pagesLate } from '../../../src/verdict/finding/pages-late.ts';
import { splitStrayed } from '../../../src/verdict/finding/split-strayed.ts';
import { staleProxy } from '../../../src/verdict/finding/stale-proxy.ts';
import { withoutTraffic, withoutWorkload } from '../../../src/verdict/finding/takes-over.ts';
import { wayBackClosed } from '../../../src/verdict/finding/way-back-closed.ts';

test.each([
  { harm: {}, level: 'note', because: 'nobody was harmed' },
  { harm: { requests: 5 }, level: 'harms', because: 'requests failed, and pages came all the same' },
  { harm: { pages: 1 }, level: 'harms', because: 'one in a thousand is tolerated' },
  { harm: { pages: 1, pagesWithout: 1 }, level: 'breaks', because: 'two are not' },
  { harm: { pagesLate: 10 }, level: 'harms', because: 'one in a hundred may be late' },
  { harm: { pagesLate: 11 }, level: 'breaks', because: 'and no more' },
])('of 1,000 pages $harm is "$level": $because', ({ harm, level }) => {
  const record = { pages: { pages: 1000 } } as RunRecord;
  expect(levelOf({ ...noHarm, ...harm }, record)).toBe(level);
});

test('a rule for a headless Service does harm from when it came to the end', () => {
  const destination = { service: 'web', subset: null, weight: 50, workloads: [] };
  const rule = { rule: 'VirtualService web', headless: 'web', destinations: [destination, destination] };
  const calls = { caller: 'batch', service: 'web', rules: [rule], requests: 7, answered: [] };
  const [own] = headless.seenIn({
    scenario: { durationSeconds: 60 },
    mesh: [
      { fromSeconds: 0, rules: [] },
      { fromSeconds: 20, rules: [rule] },
    ],
    callers: [calls],
  } as unknown as RunRecord);
  expect(own!.harm).toMatchObject({ requests: 7, seconds: 40, fromSeconds: 20, toSeconds: 60 });
});

test('a rule for a headless Service that sends all to one version misleads nobody', () => {
  const to = (weight: number) => ({ service: 'web', subset: null, weight, workloads: [] });
  const rule = { rule: 'VirtualService web', headless: 'web', destinations: [to(100), to(0)] };
  const found = headless.seenIn({
    scenario: { durationSeconds: 60 },
    mesh: [{ fromSeconds: 0, rules: [rule] }],
    callers: [{ caller: 'batch', service: 'web', rules: [rule], requests: 7, answered: [] }],
  } as unknown as RunRecord);
  expect(found.map(({ harm }) => harm.requests).filter((requests) => requests > 0)).toEqual([]);
});

test.each([
  { spans: [[10, 12.3, 100]], seconds: 3, because: 'it began at 10 s and ended at 12.3 s' },
  { spans: [[10, 10, 100]], seconds: 1, because: 'a moment counts as a second' },
  { spans: [[10, 50, 4]], seconds: 4, because: 'it came in four of these seconds' },
  {
    spans: [
      [20, 30, 2],
      [10, 15, 3],
    ],
    seconds: 5,
    because: 'both in five of the twenty',
  },
])(
  'failures of $spans (from, to, in so many seconds) do harm for $seconds s: $because',
  ({ spans, seconds }) => {
    const failures = spans.map(([firstSeconds, lastSeconds, seconds]) => ({
      cause: 'timeout',
      service: 'web',
      ...{ firstSeconds, lastSeconds, seconds, pages: 1, pagesWithout: 2, requests: 5 },
    }));
    const other = { ...failures[0]!, cause: 'refused' };
    const [own, ...more] = failureGroups(
      { failures: [...failures, other] } as unknown as RunRecord,
      ['timeout'],
      ({ service }) => service,
    );
    expect(more).toEqual([]);
    expect(own!.harm).toEqual({
      pages: failures.length,
      pagesWithout: 2 * failures.length,
      pagesLate: 0,
      requests: 5 * failures.length,
      seconds,
      fromSeconds: 10,
      toSeconds: Math.max(...spans.map(([, to]) => to!)),
    });
  },
);

const ruleOf = (...weights: number[]) => ({
  ...{ inside: true, services: ['web'], rule: 'VirtualService web.default, rule 1' },
  destinations: weights.map((weight, index) => ({ weight, workloads: [`web-v${index + 1}`] })),
});

test.each([
  { destinations: ['web-v1'], rules: [], found: undefined, because: 'a sidecar would choose nothing else' },
  {
    destinations: ['web-v1', 'web-v2'],
    rules: [],
    found: { level: 'note', requests: 0, says: 'no rule acts for them, and any pod of web answers.' },
    because: 'nobody wants other shares than they get',
  },
  {
    destinations: ['web-v1'],
    rules: [ruleOf(1)],
    found: { level: 'harms', requests: 9, says: 'VirtualService web.default, rule 1 does not act for them.' },
    because: 'the rule may do more than choose',
  },
  {
    destinations: ['web-v1', 'web-v2'],
    rules: [ruleOf(0.9, 0.1)],
    found: {
      level: 'breaks',
      requests: 9,
      says: 'VirtualService web.default, rule 1 does not act for them, and any pod of web answers.',
    },
    because: 'they do not get what the rule splits',
  },
  {
    destinations: ['web-v1'],
    rules: [{ inside: false, services: ['web'], rule: 'VirtualService web.default, rule 1' }],
    found: undefined,
    because: 'the rule is for a gateway',
  },
])('callers without a sidecar whom $destinations answer: $because', ({ destinations, rules, found }) => {
  const [own] = callerWithoutProxy.seenIn({
    scenario: { durationSeconds: 60 },
    metrics: {
      requests: [
        { reporter: 'source', source: 'unknown', service: 'web', destination: destinations[0], requests: 4 },
        ...destinations.map((destination, at) => ({
          ...{ reporter: 'destination', source: 'unknown', service: 'web', destination },
          requests: at === 0 ? 10 - destinations.length : 1,
        })),
      ],
    },
    mesh: [{ rules, calls: [] }],
    proxies: [],
    splits: [],
  } as unknown as RunRecord);
  expect(own?.level).toBe(found?.level);
  expect(own?.harm.requests).toBe(found?.requests);
  if (found !== undefined)
    expect(own!.sentence).toBe(`9 requests to web came from callers without a sidecar: ${found.says}`);
});

test('what was pushed is settled when the slowest proxy had it; without a push it was from the start', () => {
  const push = (changedSeconds: number, settledSeconds: number | null) => ({
    changedSeconds,
    settledSeconds,
  });
  const settled = (...pushes: object[]) => settledAfter({ pushes } as unknown as RunRecord, 10);
  expect(settled()).toBe(0);
  expect(settled(push(0, 0.5), push(12, 13), push(5, null))).toBe(0.5);
});

test('a version behind two Services is taken from one of them at a time', () => {
  const destinations = ['front', 'back'].flatMap((service) =>
    ['v1', 'v2'].map((subset) => ({ service, subset, workloads: [`shop-${subset}`] })),
  );
  const split = (service: string) => ({
    service,
    keys: ['v1', 'v2'],
    configured: [{ shares: [0.9, 0.1] }],
    phases: [],
  });
  const record = { mesh: [{ rules: [{ destinations }] }], splits: [split('front'), split('back')] };
  expect(
    withoutWorkload(record as unknown as RunRecord, 'shop-v2').flatMap(({ changes }) => changes),
  ).toEqual([{ kind: 'no-traffic', service: 'front', version: 'v2', to: 'v1' }]);
});

test('an autoscaler that cannot decide does harm for as long as its syncs of 15 s were in vain', () => {
  const sync = (atSeconds: number, works: boolean, lacks?: string) => ({
    atSeconds,
    blind: null,
    steps: lacks === undefined ? [] : [{ step: 'failure', text: '', lacksRequest: lacks }],
    conditions: [
      works
        ? { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message: 'found' }
        : { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'no cpu' },
    ],
  });
  const found = (...syncs: object[]) =>
    autoscalerCannotDecide.seenIn({
      capacity: { autoscalers: [{ name: 'back', target: 'back-v1', syncs }] },
    } as unknown as RunRecord);
  expect(found(sync(15, false), sync(30, true))).toEqual([]);
  const [own, ...more] = found(sync(15, true), sync(30, false), sync(45, false), sync(60, false));
  expect(more).toEqual([]);
  expect(own).toMatchObject({ harm: { seconds: 45, fromSeconds: 30, toSeconds: 60 } });
  expect(own!.sentence).toContain('in 3 of 4 syncs: no cpu (FailedGetResourceMetric)');
  // A request helps where that alone is missing.
  const remedied = (lacks?: string) => found(sync(30, false, lacks))[0]!.remedies.flatMap((r) => r.changes);
  expect(remedied('cpu')).toEqual([{ kind: 'cpu-request', workload: 'back-v1', milli: 100 }]);
  expect(remedied('memory')).toEqual([]);
  expect(remedied()).toEqual([]);
});

test.each([
  { overTo: 90, codes: ['autoscaler-at-limit'], because: 'it is short while it may have no more' },
  { overTo: 40, codes: ['autoscaler-late'], because: 'it was short before, while pods were on their way' },
])(
  'a target that is short until $overTo s, and an autoscaler that is at its limit from 60 s on: $because',
  (row) => {
    const limited = { type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas', message: '' };
    const syncs = [
      { atSeconds: 30, before: 1, after: 3, conditions: [] },
      { atSeconds: 60, before: 3, after: 4, conditions: [limited] },
    ];
    const windows = Array.from({ length: 12 }, (_, at) => ({
      fromSeconds: 10 * at,
      toSeconds: 10 * (at + 1),
      saturation: 10 * at >= 10 && 10 * at < row.overTo ? 1 : 0.5,
      readyMean: 1,
      ready: 1,
      arrived: 100,
      answered: 90,
      turnedAway: 0,
      abandoned: 0,
      noPod: 0,
      inSystem: 1,
      appCores: 1,
    }));
    const record = {
      capacity: {
        lateMs: 1000,
        overdue: 0,
        autoscalers: [{ name: 'web', target: 'web', maxReplicas: 4, syncs }],
        workloads: [{ name: 'web', target: 'web', concurrency: null, cpuLimitCores: 1, windows }],
        pages: [{ fromSeconds: 10, toSeconds: 40, late: 20 }],
      },
      metrics: { requests: [] },
      splits: [],
      mesh: [],
      failures: [],
      timeline: [],
      pages: { pages: 1000, overdue: 0 },
      scenario: { durationSeconds: 120 },
    } as unknown as RunRecord;
    const seen = (of: RunRecord) => [autoscalerAtLimit, autoscalerLate].flatMap((kind) => kind.seenIn(of));
    const found = seen(record);
    // What else it scales, and was short of nothing, asks for no pod more.
    const calm = windows.map((own) => ({ ...own, saturation: 0.5 }));
    const { workloads } = record.capacity!;
    const more = [
      ...workloads,
      { ...workloads[0]!, name: 'web-canary', windows: calm } as unknown as WorkloadCapacity,
    ];
    expect(seen({ ...record, capacity: { ...record.capacity!, workloads: more } })).toEqual(found);
    expect(found.map(({ code }) => code)).toEqual(row.codes);
    // The 20 late pages stand in the window from 10 s to 40 s, in which it was short.
    expect(found[0]!.sentence).toContain('20 of 1,000 pages failed or came late');
    // No weight moves in this run.
    expect(found[0]!.why).not.toContain('weight');
    const unharmed = { ...record, capacity: { ...record.capacity!, pages: [] } };
    for (const { sentence } of seen(unharmed))
      expect(sentence).not.toMatch(/\b[\d,]+ of [\d,]+ pages? failed or came late/);
  },
);

test('of many things that are left out three are named, and the others counted', () => {
  const ofKind = (kind: string): LeftOut => ({
    about: 'kind',
    kind,
    group: 'extensions.istio.io',
    count: 1,
    file: 'a.yaml',
  });
  const all: LeftOut[] = [
    { about: 'field', kind: 'Sidecar', field: 'spec.ingress' },
    { about: 'field', kind: 'ServiceEntry', field: 'spec.endpoints[].network' },
    ...['EnvoyFilter', 'AuthorizationPolicy', 'WasmPlugin'].map(ofKind),
  ];
  const of = (count: number) =>
    leftOut.seenIn({
      leftOut: all.slice(0, count),
      mesh: [],
      failures: [],
      timeline: [],
      callers: [],
    } as unknown as RunRecord)[0];
  expect(of(0)).toBeUndefined();
  expect(of(3)!.sentence).toMatch(/EnvoyFilter\S* \(1\) in a\.yaml are read/);
  expect(of(5)!.sentence).toMatch(/EnvoyFilter\S* \(1\) in a\.yaml and 2 more are read/);
  expect(of(5)!.sentence).not.toContain('WasmPlugin');
  expect(of(5)!.evidence).toHaveLength(5);
});

test.each([
  {
    astrayShare: 0.5,
    level: 'harms',
    because: 'half of the requests go by an old rule, long after it was changed',
  },
  { astrayShare: 0.011, level: 'harms', because: 'it is more than one in a hundred' },
  { astrayShare: 0.009, level: 'note', because: 'one late proxy of hundreds harms nobody' },
])('a rule 20 s on its way, past which $astrayShare of the requests go: $level, $because', (row) => {
  // All proxies are 5 s late, and some of them 20 s.
  const windows = Array.from({ length: 60 }, (_, second) => ({
    fromSeconds: second,
    toSeconds: second + 1,
    requests: 100,
    configured: second < 10 ? [1, 0] : [0, 1],
    effective: second < 15 ? [1, 0] : second < 30 ? [row.astrayShare, 1 - row.astrayShare] : [0, 1],
  }));
  const record = {
    scenario: { durationSeconds: 60 },
    pushes: [
      {
        changedSeconds: 10,
        settledSeconds: 30,
        changes: ['VirtualService/default/reviews'],
        arrivals: [{ proxy: 0, atSeconds: 30 }],
      },
    ],
    proxies: [{ pod: 'productpage-v1-a' }],
    splits: [{ windows }],
  } as unknown as RunRecord;
  const [own] = staleProxy.seenIn(record);
  expect(own!.level).toBe(row.level);
  expect(own!.harm.requests > 0).toBe(row.level === 'harms');
});

test.each([
  {
    arrivals: [0.3, null, 0.2, null],
    settled: null,
    sentence: 'had not reached 2 of 4 proxies (gateway-b, gateway-d) when the run ended, 50 s later',
    evidence: 'The other 2 proxies had it after 0.3 s at most.',
    remedies: [/^Restart .*`kubectl delete pod gateway-b gateway-d`/, /istioctl proxy-status/],
  },
  {
    arrivals: [0.3, 40, 0.2, 0.1],
    settled: 40,
    sentence: 'reached the last proxy (gateway-b) 40 s later',
    evidence: 'The other 3 proxies had it after 0.3 s at most.',
    remedies: [/`kubectl delete pod gateway-b`/, /istioctl proxy-status/],
  },
  {
    arrivals: [30, 40, 35, 31],
    settled: 40,
    sentence: 'reached all 4 proxies (gateway-a, gateway-b, gateway-c, gateway-d) 40 s later',
    evidence: undefined,
    remedies: [/istioctl proxy-status/],
  },
])('of four gateways that hold a rule after $arrivals s those are named that are stale', (row) => {
  const windows = Array.from({ length: 60 }, (_, second) => ({
    fromSeconds: second,
    toSeconds: second + 1,
    requests: 100,
    configured: second < 10 ? [1, 0] : [0, 1],
    effective: second < 10 ? [1, 0] : [0.5, 0.5],
  }));
  const record = {
    scenario: { durationSeconds: 60 },
    pushes: [
      {
        changedSeconds: 10,
        settledSeconds: row.settled === null ? null : 10 + row.settled,
        changes: ['VirtualService/default/reviews'],
        arrivals: row.arrivals.map((after, proxy) => ({
          proxy,
          atSeconds: after === null ? null : 10 + after,
        })),
      },
    ],
    proxies: ['a', 'b', 'c', 'd'].map((own) => ({ pod: `gateway-${own}` })),
    splits: [{ windows }],
  } as unknown as RunRecord;
  const [own] = staleProxy.seenIn(record);
  expect(own!.sentence).toContain(row.sentence);
  expect(own!.evidence[1]).toBe(row.evidence);
  expect(own!.remedies.map(({ text }) => text)).toEqual(
    row.remedies.map((text) => expect.stringMatching(text)),
  );
});

test.each([
  { p: 0.009, selector: undefined, found: 0, because: 'one in a hundred seeds strays so' },
  { p: 1.1e-5, selector: undefined, found: 0, because: 'it is more than 1 % of a thousandth' },
  { p: 0.9e-5, selector: undefined, found: 1, because: 'it is less' },
  { p: 0.009, selector: 'counter', found: 1, because: '1 % holds' },
  { p: 0.011, selector: 'counter', found: 0, because: '1 % holds' },
])('a run whose proxies choose by $selector in which a split strays by p = $p: $because', (row) => {
  const { p, selector, found } = row;
  const phase = { p, requests: 100, fromSeconds: 0, toSeconds: 9, observed: [40, 60], effective: [0.5, 0.5] };
  const record = {
    refreshes: [],
    splits: [{ service: 'reviews', keys: ['v1', 'v3'], phases: [phase] }],
    scenario: { selector },
  } as unknown as RunRecord;
  expect(splitStrayed.seenIn(record)).toHaveLength(found);
});

test('what sessions have judged is not judged once more as a split: the same requests are one look', () => {
  const strayed = (requests: number, ...sessions: number[]) =>
    splitStrayed.seenIn({
      refreshes: sessions.map((length) => ({ refreshes: { length } })),
      splits: [
        {
          service: 'reviews',
          keys: ['v1', 'v3'],
          phases: [
            {
              p: 1e-9,
              requests,
              fromSeconds: 0,
              toSeconds: 9,
              observed: [requests, 0],
              effective: [0.5, 0.5],
            },
          ],
        },
      ],
      scenario: { settings: [] },
    } as unknown as RunRecord);
  expect(strayed(15, 15)).toEqual([]);
  expect(strayed(45, 15, 30)).toEqual([]);
  expect(strayed(46, 15, 30)).toHaveLength(1);
  expect(strayed(15)).toHaveLength(1);
});

test.each([
  { overShare: 0.54, overEven: 0.48, full: 0, hot: 0, because: 'it was full while it was nearly alone' },
  {
    overShare: 0.71,
    overEven: 0.52,
    full: 0,
    hot: 1,
    because: 'it was alone for a short time, and one of several then',
  },
  { overShare: 0.71, overEven: 0.52, full: 1, hot: 0, because: 'both were full' },
  { overShare: 0.54, overEven: 0.25, full: 0, hot: 1, because: 'it had twice its part of four' },
  { overShare: 0.54, overEven: 0.25, full: 2, hot: 0, because: 'most of the four were full' },
])('a full pod with $overShare of the requests, $overEven in even parts: $because', (row) => {
  const { overShare, overEven, full, hot } = row;
  const pod = { workload: 'web', overSeconds: 20, overShare, overEven, mostInSystem: 9 };
  const other = { ...pod, overShare: overEven };
  const pods = [pod, ...Array.from({ length: full }, () => other)] as unknown as RunRecord['pods'];
  expect(hotPods(pods)).toHaveLength(hot);
});

test.each([
  { comes: 10, over: 20, lateAt: 25, atOnce: true, because: 'nobody could see it before pages were late' },
  { comes: 0, over: 40, lateAt: 45, atOnce: false, because: 'it could be seen to grow for 40 s' },
  {
    comes: 10,
    over: 20,
    lateAt: 60,
    atOnce: false,
    because: 'pages were late when more pods could be there',
  },
])('requests from $comes s on, too many from $over s on, pages late at $lateAt s: $because', (row) => {
  const second = Array.from({ length: 100 }, (_, at) => ({ fromSeconds: at, toSeconds: at + 1 }));
  const workload = {
    concurrency: null,
    windows: second.map((own) => ({
      ...own,
      arrived: own.fromSeconds < row.comes ? 0 : 100,
      readyMean: 1,
      saturation: own.fromSeconds < row.over ? 0.5 : 1,
    })),
  } as unknown as WorkloadCapacity;
  const record = {
    failures: [],
    capacity: { pages: second.map((own) => ({ ...own, late: own.fromSeconds < row.lateAt ? 0 : 9 })) },
  } as unknown as RunRecord;
  expect(comesAtOnce(record, [workload])).toBe(row.atOnce);
});

test.each([
  {
    tightest: 'reviews-v1',
    says: /time: reviews-v1 is then at its limit\.$/,
    because: 'what would be short is named',
  },
  { tightest: null, says: /new pods take their time\.$/, because: 'nothing was full, and nothing is named' },
])('where going back is not safe and $tightest is tightest: $because', ({ tightest, says }) => {
  const point = {
    atSeconds: 60,
    pages: 100,
    failed: 50,
    late: 0,
    unserved: 0,
    overSeconds: 5,
    isSafe: false,
  };
  const record = {
    capacity: { rollback: { horizonSeconds: 60, points: [{ ...point, tightest }] } },
  } as unknown as RunRecord;
  const [found] = wayBackClosed.seenIn(record);
  expect(found!.why).toMatch(says);
});

test.each([
  { ps: [0.6, 0.3], suspicious: undefined, because: 'both are the luck of the draw' },
  { ps: [0.6, 0.026], suspicious: undefined, because: 'of two looks each has half of 5 %' },
  { ps: [0.6, 0.025], suspicious: '2.5 %', because: 'that much is suspicious' },
  { ps: [0.04], suspicious: '4 %', because: 'a single look has all of it' },
])('of phases with p $ps suspicion is told of $suspicious: $because', ({ ps, suspicious }) => {
  const phase = (p: number, at: number) => ({
    p,
    requests: at === 0 ? 100 : 50,
    observed: [50, 50],
    effective: [0.5, 0.5],
    configured: [0.5, 0.5],
  });
  const [own] = chance.seenIn({
    refreshes: [],
    mesh: [],
    callers: [],
    metrics: { requests: [] },
    failures: [],
    splits: [{ service: 'web', keys: ['v1', 'v2'], phases: ps.map(phase) }],
    scenario: { settings: [] },
  } as unknown as RunRecord);
  expect(own!.sentence).toContain('of 100 requests');
  expect(own!.evidence).toEqual([
    ...(ps.length > 1 ? ['2 phases tested.'] : []),
    ...(suspicious === undefined
      ? []
      : [
          `Suspicious, but no fault: draws stray as far as one of them in ${suspicious} of runs. Play it again with another seed.`,
        ]),
  ]);
});

test.each([
  { effective: [0.5, 0.5], to: 'its weights', because: 'callers held what was configured' },
  { effective: null, to: 'its weights', because: 'they hold no rule' },
  { effective: [0.505, 0.495], to: 'its weights', because: 'they held nearly that' },
  { effective: [0.6, 0.4], to: 'the weights that its callers held', because: 'an old rule was mixed in' },
])('a split kept to $to where $because', ({ effective, to }) => {
  const [found] = chance.seenIn({
    refreshes: [],
    mesh: [],
    callers: [],
    metrics: { requests: [] },
    failures: [],
    splits: [
      {
        service: 'web',
        keys: ['v1', 'v2'],
        phases: [{ p: 0.5, requests: 100, observed: [50, 50], effective, configured: [0.5, 0.5] }],
      },
    ],
    scenario: { settings: [] },
  } as unknown as RunRecord);
  expect(found!.sentence).toContain(`web kept to ${to}`);
});

test.each([
  { late: 0, overdue: 0, says: undefined },
  { late: 3, overdue: 0, says: '3 of 100 pages (3.0 %) took longer than 0.4 s.' },
  {
    late: 3,
    overdue: 1,
    says: '4 of 101 pages (4.0 %) took longer than 0.4 s, 1 of them had not come when the run ended.',
  },
])('of 100 pages $late late, and $overdue overdue at the end: $says', ({ late, overdue, says }) => {
  const [own] = pagesLate.seenIn({
    pages: { pages: 100, late, overdue, lateMs: 400 },
    metrics: { requests: [] },
    failures: [],
    scenario: { durationSeconds: 60 },
  } as unknown as RunRecord);
  expect(own?.sentence).toBe(says);
  expect(own?.harm.pagesLate).toBe(says === undefined ? undefined : late + overdue);
});

test.each([
  { version: 'v2', shares: [0.9, 0.1, 0], to: 'v1', because: 'it had the most' },
  { version: 'v1', shares: [0.9, 0.1, 0], to: 'v2', because: 'it had the most of the others' },
  { version: 'v1', shares: [0.4, 0.3, 0.3], to: 'v2', because: 'of equals the first is taken' },
  { version: 'v1', shares: [1, 0, 0], to: null, because: 'no other had anything' },
  { version: null, shares: [0.9, 0.1, 0], to: null, because: 'nobody says which version' },
  { version: 'v2', shares: [0.9, 0.1, 0], errors: [90, 10, 0], to: null, because: 'the other fails as well' },
  { version: 'v1', shares: [0.4, 0.3, 0.3], errors: [40, 30, 0], to: 'v3', because: 'v2 fails' },
  { version: 'v2', shares: [0.9, 0.1, 0], errors: [9, 10, 0], to: 'v1', because: 'a few failures are fewer' },
])('$to takes over what $version had of shares $shares: $because', ({ version, shares, errors, to }) => {
  const record = {
    splits: [
      {
        service: 'web',
        keys: ['v1', 'v2', 'v3'],
        // Before the first rule there are no shares; what comes later is what went wrong.
        configured: [{}, { shares }, { shares: [0, 0, 1] }],
        phases: [{ observed: shares.map((share) => 100 * share), errors: errors ?? [0, 0, 0] }],
      },
    ],
  } as unknown as RunRecord;
  expect(withoutTraffic(record, 'web', version).flatMap(({ changes }) => changes)).toEqual(
    to === null ? [] : [{ kind: 'no-traffic', service: 'web', version, to }],
  );
  expect(withoutTraffic(record, 'other', version)).toEqual([]);
});
