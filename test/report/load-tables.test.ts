import { expect, test } from 'vitest';
import type { PodRecord } from '../../src/record/pod.ts';
import { decisionTable } from '../../src/report/table/capacity.ts';
import { callerTable } from '../../src/report/table/caller.ts';
import { podLoadTable } from '../../src/report/table/pod.ts';

const pod = (name: string, rest: Partial<PodRecord> = {}): PodRecord => ({
  pod: name,
  workload: 'store-v2',
  version: 'v2',
  requests: 100,
  failed: 0,
  mostUsed: 0.4,
  ejectedSeconds: 0,
  overSeconds: 0,
  overFromSeconds: null,
  overToSeconds: null,
  overShare: null,
  overEven: null,
  mostInSystem: 1,
  ...rest,
});

test('the hottest pod comes first, with its share of the requests of its workload', () => {
  const { rows } = podLoadTable([
    pod('calm'),
    pod('busy', { mostInSystem: 40, failed: 3, ejectedSeconds: 30 }),
    pod('full', { overSeconds: 40, requests: 200, mostUsed: 1, mostInSystem: 556.28 }),
    pod('idle', { requests: 0 }),
    pod('another', { workload: 'store-v1', version: 'v1', requests: 50, mostUsed: null, mostInSystem: 0.2 }),
  ]);
  expect(rows).toEqual([
    ['full', 'v2', '200', '50.0 %', '100 %', '556', '40 s', '0', '–'],
    ['busy', 'v2', '100', '25.0 %', '40 %', '40', '–', '3', '30 s'],
    ['calm', 'v2', '100', '25.0 %', '40 %', '1.0', '–', '0', '–'],
    ['another', 'v1', '50', '100 %', '–', '0.2', '–', '0', '–'],
  ]);
});

test('a caller has a row per rule that held for it, and what answered it over all', () => {
  const shares = [
    { version: 'v1', share: 0.9 },
    { version: 'v2', share: 0.1 },
  ];
  const owner = { kind: 'VirtualService', namespace: 'default', name: 'store' };
  const { rows } = callerTable([
    {
      caller: 'web',
      service: 'store',
      rules: [
        { fromSeconds: 0, rule: 'no rule: default cluster', owner: null, shares: null },
        { fromSeconds: 60, rule: 'VirtualService store.default, rule 1', owner, shares },
      ],
      answered: [
        { version: 'v1', requests: 80 },
        { version: 'v2', requests: 20 },
      ],
      requests: 100,
      failed: 2,
    },
  ]);
  expect(rows).toEqual([
    ['web', 'store', 'from 0 s: no rule: default cluster', 'any pod', '100', 'v1 80.0 %, v2 20.0 %', '2'],
    ['web', 'store', 'from 60 s: VirtualService store.default, rule 1', 'v1 90 %, v2 10 %', '', '', ''],
  ]);
});

test('of an autoscaler with one metric the formula stands alone; of several each is named', () => {
  const step = (metric: string, text: string) => ({ step: 'proposal', text, metric });
  const decision = (...steps: { step: string; text: string; metric?: string }[]) =>
    decisionTable({
      ...{ name: 'store', target: 'store', minReplicas: 1, maxReplicas: 9, metrics: ['cpu', 'rps'] },
      syncs: [
        {
          ...{ atSeconds: 15, before: 1, after: 3, reason: '', readings: [], ratio: 3 },
          ...{ steps, conditions: [], blind: null },
        },
      ],
    }).rows[0]![3];
  expect(decision(step('cpu', 'ceil(3)'), step('cpu', '= 3'), { step: 'limit', text: '3 -> 3' })).toBe(
    'ceil(3); = 3; 3 -> 3',
  );
  expect(decision(step('cpu', 'ceil(3)'), step('rps', 'ceil(1)'))).toBe('cpu: ceil(3); rps: ceil(1)');
  expect(decision({ step: 'failure', text: 'no reading', metric: 'cpu' })).toBe('cpu: no reading');
});
