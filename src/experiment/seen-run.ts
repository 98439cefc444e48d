import { flagBit, flagBits } from '../mesh/envoy/response-flag.ts';
import type { World } from '../mesh/world.ts';
import type { MeshFacts } from '../record/mesh-facts.ts';
import type { RefreshSession } from '../record/record.ts';
import type { Span } from '../scenario/expect/fields.ts';
import type { CountedSpan, SeenRun } from '../scenario/expect/seen-run.ts';
import { keyRowsOf } from './build/keys.ts';
import { between, type Totals } from './counters.ts';
import { lastArrivalUs, type Recorder } from './recorder.ts';
import { shareDoubt } from './share-doubt.ts';
import { toldBetween } from './share-told.ts';

/** A finished run as its expectations ask for it: names instead of rows. */
export function seenRun(
  world: World,
  recorder: Recorder,
  sessions: readonly RefreshSession[],
  mesh: readonly MeshFacts[],
): SeenRun {
  const { counters } = recorder;
  return {
    within: (span) => {
      const ends = endsOf(span, recorder);
      return ends === undefined ? undefined : countedSpan(world, recorder, mesh, ...ends);
    },
    pagesOf: (traffic, { from = 0, to = Infinity }) =>
      (sessions.find((each) => each.name === traffic)?.refreshes ?? []).filter(
        ({ atSeconds }) => atSeconds * 1e6 >= from && atSeconds * 1e6 < to,
      ),
    mirrored: (service) =>
      world.keys.service.reduce(
        (sum, name, key) => sum + (name === service ? (counters.mirrored[key] ?? 0) : 0),
        0,
      ),
    retries: (service) => counters.retries[world.serviceRow(service)] ?? 0,
    ejections: (service) => recorder.ejections.filter((each) => each.service === service).length,
    answersPerPod: (service) => {
      const row = world.serviceRow(service);
      const perPod = new Map<number, number>();
      const { destination } = world.telemetry;
      destination.keys.forEach((each, series) => {
        if (each.service === row)
          perPod.set(each.pod, (perPod.get(each.pod) ?? 0) + destination.count(series));
      });
      return [...perPod.values()];
    },
    latencies: (service, subset) =>
      service === undefined
        ? [recorder.pageLatency]
        : keyRowsOf(world, recorder, service)
            .filter((key) => subset === undefined || world.keys.name[key] === subset)
            .flatMap((key) => recorder.latency[key] ?? []),
    podsAt: (workload, atUs) => recorder.capacity?.readings.get(workload)?.until(atUs),
    slowestPushUs: recorder.pushes.reduce(
      (slowest, push) => Math.max(slowest, push.missing > 0 ? Infinity : lastArrivalUs(push) - push.firstUs),
      0,
    ),
  };
}

function countedSpan(
  world: World,
  recorder: Recorder,
  mesh: readonly MeshFacts[],
  from: Totals,
  to: Totals,
): CountedSpan {
  const keyOf = (service: string, subset: string): number | undefined =>
    keyRowsOf(world, recorder, service).find((key) => world.keys.name[key] === subset);
  return {
    pages: to.pages - from.pages,
    pagesFailed: to.pagesFailed - from.pagesFailed,
    requests: (service) => between(from, to, 'requests', world.serviceRow(service)),
    failed: (service) => between(from, to, 'failed', world.serviceRow(service)),
    flagged: (service, flag) =>
      between(from, to, 'flags', world.serviceRow(service) * flagBits + flagBit(flag)),
    observed: (service, subset) => {
      const key = keyOf(service, subset);
      return key === undefined ? 0 : between(from, to, 'observed', key);
    },
    told: (service, subset) => toldBetween(world, recorder, service, keyOf(service, subset), from, to),
    doubt: (service, subset) => shareDoubt(world, recorder, inForce(mesh, from, to), service, subset),
    meant: (service, subset, against) => {
      const key = keyOf(service, subset);
      return world.tables.variants.reduce((sum, variant, row) => {
        if (variant.service !== service) return sum;
        const share = variant.shares.find(([name]) => name === key)?.[1] ?? 0;
        return sum + share * between(from, to, against === 'configured' ? 'configured' : 'held', row);
      }, 0);
    },
  };
}

/** Steps of the mesh that lasted into a span. */
const inForce = (mesh: readonly MeshFacts[], from: Totals, to: Totals): MeshFacts[] =>
  mesh.filter(
    ({ fromSeconds }, index) =>
      fromSeconds * 1e6 < to.atUs && (mesh[index + 1]?.fromSeconds ?? Infinity) * 1e6 > from.atUs,
  );

/** Counts at the two ends of a span; undefined where `settled` never came. */
function endsOf({ from, to }: Span, recorder: Recorder): readonly [Totals, Totals] | undefined {
  const { totals } = recorder;
  const last = totals[totals.length - 1]!;
  const end = to === undefined ? last : (totals.find((total) => total.atUs >= to) ?? last);
  if (from === undefined) return [totals[0]!, end];
  if (from !== 'settled') return [totals.find((total) => total.atUs >= from) ?? last, end];
  const lastChange = recorder.changes.findLast(
    (change) => change.atUs < end.atUs && change.changed.length > 0,
  );
  if (lastChange === undefined) return [totals[0]!, end];
  const settledUs = recorder.settledUs.find((us) => us >= lastChange.atUs && us < end.atUs);
  return settledUs === undefined ? undefined : [totals.find((total) => total.atUs >= settledUs) ?? last, end];
}
