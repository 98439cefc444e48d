import type { World } from '../../mesh/world.ts';
import type { ServiceSplit } from '../../record/record.ts';
import type { CallRecord, StepRecord } from '../../record/step.ts';
import { callTotals, type CallTotals } from '../call-totals.ts';
import type { Recorder } from '../recorder.ts';
import { seconds } from './seconds.ts';

/** More steps than this are told as fewer: the last one takes in what comes later. */
const mostSteps = 40;

/** Who called whom between the moments when the configured shares of some service changed. */
export function buildSteps(world: World, recorder: Recorder, splits: readonly ServiceSplit[]): StepRecord[] {
  const changes = new Set(
    splits.flatMap(({ configured }) => configured.map(({ atSeconds }) => Math.round(atSeconds * 1e6))),
  );
  const endUs = recorder.totals[recorder.totals.length - 1]!.atUs;
  const end = callTotals(world, endUs);
  const edges = recorder.calls.filter(({ atUs }) => atUs > 0 && atUs < endUs && changes.has(atUs));
  const all = [...edges.slice(0, mostSteps - 1), end];
  const start: CallTotals = { atUs: 0, calls: new Map(), ready: [] };
  return all.map((to, at) => stepBetween(all[at - 1] ?? start, to));
}

function stepBetween(from: CallTotals, to: CallTotals): StepRecord {
  return {
    fromSeconds: seconds(from.atUs),
    toSeconds: seconds(to.atUs),
    calls: [...to.calls].flatMap(([name, own]): CallRecord[] => {
      const before = from.calls.get(name);
      const requests = own.requests - (before?.requests ?? 0);
      return requests === 0 ? [] : [{ ...own, requests, failed: own.failed - (before?.failed ?? 0) }];
    }),
    ready: to.ready,
  };
}
