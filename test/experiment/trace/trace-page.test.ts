import { describe, expect, test } from 'vitest';
import { tracePage } from '../../../src/experiment/trace/trace-page.ts';
import type { Hop, PageTrace } from '../../../src/record/page-trace.ts';
import { traceDrawing } from '../../../src/report/trace/drawing.ts';
import { renderTrace } from '../../../src/report/trace/text.ts';
import { renderSvg } from '../../../src/report/svg.ts';
import { shipped } from '../../support/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service } from '../../support/world.ts';

const hopsOf = (trace: PageTrace): Hop[] => {
  const all: Hop[] = [];
  const walk = (hop: Hop): void => {
    all.push(hop);
    hop.calls.forEach(walk);
  };
  walk(trace.root);
  return all;
};

describe('a traced page', () => {
  test('of a rule that came before its subset tells the draw, the cluster and NC', async () => {
    const trace = tracePage(await shipped('rule-before-subset'), {
      kind: 'where',
      conditions: [{ what: 'flag', flag: 'NC' }],
    })!;
    const failed = hopsOf(trace).find((hop) => hop.flags === 'NC')!;
    expect(failed.service).toBe('reviews');
    expect(failed.status).toBe(503);
    expect(failed.decision!.cluster).toBe('outbound|9080|v3|reviews.default.svc.cluster.local');
    const { value, total, at, from, to } = failed.decision!.draw!;
    expect(Number(BigInt(value) % BigInt(total))).toBe(at);
    // 80 parts v1, then 20 parts v3.
    expect([total, from, to]).toEqual([100, 80, 100]);
    expect(at).toBeGreaterThanOrEqual(80);
    // productpage tries reviews twice.
    expect(hopsOf(trace).filter((hop) => hop.service === 'reviews')).toHaveLength(2);
  });

  test('that held an old rule is followed by one that held the new', async () => {
    const scenario = await shipped('propagation');
    const old = tracePage(scenario, { kind: 'where', conditions: [{ what: 'stale' }] })!;
    const stale = hopsOf(old).find((hop) => hop.decision?.stale === true)!;
    expect(stale.decision!.snapshot).toBe(0);
    const later = tracePage(scenario, { kind: 'at', atUs: (old.atSeconds + 10) * 1e6 })!;
    const reviews = hopsOf(later).find((hop) => hop.service === 'reviews')!;
    expect(reviews.decision!.snapshot).toBe(1);
    expect(reviews.decision!.stale).toBe(false);
    expect(reviews.decision!.draw).not.toBeNull();
  });

  test('is the page that its number names, with times that ascend along its life', async () => {
    const scenario = await shipped('traffic-shifting');
    const trace = tracePage(scenario, { kind: 'number', page: 100 })!;
    expect(trace.page).toBe(100);
    for (const hop of hopsOf(trace)) {
      for (const one of hop.tries) {
        const times = [
          hop.openedMs,
          one.pickedMs,
          one.sentMs!,
          one.arrivedMs!,
          one.begunMs!,
          one.repliedMs!,
          hop.endedMs!,
        ];
        expect([...times].sort((a, b) => a - b)).toEqual(times);
      }
    }
    expect(tracePage(scenario, { kind: 'number', page: 10_000_000 })).toBeUndefined();
  });

  test('of a retry tells each try, the pause between, and that the version stays', async () => {
    const trace = tracePage(await shipped('retries-hide-a-bad-canary'), {
      kind: 'where',
      conditions: [{ what: 'tries', atLeast: 3 }],
    })!;
    const hop = hopsOf(trace).find((own) => own.tries.length === 3)!;
    expect(hop.tries.map((one) => one.status)).toEqual([503, 503, expect.any(Number)]);
    expect(hop.tries.map((one) => one.next)).toEqual([
      'retry',
      'retry',
      hop.status === 200 ? 'done' : 'limit',
    ]);
    for (const one of hop.tries) expect(one.pod).toMatch(/^reviews-v3-/);
    hop.tries.slice(1).forEach((one, index) => {
      const before = hop.tries[index]!;
      expect(one.pickedMs).toBeCloseTo(before.endedMs! + before.backOffMs, 6);
      // The first pause is below 25 ms, the second below 50, whole milliseconds each.
      expect(before.backOffMs).toBeLessThan(index === 0 ? 25 : 50);
      expect(Number.isInteger(before.backOffMs)).toBe(true);
    });
    const text = renderTrace(trace, 200);
    expect(text).toMatch(
      /try 1 +reviews-v3-\S+ \(the only one\), .*status\s+503, tried again \(5xx\) after \d+ ms/,
    );
    expect(text).toMatch(/try 3 /);
  });

  test('of an overflow tells which limit was met: nobody was asked, nothing was tried again', async () => {
    const trace = tracePage(await shipped('circuit-breaking/scenario-three-connections.yaml'), {
      kind: 'where',
      conditions: [{ what: 'flag', flag: 'UO' }],
    })!;
    const [hop] = hopsOf(trace);
    expect([hop!.status, hop!.flags]).toEqual([503, 'UO']);
    expect(hop!.tries).toMatchObject([
      {
        sentMs: null,
        arrivedMs: null,
        next: 'refused',
        breaker: { pending: 1, maxPending: 1, maxConnections: 1, maxRequests: null },
      },
    ]);
    expect(renderTrace(trace, 100)).toMatch(/refused: 1 of at most 1 waiting, \d of at most 1/);
  });

  test('of a request under the old weights, and of the next one under the new', async () => {
    // Half of the 206 proxies have the rule a second after it was applied, so neighbours differ before long.
    const scenario = await shipped('propagation', 'timeline[0].at=1s');
    const first = tracePage(scenario, { kind: 'at', atUs: 2.1e6 })!.page;
    const reviewsOf = (page: number) => {
      const trace = tracePage(scenario, { kind: 'number', page })!;
      return { trace, reviews: hopsOf(trace).find((hop) => hop.service === 'reviews')! };
    };
    let [old, next] = [reviewsOf(first), reviewsOf(first + 1)];
    for (let page = first + 2; !(old.reviews.decision!.stale && !next.reviews.decision!.stale); page += 1) {
      [old, next] = [next, reviewsOf(page)];
      expect(page).toBeLessThan(first + 60);
    }
    expect(old.reviews.decision).toMatchObject({ snapshot: 0, stale: true, draw: null });
    expect(old.reviews.key).toBe('v1');
    expect(next.reviews.decision).toMatchObject({ snapshot: 1, stale: false, draw: { total: 100 } });
    expect(next.trace.page).toBe(old.trace.page + 1);
    expect(renderTrace(old.trace, 200)).toMatch(
      /snapshot 0, held since the start, worker \d; the manifests say otherwise already, pushed from 1.\d+ s on/,
    );
    expect(renderTrace(next.trace, 200)).toMatch(/snapshot 1, held since [12].\d+ s, worker \d\n/);
  });

  test('goes on after the page where its calls do: a delay that nobody waited for is told to its end', async () => {
    const trace = tracePage(await shipped('fault-injection'), {
      kind: 'where',
      conditions: [{ what: 'flag', flag: 'DI' }],
    })!;
    // productpage leaves reviews after 3 s, twice; reviews v2 gets its ratings after the 7 s of the rule.
    const [page] = hopsOf(trace);
    expect(page!.endedMs! - page!.openedMs).toBeGreaterThan(6000);
    const reviews = hopsOf(trace).filter((hop) => hop.service === 'reviews');
    expect(reviews.map((hop) => hop.flags)).toEqual(['DC', 'DC']);
    const ratings = hopsOf(trace).filter((hop) => hop.service === 'ratings');
    expect(ratings.map((hop) => [hop.status, hop.flags])).toEqual([
      [200, 'DI'],
      [200, 'DI'],
    ]);
    for (const hop of ratings) {
      expect(hop.faults).toEqual([{ kind: 'delay', percent: 100, delayMs: 7000, status: null, hit: true }]);
      expect(hop.endedMs! - hop.openedMs).toBeGreaterThan(7000);
    }
    expect(renderTrace(trace, 100)).toContain('delay of 7 s, 100 %: drawn');
  });

  test('of a drained zone tells the priorities: who could be chosen, who was ejected, why a try failed', async () => {
    const trace = tracePage(await shipped('locality-failover'), {
      kind: 'where',
      conditions: [{ what: 'tries', atLeast: 2 }],
    })!;
    const [first, second] = hopsOf(trace)[0]!.tries;
    const names = (one: typeof first, what: 'eligible' | 'ejected') =>
      one!.candidates.filter((own) => own[what]).map((own) => /region\d-zone\d/.exec(own.pod)![0]);
    expect([first!.priority, names(first, 'eligible'), first!.reset]).toEqual([
      0,
      ['region1-zone1'],
      'connect-failure',
    ]);
    expect([second!.priority, names(second, 'eligible'), names(second, 'ejected')]).toEqual([
      1,
      ['region1-zone2'],
      ['region1-zone1'],
    ]);
    expect(renderTrace(trace, 100)).toMatch(/among 1 of 4, priority 1, 1\s+ejected/);
  });

  test('of a rule that was passed over says which, and why', async () => {
    const trace = tracePage(await shipped('request-routing'), { kind: 'at', atUs: 80e6 })!;
    const reviews = hopsOf(trace).find((hop) => hop.service === 'reviews')!;
    expect(reviews.decision!.passed).toEqual([
      {
        route: '',
        rule: 'VirtualService reviews.default, rule 1',
        because: 'header end-user is absent, wanted "jason"',
      },
    ]);
  });

  test('of a client without a sidecar names its pod, and that no rule was asked', async () => {
    const trace = tracePage(await shipped('client-without-sidecar'), { kind: 'number', page: 3 })!;
    expect(trace.root).toMatchObject({
      sidecar: false,
      decision: null,
      caller: expect.stringMatching(/^nginx-/) as string,
    });
    expect(renderTrace(trace, 200)).not.toContain('nobody waited');
  });

  test('is told in words and drawn', async () => {
    const trace = tracePage(await shipped('rule-before-subset'), {
      kind: 'where',
      conditions: [{ what: 'flag', flag: 'NC' }],
    })!;
    const text = renderTrace(trace, 100);
    expect(text).toContain('503 NC (the proxy does not know the cluster)');
    expect(text).toMatch(/draw +\d+ mod 100 = \d+, in \[80, 100\)/);
    expect(await renderSvg(traceDrawing(trace))).toContain('503 NC');
  });
});

test.each([
  { policy: 'ROUND_ROBIN', says: /ROUND_ROBIN of 3, one endpoint after the other, beginning anywhere\)/ },
  { policy: 'RANDOM', says: /RANDOM of 3, any endpoint by chance\)/ },
  {
    policy: 'LEAST_REQUEST',
    says: /LEAST_REQUEST of 3, of two endpoints drawn by chance the one with fewer requests open: back-\S+ has \d/,
  },
  {
    // Hosts in slow start weigh less than others, and weights are served by a schedule (Envoy, EdfLoadBalancerBase).
    policy: 'LEAST_REQUEST, warmupDurationSecs: 60s',
    says: /LEAST_REQUEST of 3, by a schedule of weights, each divided by the requests open there \+ 1\)/,
  },
])('a trace gives the reason of the balancer that picked: $policy', async ({ policy, says }) => {
  const rule = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: back }
spec: { host: back, trafficPolicy: { loadBalancer: { simple: ${policy} } } }
`;
  const scenario = await smallScenario(
    `
seed: 7
duration: 40s
focus: back
controlPlane: { preset: 'off' }
timeline: [{ at: 10s, scale: { workload: back-v1, replicas: 3 } }]
traffic: [{ name: caller, from: client-v1, host: "back:9080", path: /, refresh: { count: 3, every: 1s, start: 30s } }]
`,
    { 'mesh.yaml': service('back') + deployment('back', 'v1') + deployment('client', 'v1') + rule },
  );
  const trace = tracePage(scenario, { kind: 'number', page: 1 })!;
  expect(renderTrace(trace, 400)).toMatch(says);
});

test('a page that a caller without a sidecar asks for has a try that kube-proxy chose, at its time', async () => {
  const scenario = await smallScenario(
    `
seed: 7
duration: 20s
focus: back
controlPlane: { preset: 'off' }
traffic: [{ name: caller, from: client-v1, host: "back:9080", path: /, refresh: { count: 3, every: 5s, start: 2s } }]
`,
    { 'mesh.yaml': service('back') + deployment('back', 'v1') + deployment('client', 'v1', 1, false) },
  );
  const trace = tracePage(scenario, { kind: 'number', page: 2 })!;
  const [one, ...more] = trace.root.tries;
  expect(more).toEqual([]);
  expect(one).toMatchObject({
    policy: null,
    candidates: [],
    pod: expect.stringMatching(/^back-v1-/) as unknown,
  });
  expect(trace.atSeconds).toBe(7);
  // In ms from the start of the run or of the page: both ends of the try are of one clock.
  expect(one!.sentMs).toBe(one!.pickedMs);
  expect(one!.endedMs! - one!.pickedMs).toBeGreaterThan(0);
  expect(one!.endedMs! - one!.pickedMs).toBeLessThan(1000);
});

test('what a route changes of the headers, and what it adds to the answer, is told where it is decided', async () => {
  const rule = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: back }
spec:
  hosts: [back]
  http:
    - headers: { request: { set: { x-tier: gold }, remove: [x-debug] }, response: { add: { Set-Cookie: "seen=1" } } }
      route: [{ destination: { host: back } }]
---`;
  const scenario = await smallScenario(
    `
duration: 5s
focus: back
controlPlane: { preset: 'off' }
traffic: [{ name: caller, from: client-v1, host: "back:9080", path: /, headers: { x-debug: "1" }, refresh: { count: 1 } }]
`,
    { 'mesh.yaml': service('back') + deployment('back', 'v1') + deployment('client', 'v1') + rule },
  );
  const trace = tracePage(scenario, { kind: 'number', page: 1 })!;
  expect(trace.root.decision).toMatchObject({
    sends: ['x-debug: removed', 'x-tier: gold'],
    answers: ['set-cookie: seen=1'],
  });
  expect(renderTrace(trace, 100)).toMatch(/sends +x-tier: gold\n +answers +set-cookie: seen=1/);
});

// A tcp_proxy forwards bytes: it sees no method, no path and no status.
test('a trace tells of what an application asks a database neither a method nor a status', async () => {
  const scenario = await smallScenario(
    `duration: 5s
app: shop-app.yaml
traffic: [{ name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: constant, rps: 10 }]`,
    {
      'mesh.yaml': [
        service('web'),
        deployment('web', 'v1'),
        deployment('curl', 'v1'),
        service('redis').replace('name: http, port: 9080', 'name: tcp-redis, port: 6379'),
        deployment('redis', 'v1'),
      ].join(''),
      'shop-app.yaml': `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: shop }
spec:
  workloads:
    - { name: web, match: { app: web }, script: [{ call: { host: redis, port: 6379, path: / } }] }
    - { name: redis, match: { app: redis }, script: [{ work: 1ms }] }
`,
    },
  );
  const trace = tracePage(scenario, { kind: 'number', page: 10 })!;
  const [asked] = trace.root.calls;
  expect(asked).toMatchObject({ service: 'redis', method: 'TCP', path: '' });
  expect(trace.root).toMatchObject({ method: 'GET', path: '/' });
  const own = renderTrace(trace, 200).split('└─ ')[1]!;
  expect(own).toMatch(/^TCP redis(:6379)?  -> answered/);
  expect(own).not.toMatch(/200|GET/);
});
