import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { subsetMissing } from '../../../src/verdict/finding/subset-missing.ts';
import { injected } from '../../confusion/play.ts';
import { scenarioOf } from '../../confusion/mesh.ts';
import { shipped } from '../../support/scenario.ts';

const record = runOnce(
  await scenarioOf(injected('no DestinationRule defines the subset', 'chain of five', 1)!, 1),
).record;
const changesOf = (of: typeof record) =>
  subsetMissing.seenIn(of).flatMap(({ remedies }) => remedies.flatMap(({ changes }) => changes));

test('a subset of which no pod speaks is not to be defined: it would have none', () => {
  expect(changesOf(record).map(({ kind }) => kind)).not.toContain('define-subset');
  expect(changesOf(record)).not.toEqual([]);
});

test('one that a workload is named after is', () => {
  const { service, version } = record.failures.find(({ cause }) => cause === 'subset-unknown')!;
  const named = record.mesh.map((step) => ({
    ...step,
    workloads: [...step.workloads, { ...step.workloads[0]!, name: `${service}-${version}` }],
  }));
  expect(changesOf({ ...record, mesh: named })).toContainEqual({
    kind: 'define-subset',
    service,
    version,
    labels: { version },
  });
});

test('a rule that came before its subset is told by how much, and is to wait until five seconds after it', async () => {
  const [found] = subsetMissing.seenIn(runOnce(await shipped('rule-before-subset')).record);
  expect(found!.sentence).toMatch(
    /^The rule was applied \d+ s before the DestinationRule that defines reviews v3/,
  );
  expect(found!.remedies[0]!.changes).toEqual([
    { kind: 'subset-first', service: 'reviews', version: 'v3', aheadSeconds: 5 },
  ]);
});
