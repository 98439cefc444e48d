import { expect, test } from 'vitest';
import { scriptsOf } from '../../../src/mesh/app/scripts.ts';
import {
  bookinfo,
  expectNothingLeft,
  makeWorld,
  refreshes,
  request,
  resources,
  theBookinfoApp,
} from '../../support/world.ts';

test('a path has its own script, by the first pattern that fits all its parts; the others share one', () => {
  const { steps, startFor } = scriptsOf({
    name: 'a',
    match: {},
    cpuUs: 0,
    concurrency: Infinity,
    script: [{ kind: 'work', time: { dist: 'constant', value: 1 } }],
    paths: [
      { path: '/a/b', script: [] },
      { path: '/a/*', script: [] },
    ],
  });
  // work, answer | answer | answer
  expect(steps.map(({ kind }) => kind)).toEqual(['work', 'answer', 'answer', 'answer']);
  expect(['/', '/a', '/a/b', '/a/c?d=/e', '/a/c/d'].map(startFor)).toEqual([0, 0, 2, 3, 0]);
});

test('calls side by side stand one after the other behind the step that makes them', () => {
  const call = theBookinfoApp().workloads[0]!.script.find((step) => step.kind === 'call')!;
  const { steps } = scriptsOf({
    name: 'a',
    match: {},
    cpuUs: 0,
    concurrency: Infinity,
    script: [{ kind: 'together', calls: [call, call] }, call],
  });
  expect(steps).toEqual([{ kind: 'together', count: 2 }, call, call, call, { kind: 'answer' }]);
});

// samples/bookinfo/src/productpage/productpage.py: the page is 200 with the error in its body, reviewsRoute answers with the status.
test.each([
  {
    fault: 'abort: { percentage: { value: 100 }, httpStatus: 503 }',
    status: 503,
    because: 'the last status',
  },
  {
    fault: 'delay: { percentage: { value: 100 }, fixedDelay: 20s }',
    status: 500,
    because: 'both tries of 3 s are over, and no status has come',
  },
  { fault: 'abort: { percentage: { value: 0 }, httpStatus: 503 }', status: 200, because: 'reviews answer' },
])('Bookinfo’s API for reviews answers $status ($because), and the page is 200', ({ fault, status }) => {
  const reviews = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec: { hosts: [reviews], http: [{ fault: { ${fault} }, route: [{ destination: { host: reviews } }] }] }`;
  const statusOf = (path: string): number[] => {
    const statuses: number[] = [];
    const world = makeWorld(
      {
        manifests: resources(bookinfo.replace('prefix: /productpage', 'prefix: /'), reviews),
        traffic: [{ ...refreshes(2), request: { ...request, path } }],
      },
      {
        pageDone: (row) => statuses.push(world.rows.status[row]!),
      },
    );
    world.runUntil(60_000_000);
    expectNothingLeft(world);
    return statuses;
  };
  expect(statusOf('/api/v1/products/0/reviews')).toEqual([status, status]);
  expect(statusOf('/productpage')).toEqual([200, 200]);
});
