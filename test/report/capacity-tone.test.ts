import { expect, test } from 'vitest';
import type { Capacity, SyncRecord } from '../../src/record/capacity.ts';
import { capacityTone } from '../../src/report/words.ts';

const sync = (blind: string | null, isActive: boolean): SyncRecord => ({
  atSeconds: 15,
  before: 2,
  after: 2,
  reason: '',
  readings: [],
  ratio: null,
  steps: [],
  conditions: [{ type: 'ScalingActive', status: isActive ? 'True' : 'False', reason: '', message: '' }],
  blind,
});
const [seeing, blind, inactive] = [sync(null, true), sync('v1 needs 6', true), sync(null, false)];

const capacity = (keptUp: boolean, canGoBack: boolean | null, syncs: readonly SyncRecord[]): Capacity => ({
  verdict: { keptUp, canGoBack, sentence: '', reasons: [] },
  workloads: [],
  autoscalers: [{ name: 'reviews', target: 'reviews', minReplicas: 1, maxReplicas: 9, metrics: [], syncs }],
  podEvents: [],
  pages: [],
  overdue: 0,
  lateMs: 400,
  laws: [],
  shareTest: null,
  rollback: null,
});

test.each<[string, boolean, boolean | null, readonly SyncRecord[], 'good' | 'warn' | 'bad']>([
  ['pods that kept up', true, null, [seeing, seeing], 'good'],
  ['pods that kept up, safe to revert at each instant', true, true, [seeing], 'good'],
  ['pods that kept up, but no safe way back', true, false, [seeing], 'warn'],
  ['an autoscaler that was blind for a while', true, true, [seeing, blind, seeing], 'warn'],
  ['an autoscaler that could not decide to the last', true, null, [seeing, inactive], 'warn'],
  ['an autoscaler that waited for its first metrics only', true, null, [inactive, seeing], 'good'],
  ['pods that did not keep up, whatever else', false, true, [blind], 'bad'],
])('%s', (_, keptUp, canGoBack, syncs, tone) => {
  expect(capacityTone(capacity(keptUp, canGoBack, syncs))).toBe(tone);
});
