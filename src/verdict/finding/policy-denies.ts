import type { Remedy } from '../../record/finding.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import { listed } from '../../words/listed.ts';
import { plural } from '../../words/number.ts';
import { during } from './during.ts';
import { noHarm, tolerated, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** An AuthorizationPolicy by which the sidecars of what is called let nobody in. The model has none, and lets everybody in. */
export const policyDenies: FindingKind = {
  code: 'policy-denies',
  seenIn: (record) =>
    toldByStep(record, denialsIn).map(({ key: policy, last: workloads, fromSeconds, toSeconds }) => {
      const asked = record.metrics.requests.filter(({ reporter }) => reporter === 'destination');
      const sum = (of: typeof asked): number => of.reduce((total, own) => total + own.requests, 0);
      const requests = sum(asked.filter(({ destination }) => workloads.includes(destination)));
      return {
        code: 'policy-denies',
        level: requests > tolerated.failed * sum(asked) ? 'breaks' : requests > 0 ? 'harms' : 'note',
        sentence: `${during(record, fromSeconds, toSeconds)}${deniesHead(policy, workloads)} The model has no such policy, and let ${plural(requests, 'request')} in.`,
        evidence: [],
        harm: {
          ...noHarm,
          requests,
          seconds: requests === 0 ? 0 : toSeconds - fromSeconds,
          fromSeconds,
          toSeconds,
        },
        why: 'Of policies for a workload one that denies comes first; where some allow, and none of them has a rule that a request meets, it is denied. One that says nothing (spec: {}) allows nothing.',
        remedies: deniesRemedies(policy),
        look: 'callers',
        trace: null,
      };
    }),
};

/** Workloads of a step that let nobody in, by their policy. */
export function denialsIn({ workloads }: Pick<MeshFacts, 'workloads'>): Map<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { name, deniesAll } of workloads)
    if (deniesAll !== undefined) found.set(deniesAll, [...(found.get(deniesAll) ?? []), name]);
  return found;
}

export const deniesHead = (policy: string, workloads: readonly string[]): string =>
  `${policy} lets nobody ask ${listed(workloads)}: in a cluster their sidecars answer every request with 403 (RBAC: access denied), and close what comes as plain TCP.`;

export const deniesRemedies = (policy: string): Remedy[] => [
  byHand(`Write rules for who may ask into ${policy}, or a second one that allows them; or delete it.`),
];
