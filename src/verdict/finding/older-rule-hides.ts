import { ownerText, type RuleOwner } from '../../manifest/rule-name.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import { listed } from '../../words/listed.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';

/** Two rules for one host: sidecars follow one of them alone. */
export const olderRuleHides: FindingKind = {
  code: 'older-rule-hides',
  seenIn(record) {
    const found = new Map<string, FindingRecord>();
    for (const { rules, fromSeconds } of record.mesh) {
      for (const { rule, inert, services } of rules) {
        if (inert?.by !== 'rule' || found.has(rule)) continue;
        const { rule: hiddenBy, owner } = inert;
        found.set(rule, {
          code: 'older-rule-hides',
          level: 'harms',
          sentence: hiddenHead(rule, services, hiddenBy),
          evidence: [],
          harm: { ...noHarm, fromSeconds, toSeconds: record.scenario.durationSeconds },
          why: 'Of several rules for a host sidecars follow the first: what is private to the caller’s namespace, then what is exported to it by name, then public ones, of which HTTPRoutes of that namespace come first; a full name before a pattern; of equals the oldest by creationTimestamp, in whole seconds, then by name and namespace. The order in a file does not count.',
          remedies: hiddenRemedies(owner),
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
  `${rule} does not act for ${listed(services)}: ${hiddenBy} acts in its place. Sidecars follow one rule for a host.`;

export const hiddenRemedies = (hiddenBy: RuleOwner): Remedy[] => [
  byChange({ kind: 'remove', resource: ownerText(hiddenBy) }),
  byHand('Merge the two into one rule.'),
];
