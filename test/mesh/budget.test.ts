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
  {
    spending: { events: 10_001_999 },
    over: undefined,
    because: 'ten million, and 200 for each of ten pages',
  },
  { spending: { events: 10_002_000 }, over: 'events', because: 'that much and no more' },
  { spending: { requests: 3_000_000 }, over: undefined, because: 'the last that may wait' },
  { spending: { requests: 3_000_001 }, over: 'requests', because: 'they are what fills the memory' },
  { spending: { depth: 100 }, over: undefined, because: 'a hundred calls within each other are played' },
  { spending: { depth: 101 }, over: 'depth', because: 'no chain of calls is as deep' },
  {
    spending: { retries: 200_000 },
    over: undefined,
    because: 'a rule of very many retries may meet an outage',
  },
  { spending: { retries: 200_001 }, over: 'retries', because: 'nothing comes of them' },
  { spending: { pods: 40_000 }, over: undefined, because: 'ten thousand pods may be replaced three times' },
  { spending: { pods: 50_000 }, over: undefined, because: 'the last pod that may be made' },
  { spending: { pods: 50_001 }, over: 'pods', because: 'a fleet is made anew again and again' },
  {
    traffic: users(0),
    spending: { pages: [300_000] },
    over: undefined,
    because: 'nobody thinks, and 300,000 pages are played all the same',
  },
  { traffic: users(0), spending: { pages: [300_001] }, over: 'pages', because: 'nobody thinks' },
  {
    // 100 users, a page each second of an hour: 360,000, and 300,000 more.
    traffic: users(1_000_000),
    spending: { pages: [660_000], nowUs: 3600e6, events: 1 },
    over: undefined,
    because: 'what users ask for by their thinking is wanted',
  },
  {
    traffic: users(1_000_000),
    spending: { pages: [660_001], nowUs: 3600e6, events: 1 },
    over: 'pages',
    because: 'one more is more than they can ask for',
  },
  { budget: { events: 999 }, spending: {}, over: 'events', because: 'a scenario may want less' },
  { budget: { pages: 9 }, spending: {}, over: 'pages', because: 'of pages, too' },
  { budget: { pages: 10 }, spending: {}, over: undefined, because: 'what it wants it gets' },
  {
    budget: { pages: 1e7 },
    traffic: users(0),
    spending: { pages: [1e6] },
    over: undefined,
    because: 'who has said how many pages may be is not asked for the pace of them',
  },
  { budget: { events: 1e10 }, spending: { events: 9e9 }, over: undefined, because: 'and more' },
])('a run of its budget: $because', ({ budget, traffic, spending, over }) => {
  const watch = new BudgetWatch({ ...defaultBudget, ...budget }, [traffic ?? refreshes(10)]);
  expect(watch.overrun({ ...spent, ...spending })?.limit).toBe(over);
});

test('the entry of the traffic that asks for too much is told: the most where a scenario says how many, else the one past its pace', () => {
  const traffic = [refreshes(1e6), users(0), users(0)];
  const pages = [400_000, 300_001, 350_000];
  const by = (budget: Partial<Budget>) =>
    new BudgetWatch({ ...defaultBudget, ...budget }, traffic).overrun({ ...spent, pages, nowUs: 1e12 });
  expect(by({ pages: 1e6 })).toEqual({ limit: 'pages', allowed: 1e6, entry: 0 });
  // A browser that refreshes a million times may: the users who do not think come first of those who may not.
  expect(by({})).toEqual({ limit: 'pages', allowed: 300_000, entry: 1 });
});

test('a run is looked at every 1,024 events, and sooner where its budget ends sooner', () => {
  const stretch = (events: number): number =>
    new BudgetWatch({ ...defaultBudget, events: 5_000 }, []).stretch(events);
  expect([0, 3_976, 3_977, 5_000, 5_001].map(stretch)).toEqual([1_024, 1_024, 1_023, 0, 0]);
  expect(new BudgetWatch(defaultBudget, []).stretch(1e12)).toBe(1_024);
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
