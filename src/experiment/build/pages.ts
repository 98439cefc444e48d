import { flagBits, flagText } from '../../mesh/envoy/response-flag.ts';
import type { World } from '../../mesh/world.ts';
import type { PageTotals } from '../../record/record.ts';
import type { Recorder } from '../recorder.ts';
import { summarise } from './latency.ts';

/** What became of the pages that were asked for. */
export function buildPages(world: World, recorder: Recorder, lateUs: number): PageTotals {
  const { counters } = recorder;
  return {
    pages: counters.pages,
    failed: counters.pagesFailed,
    withErrorInBody: world.services.flatMap((service, row) =>
      counters.missing[row]! > 0 ? [{ service, pages: counters.missing[row]! }] : [],
    ),
    plainErrors: world.services.flatMap((service, row) =>
      counters.plainErrors[row]! > 0 ? [{ service, requests: counters.plainErrors[row]! }] : [],
    ),
    flags: world.services.flatMap((service, row) =>
      Array.from({ length: flagBits }, (_, bit) => ({
        service,
        flag: flagText(1 << bit),
        requests: counters.flags[row * flagBits + bit]!,
      })).filter((entry) => entry.requests > 0),
    ),
    latency: summarise('page', recorder.pageLatency),
    late: counters.pagesLate,
    lateMs: lateUs / 1000,
    inFlight: world.pagesInFlight,
    overdue: world.pagesWaitingSince(world.simulation.nowUs - lateUs),
  };
}
