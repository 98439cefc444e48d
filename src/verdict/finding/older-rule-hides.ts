import type { FindingRecord } from '../../record/finding.ts';
import { listed } from './failures.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';

/** Two VirtualServices for one host: sidecars follow the older alone. */
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
          sentence: `${rule} does not act for ${listed(services)}: ${hiddenBy} acts in its place, and sidecars follow one rule for a host, the oldest.`,
          evidence: [],
          harm: { ...noHarm, fromSeconds, toSeconds: record.scenario.durationSeconds },
          why: 'istiod sorts rules by creationTimestamp in whole seconds, then by name and namespace; the place in a file says nothing.',
          remedies: [
            byChange({ kind: 'remove', resource: hiddenBy.split(', ')[0]! }),
            byHand('Merge the two into one VirtualService.'),
          ],
          look: 'callers',
          trace: null,
        });
      }
    }
    return [...found.values()];
  },
};
