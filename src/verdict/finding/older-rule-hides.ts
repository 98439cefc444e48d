import { ownerText, type RuleOwner } from '../../manifest/rule-name.ts';
import type { Remedy } from '../../record/finding.ts';
import { listed } from '../../words/listed.ts';
import { during } from './during.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** Two rules for one host: sidecars follow one of them alone. */
export const olderRuleHides: FindingKind = {
  code: 'older-rule-hides',
  seenIn: (record) =>
    toldByStep(record, ({ rules }) =>
      rules.flatMap(({ rule, services, inert, httpPort }) =>
        // A tcp rule of a port with HTTP would not act by itself either, and that is told.
        inert?.by === 'rule' && httpPort === undefined ? [[rule, { services, by: inert }] as const] : [],
      ),
    ).map(({ key: rule, first: { services, by }, fromSeconds, toSeconds }) => ({
      code: 'older-rule-hides',
      level: 'harms',
      sentence: `${during(record, fromSeconds, toSeconds)}${hiddenHead(rule, services, by.rule)}`,
      evidence: [],
      harm: { ...noHarm, fromSeconds, toSeconds },
      why: 'Of several rules for a host sidecars follow the first: what is private to the caller’s namespace, then what is exported to it by name, then public ones, of which HTTPRoutes of that namespace come first; a full name before a pattern; of equals the oldest by creationTimestamp, in whole seconds, then by name and namespace. The order in a file does not count.',
      remedies: hiddenRemedies(by.owner),
      look: 'callers',
      trace: null,
    })),
};

/** @param hiddenBy the rule that acts, as its fact names it. */
export const hiddenHead = (rule: string, services: readonly string[], hiddenBy: string): string =>
  `${rule} does not act for ${listed(services)}: ${hiddenBy} acts in its place. Sidecars follow one rule for a host.`;

export const hiddenRemedies = (hiddenBy: RuleOwner): Remedy[] => [
  byChange({ kind: 'remove', resource: ownerText(hiddenBy) }),
  byHand('Merge the two into one rule.'),
];
