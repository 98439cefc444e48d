import type { Capacity } from '../record/capacity.ts';
import type { RunRecord } from '../record/record.ts';
import { binomInterval } from '../stats/interval.ts';

/** One field of RFC 4180: quoted where it holds a comma, a quote or a line break. */
export function csvField(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Lines of RFC 4180, each ended with CRLF. */
export function csvLines(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

/**
 * The windows of every split, a row per window and key; empty where a number does not exist.
 *
 * - `from_s,to_s`: the window, seconds of simulated time
 * - `service,key`: whose split, which part of it
 * - `configured,effective`: share 0..1 by the manifests, and by what the asked proxies held, averaged over the requests
 * - `n,k,share`: requests at the callers' proxies, those of this key, k/n
 * - `lo,hi`: Wilson's 95 % interval of the share
 * - `p50_ms,p95_ms,p99_ms`: latency of this key at the caller's proxy
 * - `errors`: requests of this key with status 0 or >= 500
 */
export function windowsCsv(record: RunRecord): string {
  const header =
    'from_s,to_s,service,key,configured,effective,n,k,share,lo,hi,p50_ms,p95_ms,p99_ms,errors'.split(',');
  // Window by window: there may be very many.
  const lines = record.splits.flatMap((split) =>
    split.windows.map((window) => {
      const n = window.requests;
      const rows = split.keys.map((key, i) => {
        const k = window.observed[i] ?? 0;
        const [low, high] =
          n === 0 ? [undefined, undefined] : binomInterval({ k, n, conf: 0.95, method: 'wilson' });
        const latency = k === 0 ? undefined : window.latency[i];
        return [
          ...[window.fromSeconds, window.toSeconds].map(cell),
          split.service,
          key,
          ...[
            window.configured?.[i],
            window.effective?.[i],
            n,
            k,
            n === 0 ? undefined : k / n,
            low,
            high,
          ].map(cell),
          ...[latency?.p50, latency?.p95, latency?.p99, window.errors[i]].map(cell),
        ];
      });
      return csvLines(rows);
    }),
  );
  return [csvLines([header]), ...lines].join('');
}

/**
 * How the pods fared, a row per window and workload; empty where a number does not exist.
 *
 * - `from_s,to_s`: the window, seconds of simulated time
 * - `workload,version`: whose pods, and which version of the service in focus they are
 * - `wanted,pods,ready`: replicas asked for, pods that exist and are Ready, at the end of the window
 * - `app_cores,sidecar_cores`: CPU used, mean over the window
 * - `utilization,saturation`: of the ready pods' requests as an autoscaler counts, and of their limits; 1 is all
 * - `arrived,answered,turned_away,abandoned`: requests at the pods
 * - `no_pod`: requests that found none of them
 * - `in_system,waiting`: requests in the applications, mean over the window; and waiting for a worker at its end
 * - `mean_ms`: time in the application of those that left it
 */
export function capacityCsv({ workloads }: Capacity): string {
  const header =
    'from_s,to_s,workload,version,wanted,pods,ready,app_cores,sidecar_cores,utilization,saturation,arrived,answered,turned_away,abandoned,no_pod,in_system,waiting,mean_ms'.split(
      ',',
    );
  const lines = workloads.flatMap(({ name, version, windows }) =>
    windows.map((own) => {
      const row = [
        ...[own.fromSeconds, own.toSeconds].map(cell),
        name,
        version ?? '',
        ...[
          ...[own.wanted, own.pods, own.ready, own.appCores, own.sidecarCores],
          ...[own.utilization ?? undefined, own.saturation ?? undefined],
          ...[own.arrived, own.answered, own.turnedAway, own.abandoned, own.noPod],
          ...[own.inSystem, own.waiting, own.meanMs],
        ].map(cell),
      ];
      return csvLines([row]);
    }),
  );
  return [csvLines([header]), ...lines].join('');
}

/** Six decimals hold a microsecond and a millionth of a share. */
function cell(value: number | undefined): string {
  return value === undefined ? '' : Number(value.toFixed(6)).toString();
}
