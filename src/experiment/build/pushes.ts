import type { Push } from '../../record/record.ts';
import { lastArrivalUs, type Recorder } from '../recorder.ts';
import { seconds } from './seconds.ts';

/** Pushes with their arrivals, proxy by proxy. */
export function buildPushes(recorder: Recorder): Push[] {
  return recorder.pushes.map((push) => ({
    snapshot: push.snapshot,
    changedSeconds: seconds(push.firstUs),
    startedSeconds: seconds(push.startedUs),
    changes: push.changes,
    // A proxy that is no longer there, or came when the push was under way, is not waited for.
    arrivals: Array.from(push.arrivalUs, (us, proxy) => ({
      proxy,
      atSeconds: Number.isNaN(us) ? null : seconds(us),
    })).filter((own) => own.atSeconds !== null || push.missing > 0),
    settledSeconds: push.missing > 0 ? null : seconds(lastArrivalUs(push)),
  }));
}
