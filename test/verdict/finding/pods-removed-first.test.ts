import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { podsRemovedFirst } from '../../../src/verdict/finding/pods-removed-first.ts';
import { opened } from '../../support/scenario.ts';

test('what took the pods away is told to wait until no proxy sends there any more', async () => {
  const { record } = runOnce(await opened('test/cases/rollout-steps-do-not-act/by-hand'));
  const [found] = podsRemovedFirst.seenIn(record);
  const [remedy, ...byHand] = found!.remedies;
  // The scenario scales store-v1 to nothing at 30.2 s.
  expect(remedy!.changes).toMatchObject([{ kind: 'later', verb: 'scale', atSeconds: 30.2 }]);
  const [{ toSeconds }] = remedy!.changes as unknown as readonly [{ readonly toSeconds: number }];
  const settled = record.pushes.map(({ settledSeconds }) => settledSeconds ?? 0);
  expect(toSeconds).toBeGreaterThan(Math.max(found!.harm.toSeconds!, ...settled));
  // Nobody can do for it what only a human can see to.
  expect(byHand.flatMap(({ changes }) => changes)).toEqual([]);
});
