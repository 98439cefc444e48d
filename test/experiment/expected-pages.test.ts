import { expect, test } from 'vitest';
import { expectedPages } from '../../src/experiment/expected-pages.ts';
import { shipped } from '../support/scenario.ts';

test('a run of 60 users who read for 1.5 s and a browser that refreshes 15 times asks for 12,015 pages in 5 minutes', async () => {
  // 60 * 300 s / 1.5 s + 15
  expect(expectedPages(await shipped('traffic-shifting'))).toBe(12_015);
});

test('of refreshes alone, each is a page', async () => {
  expect(expectedPages(await shipped('fifteen-refreshes'))).toBe(15);
});
