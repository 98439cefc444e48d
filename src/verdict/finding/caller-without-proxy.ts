import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { plural } from '../../words/number.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';

/** Callers without a sidecar: no rule acts for them, kube-proxy chooses any pod. */
export const callerWithoutProxy: FindingKind = {
  code: 'caller-without-proxy',
  seenIn(record) {
    return [...withoutProxy(record)].flatMap(([service, requests]): FindingRecord[] => {
      const rule = record.mesh
        .flatMap(({ rules }) => rules)
        .find((own) => own.inside && own.services.includes(service));
      const answering = [
        ...new Set(
          record.metrics.requests.flatMap((own) => (own.service === service ? [own.destination] : [])),
        ),
      ];
      // Of one workload, and without a rule: a sidecar would choose nothing else.
      if (answering.length === 1 && rule === undefined) return [];
      return [
        {
          code: 'caller-without-proxy',
          level: rule === undefined ? 'note' : 'harms',
          sentence: `${plural(requests, 'request')} to ${service} came from callers without a sidecar: ${rule === undefined ? 'no rule acts for them' : `${rule.rule} does not act for them`}${
            answering.length === 1 ? '' : `, and any pod of ${service} answers`
          }.`,
          evidence: [],
          harm:
            rule === undefined
              ? noHarm
              : { ...noHarm, requests, fromSeconds: 0, toSeconds: record.scenario.durationSeconds },
          why: 'Weights are the work of the caller’s sidecar; without one kube-proxy gives a new connection any ready pod.',
          remedies: sidecarRemedies(callers(record, service)),
          look: 'callers',
          trace: null,
        },
      ];
    });
  },
};

/** How often each Service was asked by callers without a sidecar. */
export function withoutProxy({ metrics }: RunRecord): ReadonlyMap<string, number> {
  const asked = new Map<string, number>();
  for (const { reporter, source, service, requests } of metrics.requests) {
    if (reporter !== 'destination' || source !== 'unknown') continue;
    asked.set(service, (asked.get(service) ?? 0) + requests);
  }
  return asked;
}

/** Workloads that call a Service and have no sidecar. */
const callers = ({ mesh, proxies }: RunRecord, service: string): string[] => [
  ...new Set(
    mesh
      .flatMap(({ calls }) => calls)
      .filter((own) => own.service === service && proxies.every(({ workload }) => workload !== own.caller))
      .map(({ caller }) => caller),
  ),
];

/** @param workloads that have none. */
export const sidecarRemedies = (workloads: readonly string[]): Remedy[] => [
  ...workloads.map((workload) => byChange({ kind: 'inject-sidecar', workload })),
  byHand('Let its requests come through a gateway.'),
];
