import { expect, test } from 'vitest';
import { Windows } from '../../../src/experiment/check/windows.ts';
import { xorshift } from '../../verdict/generate.ts';

const half = { keys: ['v1', 'v3'], weights: [50, 50] };

/** Windows that write down what they tell. */
function watched(length: { requests: number } | { us: number }, alpha = 0.05) {
  const told: string[] = [];
  const windows = new Windows(
    length,
    half,
    { fault: alpha, suspicious: alpha },
    {
      ended: (title, { n }) => told.push(`${title} ended with ${n}`),
      failing: () => 0,
      alarm: (title, { n }) => told.push(`${title} alarm at ${n}`),
    },
  );
  return { windows, told };
}

test('a window of requests ends when the next one comes, and the last one at the end', () => {
  const { windows, told } = watched({ requests: 2 });
  for (const row of [0, 1, 1, 0, 1]) windows.observe(row, Number.NaN);
  expect(told).toEqual(['window 1 ended with 2', 'window 2 ended with 2']);
  windows.end();
  windows.end();
  expect(told.slice(2)).toEqual(['window 3 ended with 1']);
});

test('a window of time begins with the first request; quiet ones are passed over', () => {
  const { windows, told } = watched({ us: 10e6 });
  // From 100 s: the first window until 110 s; 135 s lies in the one until 140 s; 109 s came late and counts where it comes.
  for (const second of [100, 109.9, 135, 109, 140]) windows.observe(0, second * 1e6);
  windows.end();
  expect(told).toEqual([
    'window 1 (until 00:01:50) ended with 2',
    'window 2 (until 00:02:20) ended with 2',
    'window 3 (until 00:02:30) ended with 1',
  ]);
});

test('a window of time needs times', () => {
  expect(() => watched({ us: 1e6 }).windows.observe(0, Number.NaN)).toThrow(/carries no times/);
});

test('what breaks late shows within its window, each window at its part of the level', () => {
  const { windows, told } = watched({ requests: 20 }, 0.05);
  for (let i = 0; i < 20; i += 1) windows.observe(i % 2, Number.NaN);
  for (let i = 0; i < 20; i += 1) windows.observe(0, Number.NaN);
  // Window 2 has 0.05 / (2 x 3) = 1 / 120. n of one kind: E = 2^n / (n + 1): 2^9 / 10 = 51, 2^10 / 11 = 93, 2^11 / 12 = 171.
  expect(told).toEqual(['window 1 ended with 20', 'window 2 alarm at 11']);
});

test('other weights begin a new window at its own part of the level', () => {
  const { windows, told } = watched({ requests: 100 });
  for (let i = 0; i < 3; i += 1) windows.observe(0, Number.NaN);
  windows.end();
  windows.begin({ keys: ['v1', 'v3'], weights: [0, 100] });
  windows.observe(1, Number.NaN);
  windows.observe(0, Number.NaN);
  expect(told).toEqual(['window 1 ended with 3', 'window 2 alarm at 2']);
});

test('of 1,000 watches of 50 windows each, at most 5 % alarm in any of them', () => {
  const random = xorshift(723471715);
  let alarms = 0;
  for (let watch = 0; watch < 1000; watch += 1) {
    const { windows, told } = watched({ requests: 40 });
    for (let i = 0; i < 2000; i += 1) windows.observe(random() < 0.5 ? 0 : 1, Number.NaN);
    if (told.some((own) => own.includes('alarm'))) alarms += 1;
  }
  // Binomial error: 50 + 4 x sqrt(1000 x 0.05 x 0.95).
  expect(alarms).toBeLessThanOrEqual(50 + 4 * 6.9);
});
