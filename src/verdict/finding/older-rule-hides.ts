import type { FindingRecord, Remedy } from '../../record/finding.ts';
import { listed } from './failures.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';

/** What sidecars do where several rules are for one host (`meshRules`). */
const oneRule =
  'Sidecars follow one rule for a host: an HTTPRoute of the caller’s namespace if there is one, else the oldest rule.';

/** Two rules for one host: sidecars follow one of them alone. */
export const olderRuleHides: FindingKind = {
  code: 'older-rule-hides',
  seenIn(record) {
    const found = new Map<string, FindingRecord>();
    for (const { rules, fromSeconds } of record.mesh) {
      for (const { rule, hiddenBy, services } of rules) {
        if (hiddenBy === null || found.has(rule)) continue;
        found.set(rule, {
          code: 'older-rule-hides',
          level: 'harms',
          sentence: hiddenHead(rule, services, hiddenBy),
          evidence: [],
          harm: { ...noHarm, fromSeconds, toSeconds: record.scenario.durationSeconds },
          why: 'istiod sorts rules by creationTimestamp, in whole seconds, then by name and namespace. The order in a file does not count.',
          remedies: hiddenRemedies(hiddenBy),
          look: 'callers',
          trace: null,
        });
      }
    }
    return [...found.values()];
  },
};

/** @param hiddenBy the rule that acts, as its fact names it. */
export const hiddenHead = (rule: string, services: readonly string[], hiddenBy: string): string =>
  `${rule} does not act for ${listed(services)}: ${hiddenBy} acts in its place. ${oneRule}`;

export const hiddenRemedies = (hiddenBy: string): Remedy[] => [
  byChange({ kind: 'remove', resource: hiddenBy.split(', ')[0]! }),
  byHand('Merge the two into one rule.'),
];
