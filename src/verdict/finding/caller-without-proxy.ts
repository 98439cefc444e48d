import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { plainTextAlong, type PlainText } from '../plain-text.ts';
import { plural } from '../../words/number.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { chooses, tolerated } from './left-to-balancers.ts';
import { byChange, byHand } from './remedy.ts';

/** Callers without a sidecar: no rule acts for them, kube-proxy chooses any pod. */
export const callerWithoutProxy: FindingKind = {
  code: 'caller-without-proxy',
  seenIn(record) {
    return [...withoutProxy(record)].flatMap(([service, requests]): FindingRecord[] => {
      const rule = ruleFor(record, service);
      const reported = record.metrics.requests.flatMap((own) =>
        own.service === service ? [own.destination] : [],
      );
      const answering = [...new Set(reported.length > 0 ? reported : calledOf(record, service))];
      // Of one workload, and without a rule: a sidecar would choose nothing else.
      const plain = plainTextAlong([...new Set(calledOf(record, service))], record);
      if (answering.length === 1 && rule === undefined && plain.text === '') return [];
      return [
        {
          code: 'caller-without-proxy',
          level: levelOf(record, service, requests, rule, plain),
          sentence: `${plural(requests, 'request')} to ${service} came from callers without a sidecar: ${rule === undefined ? 'no rule acts for them' : `${rule.rule} does not act for them`}${
            answering.length === 1 ? '' : `, and any pod of ${service} answers`
          }.${plain.text}`,
          evidence: [],
          harm:
            rule === undefined && plain.text === ''
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

/**
 * As for callers with a sidecar for whom no rule acts (`rule-not-for-all-callers`): what a shift promises does not hold for them. So few
 * that they change no version's share break nothing, nor does a rule that would choose no other pods.
 */
function levelOf(
  record: RunRecord,
  service: string,
  requests: number,
  rule: RuleFact | undefined,
  plain: PlainText,
): FindingRecord['level'] {
  if (plain.isRefused) return 'breaks';
  if (rule === undefined) return plain.text === '' ? 'note' : 'harms';
  const isChosen = chooses(rule.destinations, calledOf(record, service));
  const ruled = record.metrics.requests
    .filter((own) => own.service === service && own.reporter === 'source')
    .reduce((sum, own) => sum + own.requests, 0);
  return isChosen && requests >= tolerated * (requests + ruled) ? 'breaks' : 'harms';
}

/** How often each Service was asked by callers without a sidecar. */
export function withoutProxy(record: RunRecord): ReadonlyMap<string, number> {
  const asked = new Map<string, number>();
  const { metrics, splits } = record;
  const add = (service: string, requests: number): unknown =>
    asked.set(service, (asked.get(service) ?? 0) + requests);
  for (const { reporter, source, service, requests } of metrics.requests)
    if (reporter === 'destination' && source === 'unknown') add(service, requests);
  // Where no pod that answers has a sidecar either, no proxy reports them: they are what is left of all.
  for (const { service, phases } of splits) {
    if (asked.has(service) || ruleFor(record, service) === undefined) continue;
    if (callers(record, service).length === 0) continue;
    const own = metrics.requests.filter((each) => each.service === service);
    if (own.some(({ reporter }) => reporter === 'destination')) continue;
    const all = phases.reduce((sum, { requests }) => sum + requests, 0);
    const reported = own.reduce((sum, { requests }) => sum + requests, 0);
    if (all > reported) add(service, all - reported);
  }
  return asked;
}

const ruleFor = ({ mesh }: RunRecord, service: string): RuleFact | undefined =>
  mesh.flatMap(({ rules }) => rules).find((own) => own.inside && own.services.includes(service));

/** Whose pods a Service picks, as its callers know it. */
const calledOf = ({ mesh }: RunRecord, service: string): readonly string[] =>
  mesh.flatMap(({ calls }) => calls).flatMap((own) => (own.service === service ? own.workloads : []));

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
