import { meanEstimate, type Estimate } from '../estimate.ts';
import type { Names } from '../names.ts';
import { arrivalProcess, type ArrivalProcess } from './arrival-process.ts';
import { entriesOf, type Entry } from './entries.ts';
import { failuresOf, type FailuresFound } from './failures.ts';
import { servedCalls, type PodLog } from './logged-call.ts';
import { patienceOf, type PatienceFound } from './patience.ts';
import { rateProfile, type RateProfile } from './rate-profile.ts';
import { triesOf, type TriesFound } from './tries.ts';
import { Waits } from './waits.ts';
import { workersOf, type WorkersFound } from './workers.ts';

/** What the access logs of a stretch of time tell of a system. */
export interface FittedLogs {
  readonly entries: readonly FittedEntry[];
  readonly workloads: readonly LoggedWorkload[];
  readonly waits: Waits;
  readonly tries: readonly TriesFound[];
  /** Requests at gateways that no route took. */
  readonly withoutRoute: number;
}

export interface FittedEntry {
  readonly entry: Entry;
  readonly profile: RateProfile;
  readonly process: ArrivalProcess;
  readonly patience: PatienceFound;
}

export interface LoggedWorkload {
  readonly workload: string;
  readonly service: string;
  readonly version: string;
  readonly pods: readonly string[];
  readonly requests: number;
  readonly failures: FailuresFound;
  /** Without its times. */
  readonly workers: Omit<WorkersFound, 'times'>;
  readonly waitMs: Estimate;
}

/** @param fromMs since 1970: when the watching began; up to `toMs`. Lines outside are not to be in `logs`. */
export function fitLogs(logs: readonly PodLog[], names: Names, fromMs: number, toMs: number): FittedLogs {
  const waits = new Waits();
  const byWorkload = new Map<string, PodLog[]>();
  for (const log of logs) {
    if (log.inbound.length === 0) continue;
    const { workload } = names.pod(log.pod);
    const own = byWorkload.get(workload);
    if (own === undefined) byWorkload.set(workload, [log]);
    else own.push(log);
  }
  const workloads = [...byWorkload].map(([workload, own]): LoggedWorkload => {
    const { service, version } = names.pod(own[0]!.pod);
    const calls = own.map(servedCalls);
    const firsts = own.map(({ outbound }) => firstStarts(outbound));
    const { times, ...workers } = workersOf(calls, (pod, requestId) => firsts[pod]!.get(requestId));
    if (workers.workers !== null) {
      let place = 0;
      own.forEach(({ pod }, at) => {
        if (calls[at]!.length > 0) waits.add(pod, calls[at]!, times[place++]!.waitMs);
      });
    } else {
      // Known not to have waited.
      own.forEach(({ pod }, at) => waits.add(pod, calls[at]!, new Float64Array(calls[at]!.length)));
    }
    return {
      workload,
      service,
      version,
      pods: own.map(({ pod }) => pod),
      requests: own.reduce((sum, { inbound }) => sum + inbound.length, 0),
      failures: failuresOf(own.flatMap(({ inbound }) => inbound)),
      workers,
      waitMs: meanEstimate(
        workers.workers === null ? [] : times.flatMap(({ waitMs }) => [...waitMs]),
        'inbound logs',
      ),
    };
  });
  return {
    entries: entriesOf(logs).map((entry) => {
      const times = entry.calls.map(({ startMs }) => (startMs - fromMs) / 1000);
      const profile = rateProfile(times, (toMs - fromMs) / 1000);
      return {
        entry,
        profile,
        process: arrivalProcess(times, profile),
        patience: patienceOf(entry.calls),
      };
    }),
    workloads: workloads.sort((one, other) => (one.workload < other.workload ? -1 : 1)),
    waits,
    tries: triesOf(logs, names),
    withoutRoute: logs.reduce((sum, { withoutRoute }) => sum + withoutRoute.length, 0),
  };
}

/** When each request began its first call, by request id. */
function firstStarts(outbound: PodLog['outbound']): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { requestId, startMs } of outbound)
    if (requestId !== '' && !first.has(requestId)) first.set(requestId, startMs);
  return first;
}
