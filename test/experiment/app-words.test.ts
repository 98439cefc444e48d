import { expect, test } from 'vitest';
import { assumptionsOf } from '../../src/experiment/assumptions.ts';
import { describePlan } from '../../src/experiment/describe-plan.ts';
import { runOnce } from '../../src/experiment/run-once.ts';
import { begin } from '../../src/experiment/run.ts';
import { tracePage } from '../../src/experiment/trace/trace-page.ts';
import { traceDrawing } from '../../src/report/trace/drawing.ts';
import { renderTrace } from '../../src/report/trace/text.ts';
import { loadApp } from '../../src/scenario/load-app.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { smallScenario } from '../support/small-scenario.ts';
import { deployment, service, split, subsets } from '../support/world.ts';

/** A shop as systems really are: calls side by side, optional, not waited for; hits and misses; errors with a time; idle CPU. */
const app = `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: shop }
spec:
  workloads:
    - name: front
      match: { app: front }
      idleCpu: 12m
      cpu: 2ms
      script:
        - work: 1ms
        - together:
            - call: { host: cart }
            - call: { host: stock, probability: 40% }
        - call: { host: mailer, awaits: false }
        - work: 2ms
      paths: [{ path: /cart, script: [{ call: { host: cart, probability: 50%, awaits: false } }] }]
    - name: cart
      match: { app: cart }
      concurrency: 4
      fails: [{ share: 5%, status: 500, takes: { dist: exponential, mean: 9ms } }, { share: 2%, by: refuse }]
      script: [{ work: { dist: mixture, parts: [{ weight: 80, dist: exponential, mean: 2ms }, { weight: 20, dist: constant, value: 40ms }] } }]
    - { name: stock, match: { app: stock }, script: [{ cpu: 2ms }] }
    - { name: mailer, match: { app: mailer }, concurrency: 1, fails: { share: 10% }, script: [{ work: 300ms }] }
`;

async function shop(more = ''): Promise<Scenario> {
  const scenario = await smallScenario(
    `
duration: 20s
focus: cart
proxy: { idleCpu: 4m }
traffic: [{ name: users, from: client-v1, host: "front:9080", path: /, arrivals: poisson, rps: 40 }]
${more}
`,
    {
      'mesh.yaml': [
        ...['front', 'cart', 'stock', 'mailer'].map(service),
        ...['client', 'front', 'stock', 'mailer'].map((name) => deployment(name, 'v1')),
        deployment('cart', 'v1'),
        deployment('cart', 'v2'),
        subsets('cart', 'v1', 'v2'),
        split('cart', { v1: 50, v2: 50 }),
      ].join('\n'),
    },
  );
  const { value, problems } = loadApp('app.yaml', app);
  expect(problems).toEqual([]);
  return { ...scenario, app: value! };
}

test('explain tells what of an app is not one call after the other, how it fails, and what only runs', async () => {
  const plan = describePlan(await shop());
  const linesOf = (title: string): readonly string[] =>
    plan.find((own) => own.title.startsWith(title))!.lines;
  expect(linesOf('Calls that are not made one after the other')).toEqual([
    'front calls cart, stock (40 % of the requests) side by side',
    'front calls mailer and does not wait for it',
    'front, for /cart, calls cart (50 % of the requests) and does not wait for it',
  ]);
  expect(linesOf('CPU of what only runs')).toEqual(['front: 12m a pod', 'sidecars: 4m each']);
  expect(plan.flatMap(({ lines }) => lines)).toEqual(
    expect.arrayContaining([
      'cart answers 500 to 5 % of its requests, in place of their work, after exponential, mean 9ms',
      'cart refuses 2 % of its requests',
    ]),
  );
  expect(assumptionsOf(await shop()).join()).toContain('A call that nobody waits for holds no worker');
});

test('a sidecar that uses less than a thousandth of a core while it runs is told of, and one that uses nothing is not', async () => {
  const own = await shop();
  const titled = (idleCpuMilli: number) =>
    describePlan({
      ...own,
      app: { ...own.app, workloads: own.app.workloads.map((each) => ({ ...each, idleCpuMilli: 0 })) },
      proxy: { ...own.proxy, idleCpuMilli },
    }).find(({ title }) => title === 'CPU of what only runs')?.lines;
  expect(titled(0.5)).toEqual(['sidecars: 0.5m each']);
  expect(titled(0) ?? []).toEqual([]);
});

test('a trace tells which calls were made side by side, and which nobody waited for', async () => {
  const scenario = await shop();
  const trace = tracePage(scenario, { kind: 'number', page: 40 })!;
  const calls = trace.root.calls;
  expect(calls.map(({ service: called, waited }) => [called, waited])).toEqual(
    expect.arrayContaining([
      ['cart', 'side by side'],
      ['mailer', 'not at all'],
    ]),
  );
  const mailer = calls.find((own) => own.service === 'mailer')!;
  // 300 ms of work, after the page was over.
  expect(mailer.endedMs!).toBeGreaterThan(trace.root.endedMs!);
  const text = renderTrace(trace, 200);
  expect(text).toMatch(/GET cart:9080\/ {2}-> \d+.* after .*, called beside others/);
  expect(text).toMatch(/GET mailer:9080\/ {2}-> \d+.* after .*, called without waiting for it/);
  expect(JSON.stringify(traceDrawing(trace))).toContain(', not awaited');
});

test('a page is found by what befell a call that it did not wait for', async () => {
  const trace = tracePage(await shop(), {
    kind: 'where',
    conditions: [
      { what: 'service', service: 'mailer' },
      { what: 'status', status: 503 },
    ],
  })!;
  expect(trace.root.calls.find((own) => own.service === 'mailer')!.status).toBe(503);
});

test('a copied run goes on as the original, with calls in all states', async () => {
  const scenario = await shop('timeline: [{ at: 8s, crash: { workload: front-v1, pods: 1 } }]');
  const whole = JSON.stringify(runOnce(scenario));
  for (const atUs of [4_000_123, 8_000_001, 12_345_678]) {
    const trunk = begin(scenario);
    trunk.runUntil(atUs);
    const copy = trunk.copy();
    expect(JSON.stringify(copy.finish())).toBe(whole);
    expect(JSON.stringify(trunk.finish())).toBe(whole);
  }
});

test('CPU that was measured counts to fractions of a thousandth; a request would be rounded up to whole ones', async () => {
  const { value } = loadApp('app.yaml', app.replace('idleCpu: 12m', 'idleCpu: 3.6m'));
  expect(value!.workloads[0]!.idleCpuMilli).toBe(3.6);
  const scenario = await smallScenario(
    'proxy: { idleCpu: 0.0041 }\ntraffic: [{ name: a, from: front-v1, host: "cart:9080", arrivals: poisson, rps: 1 }]\nfocus: cart\nduration: 1s',
    { 'mesh.yaml': ['front', 'cart'].flatMap((name) => [service(name), deployment(name, 'v1')]).join('\n') },
  );
  expect(scenario.proxy.idleCpuMilli).toBe(4.1);
  const refused = loadApp('app.yaml', app.replace('idleCpu: 12m', 'idleCpu: -1m'));
  expect(refused.problems.map(({ message }) => message).join()).toContain('greater than or equal to 0');
});
