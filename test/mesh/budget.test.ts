import { expect, test } from 'vitest';
import { BudgetWatch, defaultBudget, type Budget, type Spending } from '../../src/mesh/budget.ts';
import type { Traffic } from '../../src/mesh/app/traffic/index.ts';
import { makeWorld, refreshes, request } from '../support/world.ts';

const users = (thinkUs: number): Traffic => ({
  name: 'users',
  kind: 'users',
  users: 100,
  think: { dist: 'constant', value: thinkUs },
  startUs: 0,
  requestsEach: Infinity,
  request,
});

const spent: Spending = {
  nowUs: 60e6,
  events: 1000,
  pages: [10],
  requests: 5,
  depth: 2,
  retries: 0,
  pods: 6,
};

test.each<{
  readonly budget?: Partial<Budget>;
  readonly traffic?: Traffic;
  readonly spending: Partial<Spending>;
  readonly over: string | undefined;
  readonly because: string;
}>([
  { spending: {}, over: undefined, because: 'a small run is far from everything' },
  { spending: { events: 2e9, pages: [1e7] }, over: undefined, because: 'ten million pages are played' },
  { spending: { requests: 2_160_000 }, over: undefined, because: '1,200 rps for 30 minutes may all wait' },
  { spending: { events: 11e6 }, over: 'events', because: 'eleven million events for ten pages' },
  { spending: { requests: 3_000_001 }, over: 'requests', because: 'they are what fills the memory' },
  { spending: { depth: 101 }, over: 'depth', because: 'no chain of calls is as deep' },
  {
    spending: { retries: 200_000 },
    over: undefined,
    because: 'a rule of very many retries may meet an outage',
  },
  { spending: { retries: 200_001 }, over: 'retries', because: 'nothing comes of them' },
  { spending: { pods: 40_000 }, over: undefined, because: 'ten thousand pods may be replaced three times' },
  { spending: { pods: 50_001 }, over: 'pods', because: 'a fleet is made anew again and again' },
  { traffic: users(0), spending: { pages: [300_001] }, over: 'pages', because: 'nobody thinks' },
  {
    // 100 users, a page each second of an hour: 360,000, and 300,000 more.
    traffic: users(1_000_000),
    spending: { pages: [660_000], nowUs: 3600e6, events: 1 },
    over: undefined,
    because: 'what users ask for by their thinking is wanted',
  },
  { budget: { events: 999 }, spending: {}, over: 'events', because: 'a scenario may want less' },
  { budget: { pages: 9 }, spending: {}, over: 'pages', because: 'of pages, too' },
  { budget: { events: 1e10 }, spending: { events: 9e9 }, over: undefined, because: 'and more' },
])('a run of its budget: $because', ({ budget, traffic, spending, over }) => {
  const watch = new BudgetWatch({ ...defaultBudget, ...budget }, [traffic ?? refreshes(10)]);
  expect(watch.overrun({ ...spent, ...spending })?.limit).toBe(over);
});

test('a clock that stands for ten million events stands for ever', () => {
  const watch = new BudgetWatch(defaultBudget, [refreshes(10)]);
  const pages = [1e6];
  expect(watch.overrun({ ...spent, pages, events: 1e6 })).toBeUndefined();
  expect(watch.overrun({ ...spent, pages, events: 11e6 })).toBeUndefined();
  expect(watch.overrun({ ...spent, pages, events: 11e6 + 1 })?.limit).toBe('clock');
  expect(watch.overrun({ ...spent, pages, events: 12e6, nowUs: spent.nowUs + 1 })).toBeUndefined();
});

test('a world stops in the middle of its time where its budget is spent, after exactly so many events', () => {
  const settings = { traffic: [refreshes(100)] };
  const whole = makeWorld(settings);
  expect(whole.runUntil(200e6)).toBe(true);
  const events = Math.floor(whole.simulation.events / 2);
  const world = makeWorld({ ...settings, budget: { ...defaultBudget, events } });
  expect(world.runUntil(200e6)).toBe(false);
  expect(world.overrun).toEqual({ limit: 'events', allowed: events });
  expect(world.simulation.events).toBe(events);
  expect(world.simulation.nowUs).toBeLessThan(200e6);
  // What it has played is what the whole run had played by then.
  const again = makeWorld(settings);
  expect(again.runUntil(world.simulation.nowUs)).toBe(true);
  expect(world.pagesAsked).toEqual(again.pagesAsked);
});
