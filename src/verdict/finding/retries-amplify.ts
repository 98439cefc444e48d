import type { WorkloadCapacity } from '../../record/capacity.ts';
import type { FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, percent, plural } from '../../words/number.ts';
import { overSpans } from '../over-capacity.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { overloadHarm } from './overload-harm.ts';
import { podsNeeded } from './overloaded.ts';
import { byChange, byHand } from './remedy.ts';

/** So many retries for each request that they, and not the requests, fill the pods. */
const many = 0.3;

/** Retries are load: they make of a little too much far too much. */
export const retriesAmplify: FindingKind = {
  code: 'retries-amplify',
  seenIn(record) {
    const found = new Map<string, FindingRecord>();
    for (const workload of record.capacity?.workloads ?? []) {
      if (overSpans(workload).length === 0) continue;
      const { services, retries, requests } = retriesTo(record, workload);
      if (requests === 0 || retries < many * requests) continue;
      const harm = overloadHarm(record, workload.target);
      found.set(workload.target, {
        code: 'retries-amplify',
        level: levelOf(harm, record),
        sentence: `Retries make the overload of ${workload.name} worse: beside ${plural(requests, 'request')}, the callers’ proxies made ${plural(retries, 'further try', 'further tries')} (${percent(retries / requests)}). ${count(harm.pages + harm.pagesWithout + harm.pagesLate)} of ${plural(record.pages.pages + record.pages.overdue, 'page')} failed or came late in that time.`,
        evidence: [],
        harm,
        why: 'A pod that is short of time does not answer in time, so the proxy tries again; the first try goes on all the same. More load makes more tries time out.',
        remedies: [
          byChange(...services.map((service) => ({ kind: 'no-retries', service }) as const), {
            kind: 'replicas',
            workload: workload.target,
            replicas: podsNeeded(record, workload, 1 + retries / requests)!,
            autoscaler: workload.autoscaler,
          }),
          byHand(
            'Or a perTryTimeout above what a busy pod needs, or a retry budget (connectionPool.http.maxRetries): they keep the load at what it is, and make no room for it.',
          ),
        ],
        look: 'capacity',
        trace: '--where tries=2',
      });
    }
    return [...found.values()];
  },
};

/** Further tries of the requests to the Services that a workload serves, and its requests. */
function retriesTo(
  { metrics, splits }: RunRecord,
  { name }: WorkloadCapacity,
): { readonly services: readonly string[]; readonly retries: number; readonly requests: number } {
  const asked = metrics.requests.filter((own) => own.reporter === 'source' && own.destination === name);
  const retries = splits
    .filter(({ service }) => asked.some((own) => own.service === service))
    .flatMap(({ phases }) => phases.map(({ meters }) => meters.retries));
  return {
    services: [...new Set(asked.map(({ service }) => service))],
    retries: retries.reduce((sum, own) => sum + own, 0),
    requests: asked.reduce((sum, own) => sum + own.requests, 0),
  };
}
