import { expect, test } from 'vitest';
import { play } from '../../src/experiment/run-once.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { smallScenario } from '../support/small-scenario.ts';
import { bookinfo, split, subsets } from '../support/world.ts';

const steady = (expectations = ''): Promise<Scenario> =>
  smallScenario(
    `
seed: 7
duration: 20s
controlPlane: { preset: 'off' }
traffic: [{ name: users, arrivals: constant, rps: 10 }]
${expectations}
`,
    { 'mesh.yaml': bookinfo },
  );

test('a run is played in a hundred stretches, each told when it is done', async () => {
  const shares: number[] = [];
  const playing = play(await steady());
  let step = playing.next(true);
  for (; step.done !== true; step = playing.next(true)) shares.push(step.value);
  expect(shares).toEqual(Array.from({ length: 100 }, (_, index) => (index + 1) / 100));
  expect(step.value.record.interrupted).toBe(false);
  expect(step.value.record.pages.pages).toBe(200);
});

test('whoever says stop has a record of what was played until then', async () => {
  const playing = play(await steady());
  playing.next(true);
  for (let stretch = 2; stretch <= 50; stretch++) playing.next(true);
  const { done, value } = playing.next(false);
  expect(done).toBe(true);
  if (done !== true) return;
  expect(value.record.interrupted).toBe(true);
  // Half of 20 s at 10 a second; the last ones are still under way.
  expect(value.record.pages.pages).toBeGreaterThan(95);
  expect(value.record.pages.pages).toBeLessThanOrEqual(101);
});

test('an expectation over a span counts what came in it', async () => {
  const scenario = await steady(
    'expect: [{ metric: errors, max: 0%, from: 5s, to: 15s }, { metric: errors, max: 0%, from: 5s }, { metric: errors, max: 0%, to: 5s }]',
  );
  const playing = play(scenario);
  let step = playing.next(true);
  while (step.done !== true) step = playing.next(true);
  const pages = step.value.record.expectations.map(({ found }) => Number(/of (\d+) \(/.exec(found)?.[1]));
  // 10 a second; a page that is under way at an edge counts where it ends.
  [100, 150, 50].forEach((wanted, index) => expect(Math.abs(pages[index]! - wanted)).toBeLessThanOrEqual(1));
});

test.each([
  { against: 'configured', wanted: '90 %', because: 'the manifests say so from 10 s on' },
  // A rule that takes a minute never arrives in 20 s: proxies go by 10 % all the time, and the pods have what these say.
  { against: 'effective', wanted: '10 %', because: 'that is what proxies hold' },
])('a share against the $against weights is held against $wanted: $because', async ({ against, wanted }) => {
  const scenario = await smallScenario(
    `
seed: 7
duration: 20s
controlPlane: { preset: 'off', network: 60s }
timeline: [{ at: 10s, apply: later.yaml }]
traffic: [{ name: users, arrivals: constant, rps: 100 }]
expect: [{ metric: share, service: reviews, subset: v1, from: 11s, against: ${against} }]
`,
    {
      'mesh.yaml': bookinfo,
      'rules.yaml': subsets('reviews', 'v1', 'v3') + split('reviews', { v1: 10, v3: 90 }),
      'later.yaml': split('reviews', { v1: 90, v3: 10 }),
    },
  );
  const playing = play(scenario);
  let step = playing.next(true);
  while (step.done !== true) step = playing.next(true);
  const [found] = step.value.record.expectations;
  expect(found!.found).toContain(`${against} ${wanted}`);
  expect(found!.ok).toBe(against === 'effective');
});
