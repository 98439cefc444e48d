import { Session, type Profiler } from 'node:inspector/promises';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import * as envoy from '../src/door/envoy.ts';
import * as istiod from '../src/door/istiod.ts';
import * as kubernetes from '../src/door/kubernetes.ts';
import * as telemetry from '../src/door/telemetry.ts';
import { runOnce } from '../src/experiment/run-once.ts';
import { shipped } from './support/scenario.ts';

/** Scenarios that between them ask every rule of the data plane, the control plane and the pods; each takes a second or two. */
const scenarios = [
  'circuit-breaking',
  'fault-injection',
  'mirroring',
  'retries-hide-a-bad-canary/scenario-retry-budget.yaml',
  'sticky-sessions',
  'absorbing-cookie',
  'sticky-sessions/scenario-maglev.yaml',
  'sticky-sessions/scenario-random.yaml',
  'locality-failover',
  'locality-failover/scenario-distribute.yaml',
  'locality-failover/scenario-failover-priority.yaml',
  'one-bad-pod',
  'warm-up',
  'warm-up/scenario-rollout.yaml',
  'gateway-api',
  'gateway-replicas',
  'tcp-shifting',
  'request-timeouts',
  'cold-canary',
  'cold-canary/scenario-autoscaler.yaml',
  'canary-autoscaling/scenario-by-requests.yaml',
  'one-hpa-two-versions',
];

type Callable = (...given: never) => unknown;
const isCallable = (value: unknown): value is Callable => typeof value === 'function';

/** What lives in a folder `view` shows what the model has or would do, to people and to other programs: no run asks it. */
async function viewsOf(folder: string): Promise<ReadonlySet<unknown>> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(^|\/)view\/[^/]+\.ts$/.test(file),
  );
  const modules = await Promise.all(
    files.map((file) => import(resolve(folder, file)) as Promise<Record<string, unknown>>),
  );
  return new Set(modules.flatMap((module) => Object.values(module)));
}

/** Functions that were called, by name and length of their text: the door's functions and the profiler's are the same ones. */
async function calledBy(play: () => Promise<void>): Promise<ReadonlySet<string>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false });
  await play();
  const { result } = (await session.post(
    'Profiler.takePreciseCoverage',
  )) as Profiler.TakePreciseCoverageReturnType;
  await session.post('Profiler.stopPreciseCoverage');
  session.disconnect();
  return new Set(
    result
      .filter(({ url }) => /\/src\/mesh\//.test(url))
      .flatMap(({ functions }) => functions)
      .filter(({ ranges: [whole] }) => whole!.count > 0)
      .map(({ functionName, ranges: [whole] }) => `${functionName} ${whole!.endOffset - whole!.startOffset}`),
  );
}

/** A function itself; of a class, which need not have a constructor, its methods. */
const bodiesOf = (name: string, value: Callable): string[] => {
  const methods = Object.entries(
    Object.getOwnPropertyDescriptors((value.prototype as object | undefined) ?? {}),
  ).flatMap(([method, { value: body }]) =>
    method !== 'constructor' && isCallable(body) ? [`${method} ${String(body).length}`] : [],
  );
  return [`${name} ${String(value).length}`, ...methods];
};

test('every rule that the package exports is one that runs of shipped scenarios ask, and no view is', async () => {
  const called = await calledBy(async () => {
    for (const name of scenarios) runOnce(await shipped(name));
  });
  const views = await viewsOf('src/mesh');
  const exported = Object.entries<unknown>({
    ...envoy,
    ...istiod,
    ...kubernetes,
    ...telemetry,
  }).flatMap(([name, value]) =>
    isCallable(value)
      ? [{ name, isView: views.has(value), isCalled: bodiesOf(name, value).some((own) => called.has(own)) }]
      : [],
  );
  const named = (fits: (own: (typeof exported)[number]) => boolean): string[] =>
    exported.filter(fits).map(({ name }) => name);
  expect(named(({ isView }) => !isView).length).toBeGreaterThan(50);
  expect(named(({ isView, isCalled }) => !isView && !isCalled)).toEqual([]);
  expect(named(({ isView, isCalled }) => isView && isCalled)).toEqual([]);
});
