import { expect, test } from 'vitest';
import { foresee } from '../../src/experiment/foresee.ts';
import { runOnce } from '../../src/experiment/run-once.ts';
import { describePlan } from '../../src/experiment/describe-plan.ts';
import { shipped } from '../support/scenario.ts';
import { smallScenario } from '../support/small-scenario.ts';
import { deployment, split, subsets } from '../support/world.ts';

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
  expect(plan.find(({ title }) => title.startsWith('How 15 refreshes'))!.lines).toEqual([
    'web v1 90 %, web v2 10 %: its answers set cookies, and a browser that has one need not be drawn again',
  ]);
});

// core/httproute.go, buildSidecarVirtualHostsForVirtualService: a host that no service has gets a virtual host on port 80, for who
// asks for that very name.
test.each([
  { host: 'web', stray: false, called: false },
  { host: 'wbe.example.org', stray: true, called: false },
  { host: 'wbe.example.org', stray: true, called: true },
])('a rule for $host, which somebody asks for: $called', async ({ host, stray, called }) => {
  const scenario = await smallScenario(
    `duration: 5s
traffic:
  - { name: curl, from: curl-v1, host: ${called ? host : 'web'}, path: /, arrivals: constant, rps: 10 }`,
    {
      'mesh.yaml': `${deployment('web', 'v1')}${deployment('web', 'v2')}${deployment('curl', 'v1')}
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
---${subsets('web', 'v1', 'v2')}${split('web', { v1: 50, v2: 50 }).replace('hosts: [web]', `hosts: [${host}]`)}`,
    },
  );
  const sections = new Map(describePlan(scenario).map((own) => [own.title, own.lines]));
  const isIdle = stray && !called;
  expect(sections.get('Rules')!.some((line) => line.includes('(acts on no call'))).toBe(isIdle);
  expect([...sections.keys()].some((title) => title.startsWith('How 15 refreshes'))).toBe(!isIdle);
  expect(foresee(scenario).map(({ code }) => code)).not.toContain('no-such-host');
  const { record } = runOnce(scenario);
  expect(record.pages.failed).toBe(0);
  expect(record.splits.some((own) => JSON.stringify(own).includes('VirtualService web'))).toBe(!isIdle);
});
