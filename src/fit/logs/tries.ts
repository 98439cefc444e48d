import { serviceOf } from './entries.ts';
import type { LoggedCall, PodLog } from './logged-call.ts';
import type { Names } from '../names.ts';

/** Tries beyond the first that callers' proxies made of calls of a Service: one outbound line, several inbound ones. */
export interface TriesFound {
  readonly service: string;
  /** Calls by outbound lines whose inbound lines are all at hand. */
  readonly calls: number;
  readonly extraTries: number;
  /** Status that a try was answered with before another one followed, with how often. */
  readonly after: readonly { readonly status: number; readonly count: number }[];
  /** The most tries of one call. */
  readonly mostTries: number;
}

/** Only Services all of whose pods have a log can be told of: tries at the others were not written. */
export function triesOf(logs: readonly PodLog[], names: Names): readonly TriesFound[] {
  const callsOf = new Map<string, Map<string, number>>();
  const answers = new Set<string>();
  for (const { outbound } of logs) {
    for (const { host, requestId, upstream } of outbound) {
      if (host === '' || requestId === '' || upstream === '') continue;
      const { service } = serviceOf(host);
      const own = callsOf.get(service) ?? new Map<string, number>();
      callsOf.set(service, own);
      own.set(requestId, (own.get(requestId) ?? 0) + 1);
      answers.add(`${service} ${upstream}`);
    }
  }
  const triesFor = new Map<string, Map<string, LoggedCall[]>>();
  const logged = new Set<string>();
  for (const { pod, inbound } of logs) {
    const { service, ip } = names.pod(pod);
    if (inbound.length === 0) continue;
    logged.add(`${service} ${ip}`);
    const own = triesFor.get(service) ?? new Map<string, LoggedCall[]>();
    triesFor.set(service, own);
    for (const call of inbound) {
      if (call.requestId === '') continue;
      const known = own.get(call.requestId);
      if (known === undefined) own.set(call.requestId, [call]);
      else known.push(call);
    }
  }
  return [...callsOf].flatMap(([service, calls]) => {
    const tries = triesFor.get(service);
    const isWhole = [...answers].every((key) => !key.startsWith(`${service} `) || logged.has(key));
    if (tries === undefined || !isWhole) return [];
    const after = new Map<number, number>();
    let extraTries = 0;
    let total = 0;
    let mostTries = 1;
    for (const [requestId, count] of calls) {
      total += count;
      const own = tries.get(requestId) ?? [];
      if (own.length <= count) continue;
      extraTries += own.length - count;
      mostTries = Math.max(mostTries, own.length - count + 1);
      const failed = own.filter(({ status }) => status >= 500 || status === 0);
      for (const { status } of failed.slice(0, own.length - count))
        after.set(status, (after.get(status) ?? 0) + 1);
    }
    return [
      {
        service,
        calls: total,
        extraTries,
        after: [...after]
          .map(([status, count]) => ({ status, count }))
          .sort((one, other) => other.count - one.count),
        mostTries,
      },
    ];
  });
}
