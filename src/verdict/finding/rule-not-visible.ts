import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import { listed } from './failures.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange } from './remedy.ts';

/** A rule that is exported to namespaces of which nobody calls. */
export const ruleNotVisible: FindingKind = {
  code: 'rule-not-visible',
  seenIn(record) {
    const found = new Map<string, FindingRecord>();
    for (const { rules, fromSeconds } of record.mesh) {
      for (const { rule, inert } of rules) {
        if (inert?.by !== 'export' || found.has(rule)) continue;
        found.set(rule, {
          code: 'rule-not-visible',
          level: 'harms',
          sentence: notVisibleHead(rule, inert),
          evidence: [],
          harm: { ...noHarm, fromSeconds, toSeconds: record.scenario.durationSeconds },
          why: 'A proxy gets the rules that its own namespace sees: exportTo lists these namespaces; "." is the namespace of the rule, and none written means all.',
          remedies: notVisibleRemedies(rule),
          look: 'callers',
          trace: null,
        });
      }
    }
    return [...found.values()];
  },
};

type NotVisible = Extract<NonNullable<MeshFacts['rules'][number]['inert']>, { by: 'export' }>;

export const notVisibleHead = (rule: string, { exportTo, callers }: NotVisible): string =>
  `${rule} acts for nobody: it is exported to ${listed(exportTo.map((own) => `"${own}"`))} alone, and the proxies that could follow it are in ${listed(callers)}.`;

/** @param rule "VirtualService web.default, rule 1" */
export const notVisibleRemedies = (rule: string): Remedy[] => [
  byChange({ kind: 'export-to-all', rule: rule.split(', ')[0]!.split(' ')[1]! }),
];
