import { describe, expect, test } from 'vitest';
import type { Recommendation } from '../../../../src/mesh/kubernetes/hpa/logs.ts';
import type { ScalingRules } from '../../../../src/mesh/kubernetes/hpa/spec.ts';
import { stabiliseBothWays, stabiliseDown } from '../../../../src/mesh/kubernetes/hpa/stabilise.ts';
import { now, second } from '../support.ts';

/** `[replicas, seconds ago]` */
const log = (...entries: readonly (readonly [number, number])[]): Recommendation[] =>
  entries.map(([replicas, secondsAgo]) => ({ replicas, atUs: now - secondsAgo * second }));

const window = (stabilizationWindowSeconds: number): ScalingRules => ({
  stabilizationWindowSeconds,
  selectPolicy: 'Max',
  policies: [],
});

describe('without behavior', () => {
  const windowUs = 300 * second;

  test.each([
    { entries: log(), raw: 5, replicas: 5, because: 'nothing is remembered' },
    { entries: log([8, 100], [6, 50]), raw: 5, replicas: 8, because: 'the highest of the window wins' },
    { entries: log([8, 300]), raw: 5, replicas: 8, because: 'exactly 300 s old still counts' },
    { entries: log([8, 300.000001]), raw: 5, replicas: 5, because: 'a microsecond older does not' },
    { entries: log([3, 10]), raw: 5, replicas: 5, because: 'lower ones hold nothing back' },
    { entries: log([8, 299], [8, 301]), raw: 9, replicas: 9, because: 'up is never held back' },
  ])('raw $raw becomes $replicas: $because', ({ entries, raw, replicas }) => {
    expect(stabiliseDown(entries, raw, windowUs, now).replicas).toBe(replicas);
  });

  test('what is stored is the raw value', () => {
    const { recommendations, winner } = stabiliseDown(log([8, 100]), 5, windowUs, now);
    expect(recommendations).toEqual(log([8, 100], [5, 0]));
    expect(winner).toEqual(log([8, 100])[0]);
  });

  test.each([
    { entries: log([8, 301], [6, 10]), stored: log([5, 0], [6, 10]), because: 'its old slot is reused' },
    {
      entries: log([8, 301], [7, 400], [6, 10]),
      stored: log([8, 301], [5, 0], [6, 10]),
      because: 'of two old slots the last one in the log',
    },
    { entries: log([8, 300]), stored: log([8, 300], [5, 0]), because: 'at the edge nothing is old' },
  ])('$because', ({ entries, stored }) => {
    expect(stabiliseDown(entries, 5, windowUs, now).recommendations).toEqual(stored);
  });
});

describe('with behavior', () => {
  test.each([
    {
      up: 0,
      down: 300,
      current: 5,
      entries: log([4, 10]),
      raw: 9,
      replicas: 9,
      because: 'no window: up at once',
    },
    {
      up: 60,
      down: 300,
      current: 5,
      entries: log([6, 30]),
      raw: 9,
      replicas: 6,
      because: 'up to the lowest of 60 s',
    },
    {
      up: 60,
      down: 300,
      current: 5,
      entries: log([4, 30]),
      raw: 9,
      replicas: 5,
      because: 'a lower one keeps the size',
    },
    {
      up: 60,
      down: 300,
      current: 5,
      entries: log([6, 60]),
      raw: 9,
      replicas: 9,
      because: 'exactly 60 s old is out',
    },
    {
      up: 60,
      down: 300,
      current: 5,
      entries: log([6, 59.999999]),
      raw: 9,
      replicas: 6,
      because: 'younger is in',
    },
    {
      up: 0,
      down: 300,
      current: 9,
      entries: log([7, 200]),
      raw: 3,
      replicas: 7,
      because: 'down to the highest of 300 s',
    },
    {
      up: 0,
      down: 300,
      current: 9,
      entries: log([9, 299]),
      raw: 3,
      replicas: 9,
      because: 'a peak keeps the size',
    },
    {
      up: 0,
      down: 300,
      current: 9,
      entries: log([9, 300], [7, 299]),
      raw: 3,
      replicas: 7,
      because: 'exactly 300 s old is out: the next lower peak applies',
    },
    {
      up: 0,
      down: 0,
      current: 9,
      entries: log([9, 1]),
      raw: 3,
      replicas: 3,
      because: 'no window: down at once',
    },
    {
      up: 300,
      down: 300,
      current: 5,
      entries: log([9, 10], [2, 10]),
      raw: 5,
      replicas: 5,
      because: 'between the two it stays',
    },
    {
      up: 300,
      down: 300,
      current: 5,
      entries: log([9, 10], [7, 10]),
      raw: 8,
      replicas: 7,
      because: 'up only to the lowest',
    },
  ])('raw $raw at $current, windows $up s and $down s: $because', (row) => {
    const { up, down, current, entries, raw, replicas } = row;
    expect(stabiliseBothWays(entries, raw, current, window(up), window(down), now).replicas).toBe(replicas);
  });

  // Numbers of karmada-io/karmada's port of the controller, TestStabilizeRecommendationWithBehaviors: 5 and 10 minutes.
  test.each([
    { current: 5, raw: 10, entries: log([8, 120], [7, 240]), replicas: 7 },
    { current: 8, raw: 3, entries: log([5, 300], [4, 480]), replicas: 5 },
    { current: 5, raw: 5, entries: log([5, 60]), replicas: 5 },
  ])('raw $raw at $current with windows of 300 s and 600 s becomes $replicas', (row) => {
    const { current, raw, entries, replicas } = row;
    expect(stabiliseBothWays(entries, raw, current, window(300), window(600), now).replicas).toBe(replicas);
  });

  test.each([
    { entries: log([8, 301]), stored: log([5, 0]), because: 'a slot is old when it is beyond both windows' },
    { entries: log([8, 61]), stored: log([8, 61], [5, 0]), because: 'beyond one of them is not enough' },
    {
      entries: log([8, 300]),
      stored: log([8, 300], [5, 0]),
      because: 'at the edge it is neither read nor reused',
    },
  ])('$because', ({ entries, stored }) => {
    const { recommendations } = stabiliseBothWays(entries, 5, 5, window(60), window(300), now);
    expect(recommendations).toEqual(stored);
  });

  test('the recommendation that held the size is named', () => {
    const held = stabiliseBothWays(log([9, 200]), 3, 9, window(0), window(300), now);
    expect(held.winner).toEqual(log([9, 200])[0]);
    expect(stabiliseBothWays(log(), 3, 9, window(0), window(300), now).winner).toBeUndefined();
  });
});
