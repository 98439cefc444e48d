import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { begin, type Run } from '../../src/experiment/run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { branchesEqualRunsFromTheSeed, randomScenario } from '../support/random-scenario.ts';
import { shipped } from '../support/scenario.ts';
import { revertedAt } from '../../src/experiment/rollback.ts';

/** Two minutes of the trap: a crash, autoscalers, and a shift that goes on while the pods cannot keep up. */
const trap = async (): Promise<Scenario> => ({
  ...(await shipped('rollback-trap')),
  durationUs: 120_000_000,
  expect: [],
});
const textOf = (run: Run): string => JSON.stringify(run.finish());
const fromSeed = (scenario: Scenario): string => JSON.stringify(runOnce(scenario));

const kill = (atUs: number): Scenario['timeline'][number] => ({
  atUs,
  verb: 'kill',
  workload: 'reviews-v1',
  pods: 1,
  silently: false,
});
const withEntry = (scenario: Scenario, entry: Scenario['timeline'][number]): Scenario['timeline'] => [
  ...scenario.timeline.filter(({ atUs }) => atUs <= entry.atUs),
  entry,
  ...scenario.timeline.filter(({ atUs }) => atUs > entry.atUs),
];

test('a branch comes to the record of a run from the seed, and neither the trunk nor another branch hears of it', async () => {
  const scenario = await trap();
  const trunk = begin(scenario);
  trunk.runUntil(70_000_000);
  const [one, other] = [80_000_000, 95_000_000].map((atUs) => withEntry(scenario, kill(atUs))) as [
    Scenario['timeline'],
    Scenario['timeline'],
  ];
  const [first, second] = [trunk.branch({ timeline: one }), trunk.branch({ timeline: other })];
  first.runUntil(100_000_000);
  expect(textOf(second)).toBe(fromSeed({ ...scenario, timeline: other }));
  expect(textOf(trunk)).toBe(fromSeed(scenario));
  expect(textOf(first)).toBe(fromSeed({ ...scenario, timeline: one }));
});

test.each([
  { atUs: 0, because: 'nothing has happened yet' },
  { atUs: 40_000_000, because: 'it stands at an edge of a window' },
  { atUs: 120_000_000, because: 'all has happened' },
])('a copy at $atUs us goes on as the original: $because', async ({ atUs }) => {
  const scenario = await trap();
  const trunk = begin(scenario);
  trunk.runUntil(atUs);
  const copy = trunk.copy();
  expect(textOf(trunk)).toBe(fromSeed(scenario));
  expect(textOf(copy)).toBe(fromSeed(scenario));
});

test('clients of a branch have the cookies that they had: users who came, left and came back among them', async () => {
  const scenario: Scenario = { ...(await shipped('absorbing-cookie')), durationUs: 160_000_000, expect: [] };
  const trunk = begin(scenario);
  trunk.runUntil(100_000_000);
  const later = withEntry(scenario, {
    atUs: 120_000_000,
    verb: 'scale',
    workload: 'web-v2',
    replicas: 3,
  });
  const branch = trunk.branch({ timeline: later });
  const copy = trunk.copy();
  expect(textOf(branch)).toBe(fromSeed({ ...scenario, timeline: later }));
  expect(textOf(copy)).toBe(fromSeed(scenario));
  expect(textOf(trunk)).toBe(fromSeed(scenario));
});

test('a copy of a copy, taken between two events of one instant, goes on as the original', async () => {
  const scenario = await trap();
  const trunk = begin(scenario);
  trunk.runUntil(scenario.timeline[0]!.atUs - 1);
  for (let event = 0; event < 3; event++) trunk.step();
  const copy = trunk.copy();
  for (let event = 0; event < 1000; event++) copy.step();
  const again = copy.copy();
  expect(textOf(again)).toBe(fromSeed(scenario));
});

test('an autoscaler that only the branch will see has had its metrics from the start', async () => {
  const scenario = await trap();
  const [hpa] = scenario.manifests.filter((own) => own.kind === 'HorizontalPodAutoscaler');
  const without = {
    ...scenario,
    manifests: scenario.manifests.filter((own) => own.kind !== 'HorizontalPodAutoscaler'),
    timeline: scenario.timeline.filter((step) => !('resources' in step)),
  };
  const timeline = withEntry(without, {
    atUs: 60_000_000,
    verb: 'apply',
    file: 'hpa.yaml',
    resources: [hpa!],
  });
  const trunk = begin(without);
  trunk.runUntil(50_000_000);
  expect(textOf(trunk.branch({ timeline }))).toBe(fromSeed({ ...without, timeline }));
});

test('a branch cannot change what has happened', async () => {
  const scenario = await trap();
  const trunk = begin(scenario);
  trunk.runUntil(70_000_000);
  expect(() => trunk.branch({ timeline: withEntry(scenario, kill(70_000_000)) })).toThrow(
    'would change what has happened by 70000000 us',
  );
  expect(() => trunk.branch({ timeline: [] })).toThrow('entry 0 of the timeline');
  expect(() => trunk.branch({ durationUs: 60_000_000 })).toThrow('cannot end at 60000000 us');
});

test('whatever the mesh, its traffic and what befalls it: branches, copies and trunk come to the records of runs from the seed', () =>
  fc.assert(fc.asyncProperty(randomScenario, branchesEqualRunsFromTheSeed), { numRuns: 40 }));

test('a way back that is branched from a trunk is the way back played from the start', async () => {
  const scenario = await shipped('rollback-trap');
  const { windowUs } = revertedAt(scenario, 60_000_000);
  const trunk = begin({ ...scenario, windowUs, expect: [], durationUs: 600_000_000 });
  for (const atUs of [60_000_000, 150_000_000]) {
    const reverted = revertedAt(scenario, atUs);
    trunk.runUntil(atUs - 1);
    const { timeline, durationUs } = reverted;
    expect(textOf(trunk.branch({ timeline, durationUs }))).toBe(fromSeed(reverted));
  }
});
