import { Chance, type Stream } from '../../src/kernel/chance.ts';
import { sampler, type Distribution } from '../../src/kernel/distribution.ts';
import type { LoggedCall } from '../../src/fit/logs/logged-call.ts';

/** 2026-03-01T12:00:00Z. */
export const zeroMs = Date.UTC(2026, 2, 1, 12);

export const streamOf = (name: string): Stream => new Chance('made logs').stream(name);

/** Arrival times in seconds of a Poisson process whose rate holds until the next entry. */
export function poisson(
  profile: readonly { readonly at: number; readonly rps: number }[],
  end: number,
  stream: Stream,
): number[] {
  const most = Math.max(...profile.map(({ rps }) => rps));
  const times: number[] = [];
  for (let time = 0; ;) {
    time += -Math.log(1 - stream.uniform()) / most;
    if (time >= end) return times;
    const { rps } = profile.findLast(({ at }) => at <= time)!;
    if (stream.uniform() < rps / most) times.push(time);
  }
}

export const call = (own: Partial<LoggedCall>): LoggedCall => ({
  startMs: zeroMs,
  durationMs: 5,
  status: 200,
  flags: '',
  method: 'GET',
  path: '/',
  requestId: '',
  host: '',
  port: 0,
  subset: '',
  upstream: '',
  peer: '',
  authority: '',
  ...own,
});

/** What a pod with `workers` logs, first come, first served: whole milliseconds, and beside them what each request waited. */
export function served(
  times: readonly number[],
  workers: number,
  law: Distribution,
  stream: Stream,
): { readonly calls: LoggedCall[]; readonly waitMs: number[] } {
  const draw = sampler(law, stream);
  const free = new Array<number>(Math.min(workers, 100)).fill(0);
  const waitMs: number[] = [];
  const calls = times.map((time, at) => {
    const arrived = time * 1000;
    const first = free.indexOf(Math.min(...free));
    const begun = Math.max(arrived, free[first]!);
    const over = begun + draw() / 1000;
    free[first] = over;
    waitMs.push(begun - arrived);
    return call({
      startMs: zeroMs + Math.floor(arrived),
      durationMs: Math.floor(over - arrived),
      requestId: `id-${at}`,
    });
  });
  return { calls, waitMs };
}

export interface LineParts {
  readonly atMs: number;
  readonly ms: number;
  readonly id: string;
  readonly path: string;
  readonly cluster: string;
  readonly upstream: string;
  readonly own: string;
  readonly peer: string;
  readonly status?: number;
  readonly authority?: string;
}

/** The same request in Istio's two formats. */
export const textLine = (own: LineParts): string =>
  `[${new Date(own.atMs).toISOString()}] "GET ${own.path} HTTP/1.1" ${own.status ?? 200} - via_upstream - "-" 0 100 ${own.ms} ${own.ms} "-" "test" "${own.id}" "${own.authority ?? 'shop.example.com'}" "${own.upstream}" ${own.cluster} ${own.own} 10.0.0.1:80 ${own.peer} - default\n`;

export const jsonLine = (own: LineParts): string =>
  `${JSON.stringify({
    start_time: new Date(own.atMs).toISOString(),
    method: 'GET',
    path: own.path,
    response_code: own.status ?? 200,
    response_flags: '-',
    duration: own.ms,
    upstream_service_time: String(own.ms),
    request_id: own.id,
    authority: own.authority ?? 'shop.example.com',
    upstream_host: own.upstream,
    upstream_cluster: own.cluster,
    upstream_local_address: own.own,
    downstream_remote_address: own.peer,
  })}\n`;
