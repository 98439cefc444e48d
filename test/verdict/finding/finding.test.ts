import { expect, test } from 'vitest';
import type { RunRecord } from '../../../src/record/record.ts';
import { autoscalerCannotDecide } from '../../../src/verdict/finding/autoscaler-cannot-decide.ts';
import { levelOf, noHarm } from '../../../src/verdict/finding/finding.ts';
import { leftOut } from '../../../src/verdict/finding/left-out.ts';

test.each([
  { harm: {}, level: 'note', because: 'nobody was harmed' },
  { harm: { requests: 5 }, level: 'harms', because: 'requests failed, and pages came all the same' },
  { harm: { pages: 1 }, level: 'harms', because: 'one in a thousand is tolerated' },
  { harm: { pages: 1, pagesWithout: 1 }, level: 'breaks', because: 'two are not' },
  { harm: { pagesLate: 10 }, level: 'harms', because: 'one in a hundred may be late' },
  { harm: { pagesLate: 11 }, level: 'breaks', because: 'and no more' },
])('of 1,000 pages $harm is "$level": $because', ({ harm, level }) => {
  const record = { pages: { pages: 1000 } } as RunRecord;
  expect(levelOf({ ...noHarm, ...harm }, record)).toBe(level);
});

test('an autoscaler that cannot decide does harm for as long as its syncs of 15 s were in vain', () => {
  const sync = (atSeconds: number, works: boolean) => ({
    atSeconds,
    blind: null,
    conditions: [
      works
        ? { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message: 'found' }
        : { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'no cpu' },
    ],
  });
  const found = (...syncs: object[]) =>
    autoscalerCannotDecide.seenIn({
      capacity: { autoscalers: [{ name: 'back', target: 'back-v1', syncs }] },
    } as unknown as RunRecord);
  expect(found(sync(15, false), sync(30, true))).toEqual([]);
  const [own, ...more] = found(sync(15, true), sync(30, false), sync(45, false), sync(60, false));
  expect(more).toEqual([]);
  expect(own).toMatchObject({ harm: { seconds: 45, fromSeconds: 30, toSeconds: 60 } });
  expect(own!.sentence).toContain('in 3 of 4 syncs: no cpu (FailedGetResourceMetric)');
});

test('of many things that are left out three are named, and the others counted', () => {
  const kinds = ['Sidecar', 'ServiceEntry', 'EnvoyFilter', 'AuthorizationPolicy', 'WasmPlugin'];
  const of = (count: number) =>
    leftOut.seenIn({ ignored: kinds.slice(0, count), mesh: [] } as unknown as RunRecord)[0];
  expect(of(0)).toBeUndefined();
  expect(of(3)!.sentence).toMatch(/EnvoyFilter are read/);
  expect(of(5)!.sentence).toMatch(/EnvoyFilter and 2 more are read/);
  expect(of(5)!.sentence).not.toContain('WasmPlugin');
  expect(of(5)!.evidence).toEqual(kinds);
});
