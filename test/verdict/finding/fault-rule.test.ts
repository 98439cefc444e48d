import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { faultRule } from '../../../src/verdict/finding/fault-rule.ts';
import { injected } from '../../confusion/play.ts';
import { scenarioOf, shiftRoutes, type Mesh } from '../../confusion/mesh.ts';

const foundIn = async (change: (mesh: Mesh) => void) => {
  const mesh = injected('a rule delays requests', 'two Services', 1)!;
  change(mesh);
  const { record } = runOnce(await scenarioOf(mesh, 1));
  return { record, found: faultRule.seenIn(record) };
};

const delaying = (mesh: Mesh, fixedDelay: string, value: number): void => {
  for (const route of shiftRoutes(mesh)) route.fault = { delay: { fixedDelay, percentage: { value } } };
};

test('a rule that delays every fifth request for longer than a page may take is told with what it delayed', async () => {
  const { record, found } = await foundIn((mesh) => delaying(mesh, '2s', 20));
  expect(found).toHaveLength(1);
  const [own] = found;
  expect(own!.sentence).toContain(
    'VirtualService web.default, rule 1 delays 20 % of its requests to web by 2 s',
  );
  // One request for each page: a binomial count, within four standard deviations; one that is under way at the end is in neither.
  const pages = record.pages.pages + record.pages.overdue;
  const delayed = own!.harm.pagesLate;
  expect(Math.abs(delayed - 0.2 * pages)).toBeLessThan(4 * Math.sqrt(0.2 * 0.8 * pages));
  expect(own!.level).toBe('breaks');
  expect(own!.remedies.flatMap(({ changes }) => changes)).toEqual([{ kind: 'no-fault', service: 'web' }]);
});

test('a delay that is short beside what a page may take is told, and blamed for no page', async () => {
  const { found } = await foundIn((mesh) => delaying(mesh, '50ms', 20));
  expect(found).toMatchObject([{ level: 'note', harm: { pages: 0, pagesWithout: 0, pagesLate: 0 } }]);
  expect(found[0]!.sentence).toContain('No page failed or came late for it.');
});

test('one that meets no request is not told', async () => {
  expect((await foundIn((mesh) => delaying(mesh, '2s', 0))).found).toEqual([]);
});

test('a rule that delays less later is told with the most that it delayed, from when it began', async () => {
  const { record } = await foundIn((mesh) => delaying(mesh, '2s', 20));
  const [first] = record.mesh;
  const half = record.scenario.durationSeconds / 2;
  const milder = first!.rules.map((own) => ({
    ...own,
    delay: own.delay === null ? null : { ...own.delay, share: 0.05 },
  }));
  const found = faultRule.seenIn({
    ...record,
    mesh: [first!, { ...first!, rules: milder, fromSeconds: half }],
  });
  expect(found).toHaveLength(1);
  expect(found[0]!.sentence).toContain('delays 20 % of its requests to web by 2 s');
  expect(found[0]!.harm.fromSeconds).toBe(first!.fromSeconds);
});
