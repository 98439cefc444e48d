import { expect, test } from 'vitest';
import type { WorkloadCapacity } from '../../../src/record/capacity.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { autoscalerCannotDecide } from '../../../src/verdict/finding/autoscaler-cannot-decide.ts';
import { levelOf, noHarm } from '../../../src/verdict/finding/finding.ts';
import { comesAtOnce } from '../../../src/verdict/finding/comes-at-once.ts';
import { leftOut } from '../../../src/verdict/finding/left-out.ts';
import { splitStrayed } from '../../../src/verdict/finding/split-strayed.ts';
import { staleProxy } from '../../../src/verdict/finding/stale-proxy.ts';

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

test.each([
  {
    astrayShare: 0.5,
    level: 'harms',
    because: 'half of the requests go by an old rule, long after it was changed',
  },
  { astrayShare: 0.011, level: 'harms', because: 'it is more than one in a hundred' },
  { astrayShare: 0.009, level: 'note', because: 'one late proxy of hundreds harms nobody' },
])('a rule 20 s on its way, past which $astrayShare of the requests go: $level, $because', (row) => {
  // All proxies are 5 s late, and some of them 20 s.
  const windows = Array.from({ length: 60 }, (_, second) => ({
    fromSeconds: second,
    toSeconds: second + 1,
    requests: 100,
    configured: second < 10 ? [1, 0] : [0, 1],
    effective: second < 15 ? [1, 0] : second < 30 ? [row.astrayShare, 1 - row.astrayShare] : [0, 1],
  }));
  const record = {
    scenario: { durationSeconds: 60 },
    pushes: [
      {
        changedSeconds: 10,
        settledSeconds: 30,
        changes: ['VirtualService/default/reviews'],
        arrivals: [{ proxy: 0, atSeconds: 30 }],
      },
    ],
    proxies: [{ pod: 'productpage-v1-a' }],
    splits: [{ windows }],
  } as unknown as RunRecord;
  const [own] = staleProxy.seenIn(record);
  expect(own!.level).toBe(row.level);
  expect(own!.harm.requests > 0).toBe(row.level === 'harms');
});

test('what sessions have judged is not judged once more as a split: the same requests are one look', () => {
  const strayed = (requests: number, ...sessions: number[]) =>
    splitStrayed.seenIn({
      refreshes: sessions.map((length) => ({ refreshes: { length } })),
      splits: [
        {
          service: 'reviews',
          keys: ['v1', 'v3'],
          phases: [
            {
              p: 1e-9,
              requests,
              fromSeconds: 0,
              toSeconds: 9,
              observed: [requests, 0],
              effective: [0.5, 0.5],
            },
          ],
        },
      ],
      scenario: { settings: [] },
    } as unknown as RunRecord);
  expect(strayed(15, 15)).toEqual([]);
  expect(strayed(45, 15, 30)).toEqual([]);
  expect(strayed(46, 15, 30)).toHaveLength(1);
  expect(strayed(15)).toHaveLength(1);
});

test.each([
  { comes: 10, over: 20, lateAt: 25, atOnce: true, because: 'nobody could see it before pages were late' },
  { comes: 0, over: 40, lateAt: 45, atOnce: false, because: 'it could be seen to grow for 40 s' },
  {
    comes: 10,
    over: 20,
    lateAt: 60,
    atOnce: false,
    because: 'pages were late when more pods could be there',
  },
])('requests from $comes s on, too many from $over s on, pages late at $lateAt s: $because', (row) => {
  const second = Array.from({ length: 100 }, (_, at) => ({ fromSeconds: at, toSeconds: at + 1 }));
  const workload = {
    concurrency: null,
    windows: second.map((own) => ({
      ...own,
      arrived: own.fromSeconds < row.comes ? 0 : 100,
      readyMean: 1,
      saturation: own.fromSeconds < row.over ? 0.5 : 1,
    })),
  } as unknown as WorkloadCapacity;
  const record = {
    failures: [],
    capacity: { pages: second.map((own) => ({ ...own, late: own.fromSeconds < row.lateAt ? 0 : 9 })) },
  } as unknown as RunRecord;
  expect(comesAtOnce(record, [workload])).toBe(row.atOnce);
});
