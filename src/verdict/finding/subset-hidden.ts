import type { FailureCause } from '../../record/failure.ts';
import type { FindingKind } from './finding.ts';
import { callersIn, failureFinding, failureGroups, harmText, targetOf } from './failures.ts';
import { byHand } from './remedy.ts';

/** What keeps a definition from the callers: how that is said, and what to do. */
interface Reason {
  readonly says: (callers: string) => string;
  readonly todo: string;
}

export const subsetReasons: Partial<Record<FailureCause, Reason>> = {
  'subset-elsewhere': {
    says: (callers) => `lies in a namespace in which the proxies of ${callers} look for none`,
    todo: 'Move the DestinationRule to the namespace of the Service.',
  },
  'subset-not-exported': {
    says: (callers) => `is not exported to ${callers}`,
    todo: 'Export the DestinationRule to the namespace of the callers (exportTo).',
  },
  'subset-for-others': {
    says: (callers) => `is for other workloads than ${callers} (workloadSelector)`,
    todo: 'Define the subset for these callers, too: without a workloadSelector, or with one that selects them.',
  },
  'subset-outranked': {
    says: (callers) => `does not act for ${callers}: another one comes first, and has no such subset`,
    todo: 'Define the subset in the DestinationRule that acts for these callers, or delete that one.',
  },
};

/** A subset is defined, and not for these callers. */
export const subsetHidden: FindingKind = {
  code: 'subset-hidden',
  seenIn: (record) =>
    Object.entries(subsetReasons).flatMap(([cause, { says, todo }]) =>
      failureGroups(record, [cause as FailureCause], targetOf).map((group) =>
        failureFinding(record, group, {
          code: 'subset-hidden',
          sentence: `The DestinationRule that defines ${targetOf(group.failures[0]!)} ${says(callersIn(group.failures))}: that whole share gets 503. ${harmText(group.harm, record)}.`,
          why: 'For a host a proxy follows the DestinationRules of one namespace (its own, before the Service’s, before the root namespace), of what is exported to it. What others define is no cluster to it (flag NC).',
          remedies: [byHand(todo)],
        }),
      ),
    ),
};
