import { expect, test } from 'vitest';
import { check } from '../../support/check-run.ts';

const node = (id: string, nodeType: string, more: object): object => ({
  data: { id, nodeType, cluster: 'Kubernetes', namespace: 'default', ...more },
});
const version = (own: string): object =>
  node(own, 'app', {
    app: 'reviews',
    version: own,
    workload: `reviews-${own}`,
    destServices: [{ cluster: 'Kubernetes', namespace: 'default', name: 'reviews' }],
  });
const edge = (source: string, target: string, rate: string, responses?: object): object => ({
  data: {
    id: `${source}-${target}`,
    source,
    target,
    responseTime: '12',
    traffic: {
      protocol: 'http',
      rates: { http: rate, httpPercentReq: '50.0' },
      ...(responses === undefined ? {} : { responses }),
    },
  },
});
const ok = { '200': { flags: { '-': '100.0' }, hosts: { 'reviews.default.svc.cluster.local': '100.0' } } };
const productpage = node('p', 'app', {
  app: 'productpage',
  version: 'v1',
  workload: 'productpage-v1',
  isRoot: true,
});
const service = node('s', 'service', { app: 'reviews', service: 'reviews' });
const ratings = node('r', 'app', { app: 'ratings', version: 'v1', workload: 'ratings-v1' });
const graph = (nodes: object[], edges: object[], duration: number | undefined = 600): string =>
  JSON.stringify({ timestamp: 1772366400, duration, graphType: 'versionedApp', elements: { nodes, edges } });

test('rates of a graph over its duration are about so many requests, and that is said', async () => {
  const text = graph(
    [productpage, version('v1'), version('v3')],
    [edge('p', 'v1', '0.31', ok), edge('p', 'v3', '0.29', ok)],
  );
  const { counts, notes, service: name } = await check({ 'graph.json': text });
  // 0.31/s and 0.29/s over 600 s.
  expect(counts).toEqual({ v1: 186, v3: 174 });
  expect(name).toBe('reviews.default.svc.cluster.local');
  expect(notes).toMatch(/rates to two decimals, no counts; over its 600 s/);
});

test('where service nodes stand between workloads each request is counted once', async () => {
  const text = graph(
    [productpage, service, version('v1'), version('v3'), ratings],
    [
      edge('p', 's', '0.60', ok),
      edge('s', 'v1', '0.31', ok),
      edge('s', 'v3', '0.29', ok),
      edge('v3', 'r', '0.29'),
    ],
  );
  expect((await check({ 'graph.json': text })).counts).toEqual({ v1: 186, v3: 174 });
});

test('several callers of a version are added; answers that failed are told', async () => {
  const failing = { '200': { flags: { '-': '50.0' } }, '503': { flags: { UH: '50.0' } } };
  const { counts, failing: told } = await check(
    {
      'graph.json': graph(
        [productpage, node('g', 'unknown', {}), version('v1'), version('v3')],
        [edge('p', 'v1', '0.20', ok), edge('g', 'v1', '0.11', ok), edge('p', 'v3', '0.30', failing)],
      ),
    },
    ['--weights', 'v1=50,v3=50', '--host', 'reviews'],
  );
  expect(counts).toEqual({ v1: 186, v3: 180 });
  expect(told).toMatchObject([{ key: 'v3', failed: 90 }]);
});

test('a graph of workloads tells versions by their names', async () => {
  const workload = (name: string): object => node(name, 'workload', { workload: name, app: 'reviews' });
  const text = graph(
    [productpage, workload('reviews-v1'), workload('reviews-v3')],
    [edge('p', 'reviews-v1', '0.31'), edge('p', 'reviews-v3', '0.29')],
  );
  expect((await check({ 'graph.json': text })).counts).toEqual({ v1: 186, v3: 174 });
});

test('a graph that does not say over how long asks for it', async () => {
  const text = JSON.stringify({
    elements: {
      nodes: [productpage, version('v1'), version('v3')],
      edges: [edge('p', 'v1', '0.31', ok), edge('p', 'v3', '0.29', ok)],
    },
  });
  const asked = await check({ 'graph.json': text });
  expect(asked.code).toBe(3);
  expect(asked.errors).toMatch(/--values rate=10m/);
  expect(
    (await check({ 'graph.json': text }, ['--weights', 'v1=50,v3=50', '--values', 'rate=10m'])).counts,
  ).toEqual({ v1: 186, v3: 174 });
});

test('counters beside a graph are counted, and the graph is not added', async () => {
  const prometheus = JSON.stringify({
    status: 'success',
    data: {
      resultType: 'vector',
      result: ['v1', 'v3'].map((own) => ({
        metric: {
          __name__: 'istio_requests_total',
          reporter: 'source',
          destination_service: 'reviews.default.svc.cluster.local',
          destination_version: own,
        },
        value: [1, '50'],
      })),
    },
  });
  const text = graph(
    [productpage, version('v1'), version('v3')],
    [edge('p', 'v1', '0.31', ok), edge('p', 'v3', '0.29', ok)],
  );
  const { counts, notes } = await check({ 'graph.json': text, 'prom.json': prometheus });
  expect(counts).toEqual({ v1: 50, v3: 50 });
  expect(notes).toMatch(/Not added: graph.json \(rates: v1 186, v3 174\)/);
});

test('a graph without edges says that nothing is in it', async () => {
  expect((await check({ 'graph.json': graph([], []) })).errors).toMatch(/no request tells/);
});
