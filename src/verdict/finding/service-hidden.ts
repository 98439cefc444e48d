import type { FailureCause } from '../../record/failure.ts';
import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText, statusesIn, targetOf } from './failures.ts';
import { byHand } from './remedy.ts';

/** What keeps a Service from the callers' proxies: how that is said, and what to do. */
export const serviceReasons: Partial<
  Record<FailureCause, { readonly says: string; readonly todo: (service: string) => string }>
> = {
  'service-not-exported': {
    says: 'it is not exported to their namespace',
    todo: (service) =>
      `Export the Service that ${service} is of to the namespace of the callers (annotation networking.istio.io/exportTo; of a ServiceEntry exportTo), or send to one that is.`,
  },
  'service-hidden': {
    says: 'their Sidecar does not let it in',
    todo: (service) =>
      `Write the Service that ${service} is of among the egress hosts of the callers’ Sidecar.`,
  },
};

/** A rule sends to a Service that is there, and of which the callers' proxies are not told. */
export const serviceHidden: FindingKind = {
  code: 'service-hidden',
  seenIn: (record) =>
    Object.entries(serviceReasons).flatMap(([cause, { says, todo }]) =>
      failureGroups(record, [cause as FailureCause], targetOf).map((group) => {
        const target = targetOf(group.failures[0]!);
        return failureFinding(record, group, {
          code: 'service-hidden',
          sentence: `The proxies of ${callersIn(group.failures)} are not told of the Service to which a rule sends what is for ${target}, as ${says}: that whole share gets ${statusesIn(group.failures)}. ${harmText(group.harm, record)}.`,
          why: 'A rule may be seen by more namespaces than what it sends to. For a destination that is not visible istiod makes no cluster (flag NC).',
          remedies: [byHand(todo(target))],
        });
      }),
    ),
};
