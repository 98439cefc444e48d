import { expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { bookinfo, deployment, gateway, service, subsets } from '../support/world.ts';

/** Small cases of what random scenarios have found. */
async function record(spec: string, files: Readonly<Record<string, string>>) {
  const { value, problems } = await loadScenario({
    path: 'test',
    file: 'scenario.yaml',
    text: `
apiVersion: meshshift/v1alpha1
kind: Scenario
metadata: { name: test }
spec:
  manifests: [${Object.keys(files)
    .filter((name) => !name.startsWith('later'))
    .join(', ')}]
${spec.replace(/^/gm, '  ')}`,
    read: (name) => Promise.resolve({ value: files[name], problems: [] }),
  });
  if (value === undefined) throw new Error(JSON.stringify(problems, null, 2));
  return runOnce(value).record;
}

const sum = (values: readonly number[]): number => values.reduce((total, own) => total + own, 0);

test('who leaves while a fault delays the request is an error of a request that is counted', async () => {
  const { splits } = await record(
    `duration: 20s
focus: reviews
traffic: [{ name: hasty, from: productpage-v1, host: 'reviews:9080', patience: 100ms, arrivals: constant, rps: 10 }]`,
    {
      'all.yaml': [bookinfo, subsets('reviews', 'v1')].join('\n'),
      'rule.yaml': `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
    - fault: { delay: { fixedDelay: 5s, percentage: { value: 100 } } }
      route: [{ destination: { host: reviews, subset: v1 } }]`,
    },
  );
  const { keys, phases } = splits.find((own) => own.service === 'reviews')!;
  expect(keys).toEqual(['v1']);
  // Ten a second for 20 s, from the first instant to the last; the last one leaves after the end.
  expect(sum(phases.map((own) => own.errors[0]!))).toBe(200);
  expect(sum(phases.map((own) => own.observed[0]!))).toBe(200);
});

test('a record can be built where the first who asks for a service comes with a later pod', async () => {
  const { splits, traffic } = await record(
    `duration: 60s
focus: reviews
timeline:
  - { at: 5s, apply: later.yaml }
traffic: [{ name: browser, refresh: { count: 5, every: 1s, start: 40s } }]`,
    {
      'all.yaml': [
        gateway,
        ...['productpage', 'reviews', 'details'].map(service),
        deployment('productpage', 'v1', 0),
        deployment('reviews', 'v1'),
        subsets('reviews', 'v1'),
      ].join('\n'),
      'later.yaml': deployment('productpage', 'v1', 1),
    },
  );
  expect(traffic).toMatchObject([{ pages: 5 }]);
  expect(splits.find((own) => own.service === 'reviews')!.keys).toEqual(['v1']);
});
