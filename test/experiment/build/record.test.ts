import { describe, expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { shipped } from '../../support/scenario.ts';
import { bookinfo, deployment, service, split, subsets } from '../../support/world.ts';
import { smallScenario } from '../../support/small-scenario.ts';

const halves = subsets('reviews', 'v1', 'v2', 'v3') + split('reviews', { v1: 50, v3: 50 });
const outside = deployment('batch', 'v1', 1, false);

describe('a record is built from any run', () => {
  test('statistics of clusters that kept nothing to tell are left out, as Envoy leaves out counters that are 0', async () => {
    const scenario = await smallScenario(
      `
seed: 7
duration: 20s
traffic: [{ name: users, arrivals: poisson, rps: 20 }]
`,
      {
        'mesh.yaml': bookinfo,
        'rules.yaml': `${halves}
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: details }
spec: { host: details, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 }, connectionPool: { tcp: { maxConnections: 100 } } } }
`,
      },
    );
    expect(runOnce(scenario).record.metrics.envoy).toEqual([]);
  });

  test('callers with and without a sidecar: only what the rule drew is tested', async () => {
    const scenario = await smallScenario(
      `
seed: 7
duration: 60s
controlPlane: { preset: 'off' }
traffic:
  - { name: users, arrivals: poisson, rps: 20 }
  - { name: batch, from: batch-v1, host: "reviews:9080", path: /reviews/0, connections: new, arrivals: poisson, rps: 60 }
`,
      { 'mesh.yaml': bookinfo + outside, 'rules.yaml': halves },
    );
    const { record } = runOnce(scenario);
    const [phase] = record.splits.find((own) => own.service === 'reviews')!.phases;
    // kube-proxy gives batch a third of each version, v2 among them: for the rule's draws that would be impossible.
    expect(phase!.observed[1]).toBeGreaterThan(500);
    expect(phase!.test).toBe('exact binomial');
    // Luck passes at 1 in 1,000 in all but one of a thousand seeds; counted with batch's, p is below 1e-12.
    expect(phase!.p).toBeGreaterThan(0.001);
  });

  test('each request that Envoy answers by a fault carries its flag FI, and is counted under it', async () => {
    const aborted = split('reviews', { v1: 100 }).replace(
      '    - route:',
      '    - fault: { abort: { httpStatus: 503, percentage: { value: 100 } } }\n      route:',
    );
    const scenario = await smallScenario(
      `
seed: 7
duration: 20s
controlPlane: { preset: 'off' }
traffic: [{ name: batch, from: productpage-v1, host: "reviews:9080", path: /reviews/0, arrivals: constant, rps: 10 }]
`,
      { 'mesh.yaml': bookinfo, 'rules.yaml': subsets('reviews', 'v1') + aborted },
    );
    const { pages } = runOnce(scenario).record;
    expect(pages.pages).toBeGreaterThan(190);
    expect(pages.flags).toEqual([{ service: 'reviews', flag: 'FI', requests: pages.pages }]);
  });

  test('a visitor who finds no pod of the gateway has failed at the gateway, not at a Service', async () => {
    const scenario = await shipped(
      'gateway-replicas',
      'timeline=[{ at: 20s, scale: { workload: istio-ingressgateway, replicas: 0 } }]',
      'expect=[]',
    );
    const { failures } = runOnce(scenario).record;
    expect(failures.length).toBeGreaterThan(0);
    expect(new Set(failures.map(({ cause }) => cause))).toEqual(new Set(['no-gateway']));
  });

  test('pods whose connections cannot be opened, and that are there, refuse: nothing broke off', async () => {
    const scenario = await smallScenario(
      `
seed: 7
duration: 20s
controlPlane: { preset: 'off' }
traffic: [{ name: batch, from: productpage-v1, host: "reviews:9080", path: /reviews/0, arrivals: constant, rps: 10 }]
timeline: [{ at: 5s, fail: { workload: reviews-v1, share: 100%, by: unreachable } }]
`,
      { 'mesh.yaml': bookinfo, 'rules.yaml': subsets('reviews', 'v1') + split('reviews', { v1: 100 }) },
    );
    const { failures } = runOnce(scenario).record;
    // Istio's two retries have failed, too: URX beside UF.
    expect(failures.map(({ cause, flags }) => [cause, ...flags.split(',').sort()])).toEqual([
      ['refused', 'UF', 'URX'],
    ]);
  });

  test('a page that failed late is told as failed alone: nothing is counted twice', async () => {
    const slow = split('reviews', { v1: 100 }).replace(
      '    - route:',
      '    - fault: { delay: { fixedDelay: 3s, percentage: { value: 50 } }, abort: { httpStatus: 503, percentage: { value: 50 } } }\n      route:',
    );
    const scenario = await smallScenario(
      `
seed: 7
duration: 60s
controlPlane: { preset: 'off' }
traffic: [{ name: batch, from: productpage-v1, host: "reviews:9080", path: /reviews/0, arrivals: constant, rps: 10 }]
`,
      { 'mesh.yaml': bookinfo, 'rules.yaml': subsets('reviews', 'v1') + slow },
    );
    const { pages } = runOnce(scenario).record;
    // Half of all are late, and half of those failed: of 570 (the last three seconds' late ones are under way) a quarter each.
    const [late, failed] = [pages.late! / pages.pages, pages.failed / pages.pages];
    expect(Math.abs(late - 0.25)).toBeLessThan(0.08);
    expect(Math.abs(failed - 0.5)).toBeLessThan(0.09);
  });

  test.each([
    { delay: '10ms', seen: 10, because: 'each page is there before the next is due' },
    // The first begins at 0 s, and each takes 5 s: the sixth is there at 30 s, no more than a moment late.
    { delay: '5s', seen: 5, because: 'the next one waits for the page before it' },
  ])('a session whose pages take $delay is told as cut short, or not: $because', async (row) => {
    const slow = split('reviews', { v1: 100 }).replace(
      '    - route:',
      `    - fault: { delay: { fixedDelay: ${row.delay}, percentage: { value: 100 } } }\n      route:`,
    );
    const scenario = await smallScenario(
      `
duration: 30s
controlPlane: { preset: 'off' }
traffic: [{ name: one, from: productpage-v1, host: "reviews:9080", path: /reviews/0, refresh: { count: 10, every: 3s } }]
`,
      { 'mesh.yaml': bookinfo, 'rules.yaml': subsets('reviews', 'v1') + slow },
    );
    const { warnings, refreshes } = runOnce(scenario).record;
    expect(refreshes[0]!.refreshes).toHaveLength(row.seen);
    expect(warnings.filter((own) => own.includes('came before the run ended'))).toEqual(
      row.seen === 10
        ? []
        : [
            '5 of 10 refreshes of "one" came before the run ended, because its pages were slow: the next one waits for the page before it.',
          ],
    );
  });

  test('who called whom is told from change to change of a rule, callers without a proxy too', async () => {
    const scenario = await smallScenario(
      `
seed: 7
duration: 60s
controlPlane: { preset: 'off' }
timeline: [{ at: 30s, apply: later.yaml }]
traffic:
  - { name: users, arrivals: poisson, rps: 20 }
  - { name: batch, from: batch-v1, host: "reviews:9080", path: /reviews/0, connections: new, arrivals: constant, rps: 10 }
`,
      {
        'mesh.yaml': bookinfo + outside,
        'rules.yaml': subsets('reviews', 'v1', 'v3') + split('reviews', { v1: 100 }),
        'later.yaml': split('reviews', { v3: 100 }),
      },
    );
    const { record } = runOnce(scenario);
    const steps = record.steps.map((step) => [step.fromSeconds, step.toSeconds]);
    expect(steps).toEqual([
      [0, 30],
      [30, 60],
    ]);
    const asked = record.steps.map(({ calls }) =>
      calls
        .filter((own) => own.caller === 'productpage-v1' && own.service === 'reviews')
        .map((own) => own.version),
    );
    // At once, and what was asked before is answered within milliseconds: at most a request or two of v1 are left.
    expect(asked[0]).toEqual(['v1']);
    expect(asked[1]).toContain('v3');
    // kube-proxy knows no rule: ten a second for a minute, less those still under way.
    const outsiders = record.steps.flatMap(({ calls }) => calls.filter((own) => own.caller === null));
    const sum = outsiders.reduce((all, own) => all + own.requests, 0);
    expect(sum).toBeGreaterThanOrEqual(598);
    expect(sum).toBeLessThanOrEqual(601);
    // Every one was answered by a pod, whose version and workload are told.
    for (const { calls } of record.steps)
      for (const own of calls) expect(own.workload).toBe(`${own.service}-${own.version}`);
    // All requests of all steps are those that the callers' proxies counted.
    const counted = record.metrics.requests.filter((own) => own.reporter === 'source');
    const told = record.steps.flatMap(({ calls }) => calls.filter((own) => own.caller !== null));
    expect(told.reduce((all, own) => all + own.requests, 0)).toBe(
      counted.reduce((all, own) => all + own.requests, 0),
    );
  });

  test('two rules, and a caller without a sidecar beside them: the law is that of the draws', async () => {
    const scenario = await smallScenario(
      `
seed: 7
duration: 60s
controlPlane: { preset: small }
timeline: [{ at: 30s, apply: later.yaml }]
traffic:
  - { name: users, arrivals: poisson, rps: 1 }
  - { name: batch, from: batch-v1, host: "reviews:9080", path: /reviews/0, connections: new, arrivals: poisson, rps: 300 }
`,
      {
        'mesh.yaml': bookinfo + outside,
        'rules.yaml': halves,
        'later.yaml': split('reviews', { v1: 10, v3: 90 }),
      },
    );
    const { record } = runOnce(scenario);
    const phases = record.splits.find((own) => own.service === 'reviews')!.phases;
    expect(phases.map((phase) => phase.state)).toContain('propagating');
    for (const { p } of phases) expect(p === null || (p > 0.0001 && p <= 1)).toBe(true);
  });

  test('a caller whose first pod comes after a change of rules is told by what it held from then on', async () => {
    const scenario = await smallScenario(
      `
seed: 7
duration: 60s
controlPlane: { preset: 'off' }
timeline:
  - { at: 10s, apply: later-rule.yaml }
  - { at: 20s, apply: later-caller.yaml }
traffic:
  - { name: late, from: late-v1, host: "reviews:9080", path: /reviews/0, arrivals: poisson, profile: [{ at: 0s, rps: 0 }, { at: 40s, rps: 10 }] }
`,
      {
        'mesh.yaml': bookinfo + deployment('late', 'v1', 0),
        'rules.yaml': halves,
        'later-rule.yaml': split('reviews', { v1: 10, v3: 90 }),
        'later-caller.yaml': deployment('late', 'v1'),
      },
    );
    const { record } = runOnce(scenario);
    const reviews = record.splits.find((own) => own.service === 'reviews')!;
    expect(reviews.configured.at(-1)!.shares).toEqual([0.1, 0.9]);
    expect(reviews.configured[0]!.atSeconds).toBe(20);
    expect(reviews.phases.at(-1)!.p).not.toBeNull();
  });

  test('a caller without a sidecar has no rule, whatever rules there are, and no share to be held against', async () => {
    const scenario = await smallScenario(
      `
seed: 7
duration: 20s
controlPlane: { preset: 'off' }
traffic: [{ name: batch, from: batch-v1, host: "reviews:9080", path: /reviews/0, connections: new, arrivals: poisson, rps: 60 }]
`,
      { 'mesh.yaml': bookinfo + outside, 'rules.yaml': halves },
    );
    const { record } = runOnce(scenario);
    const reviews = record.splits.find((own) => own.service === 'reviews')!;
    expect(reviews.configured).toHaveLength(1);
    expect(reviews.configured[0]!.shares).toBeUndefined();
    expect(reviews.configured[0]!.rule).toBe('no rule: the caller has no sidecar');
    expect(reviews.phases.map(({ p }) => p)).toEqual([null]);
  });

  test('a browser whose first rule of all is the one that splits is told its share at each refresh', async () => {
    const back = service('back') + deployment('back', 'v1') + deployment('back', 'v2');
    const scenario = await smallScenario(
      `
seed: 7
duration: 30s
focus: back
controlPlane: { preset: 'off' }
traffic: [{ name: browser, from: client-v1, host: "back:9080", path: /, refresh: { count: 20, every: 1s } }]
`,
      {
        'mesh.yaml': back + deployment('client', 'v1'),
        'rules.yaml': subsets('back', 'v1', 'v2') + split('back', { v1: 75, v2: 25 }),
      },
    );
    const [browser] = runOnce(scenario).record.refreshes;
    expect(browser!.distributionKey).toBe('v2');
    expect(browser!.refreshes.map(({ share }) => share)).toEqual(Array(20).fill(0.25));
    expect(browser!.counts[0]! + browser!.counts[1]!).toBe(20);
  });

  test('a rule that answers by itself is told with its status', async () => {
    const answering = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec: { hosts: [reviews], http: [{ match: [{ uri: { prefix: /reviews } }], directResponse: { status: 418 } }] }
---`;
    const scenario = await smallScenario(
      `
seed: 7
duration: 20s
controlPlane: { preset: 'off' }
traffic: [{ name: late, from: late-v1, host: "reviews:9080", path: /reviews/0, arrivals: poisson, rps: 60 }]
`,
      { 'mesh.yaml': bookinfo + deployment('late', 'v1'), 'rules.yaml': answering },
    );
    const reviews = runOnce(scenario).record.splits.find((own) => own.service === 'reviews')!;
    expect(reviews.configured.map(({ rule }) => rule)).toEqual([
      'VirtualService reviews.default, rule 1: answered by the proxy with 418',
    ]);
  });
});
