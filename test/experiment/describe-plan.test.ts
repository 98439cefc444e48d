import { expect, test } from 'vitest';
import { describePlan } from '../../src/experiment/describe-plan.ts';
import { shipped } from '../support/scenario.ts';

test('of a scenario whose pods come and go it is told how long a new one takes, with the boot of each application', async () => {
  const plan = describePlan(await shipped('cold-canary'));
  const { lines } = plan.find(({ title }) => title === 'A new pod')!;
  expect(lines.filter((line) => line.startsWith('boot of reviews-v3: '))).toHaveLength(1);
  expect(lines.map((line) => line.split(':')[0])).toEqual(
    expect.arrayContaining(['create', 'schedule', 'pull', 'start', 'endpoint']),
  );
  // A workload of Bookinfo that the scenario has no pods of is not told of.
  expect(lines.join()).not.toMatch(/undefined|ratings/);
});

test('what a run may cost is told, pages where the scenario has a limit of its own', async () => {
  const budgetOf = async (...set: string[]): Promise<readonly string[]> =>
    describePlan(await shipped('traffic-shifting', ...set)).find(({ title }) => title === 'Budget')!.lines;
  expect((await budgetOf('budget={ events: 2000, pages: 20000 }')).join()).toMatch(
    /^at most 2,000 events, 20,000 pages, /,
  );
  expect((await budgetOf()).join()).not.toMatch(/\d pages,/);
});

test('of one about rules alone it is not', async () => {
  expect(describePlan(await shipped('traffic-shifting')).map(({ title }) => title)).not.toContain(
    'A new pod',
  );
});

test('where answers set cookies nobody is told how many of 15 refreshes draws would bring', async () => {
  const plan = describePlan(await shipped('absorbing-cookie'));
  expect(plan.find(({ title }) => title.startsWith('What 15 refreshes'))!.lines).toEqual([
    'web v1 90 %, web v2 10 %: its answers set cookies, and a browser that has one need not be drawn again',
  ]);
});
