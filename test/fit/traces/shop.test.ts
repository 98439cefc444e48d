import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { kubernetesObjects, Names } from '../../../src/fit/names.ts';
import { fitTraces } from '../../../src/fit/traces/fit-traces.ts';
import { readTraces } from '../../../src/fit/traces/format/index.ts';

/**
 * Traces of a shop that was made up by another program, whose truth it wrote down: 765 pages of 12 minutes and more. A sidecar tries
 * `pricing` again, one application writes spans of its own, spans are lost, clocks are off by up to 3 ms.
 */
const text = gunzipSync(readFileSync(new URL('shop.json.gz', import.meta.url))).toString();

/** Nodes of the pods, as kubectl tells them. */
const nodes = {
  'frontend-7d9c6b5f4d-4hk2m': 'node-b',
  'frontend-7d9c6b5f4d-x8zq9': 'node-c',
  'catalog-5f6d8c7b9-7wqtn': 'node-a',
  'catalog-5f6d8c7b9-m5r2c': 'node-b',
  'cart-6b8f9d5c7-kj4lp': 'node-a',
  'cart-6b8f9d5c7-z9v6s': 'node-c',
  'pricing-v1-84c5d7f6b-2ncvx': 'node-b',
  'pricing-v1-84c5d7f6b-p8jgd': 'node-c',
  'pricing-v2-6f7b9c8d5-hd7rk': 'node-a',
  'pricing-v2-6f7b9c8d5-tq5wb': 'node-c',
  'mailer-79b4d6c8f-c6xmz': 'node-a',
};

describe('a shop whose truth is known', () => {
  const names = new Names();
  names.readObjects(
    kubernetesObjects(
      'pods.json',
      JSON.stringify({
        kind: 'List',
        items: Object.entries(nodes).map(([name, nodeName]) => ({
          kind: 'Pod',
          metadata: { name, namespace: 'shop' },
          spec: { nodeName },
        })),
      }),
    ),
  );
  const file = readTraces(text)!;
  const fit = fitTraces({ spans: file.spans, names });
  const workload = (name: string) => fit.workloads.find((own) => own.name === name)!;

  test('it is read as Zipkin writes it', () => {
    expect(file).toMatchObject({ format: 'Zipkin', problems: [] });
    expect(fit.traces).toBe(765);
  });

  test('edges and the entry are exact', () => {
    expect(fit.edges.map(({ from, to }) => `${from}->${to}`)).toEqual([
      'cart->pricing',
      'frontend->cart',
      'frontend->catalog',
      'frontend->mailer',
    ]);
    expect(fit.entries).toMatchObject([{ host: 'frontend', method: 'GET', path: '/shop' }]);
  });

  test('catalog is called twice in turn, mailer is not waited for, and nothing is optional', () => {
    const steps = workload('frontend').script.steps.map((step) =>
      step.kind === 'work'
        ? 'work'
        : step.kind === 'call'
          ? `${step.call.host} ${step.call.awaits} ${step.call.probability.value}`
          : 'together',
    );
    expect(steps).toEqual([
      'work',
      'catalog true 1',
      'catalog true 1',
      'work',
      'cart true 1',
      'mailer false 1',
      'work',
    ]);
    expect(workload('cart').script.steps.map(({ kind }) => kind)).toEqual(['work', 'call', 'work']);
  });

  test.each([
    ['frontend', 5.707, 11.886],
    ['cart', 3.44, 7.954],
    ['pricing-v1', 5.009, 14.044],
    ['pricing-v2', 7.405, 24.957],
    ['mailer', 55.103, 170.303],
  ])('own times of %s have p50 %f ms and p99 %f ms', (name, p50, p99) => {
    const own = workload(name).own!;
    // Three standard errors of a lognormal law: sigma / sqrt(n), and 1.92 times that for the 99th percentile.
    const error = Math.log(p99 / p50) / 2.326 / Math.sqrt(own.p50.n);
    expect(Math.abs(Math.log(own.p50.value / p50))).toBeLessThan(3 * error);
    expect(Math.abs(Math.log(own.p99.value / p99))).toBeLessThan(3 * 1.92 * error);
  });

  test('tries of the sidecar are no calls of cart, and failing tries have a law of their own', () => {
    const edge = fit.edges.find(({ to }) => to === 'pricing')!;
    expect(edge).toMatchObject({ mostTries: 2, retriedStatuses: [503] });
    expect(workload('pricing-v2').errors.map(({ status }) => status)).toEqual([503]);
    expect(workload('catalog').errors.map(({ status }) => status)).toEqual([500]);
  });

  test('a call of catalog that failed did not fail the page', () => {
    const calls = workload('frontend').script.steps.flatMap((step) =>
      step.kind === 'call' && step.call.host === 'catalog' ? [step.call.onFailure] : [],
    );
    expect(calls).toEqual(['body', 'body']);
  });

  test('quick and slow answers of catalog are no lognormal law', () => {
    expect(workload('catalog').own!.law.dist).toBe('empirical');
  });

  test('one way between two sidecars takes 0.325 ms in the mean, and half of them less than 0.28', () => {
    expect(Math.abs(fit.hop!.meanMs.value / 0.3252 - 1)).toBeLessThan(0.02);
    expect(Math.abs(fit.hop!.p50Ms / 0.28 - 1)).toBeLessThan(0.05);
  });

  test('clocks of the nodes are 2.7, -3 and 0.6 ms off', () => {
    const offsets = fit.clocks!.offsetsMs;
    const apart = (one: string, other: string): number => offsets.get(one)! - offsets.get(other)!;
    expect(apart('node-a', 'node-b')).toBeCloseTo(5.7, 1);
    expect(apart('node-a', 'node-c')).toBeCloseTo(2.1, 1);
  });
});
