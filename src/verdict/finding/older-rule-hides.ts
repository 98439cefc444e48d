import { ownerText, type RuleOwner } from '../../manifest/rule-name.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { BehindFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { listed } from '../../words/listed.ts';
import { during } from './during.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** Two rules for one host: sidecars follow one of them alone, and of those at a gateway one may take all that is the other's. */
export const olderRuleHides: FindingKind = {
  code: 'older-rule-hides',
  seenIn: (record) => [...hiddenInside(record), ...behindAtGateway(record)],
};

const hiddenInside = (record: RunRecord): FindingRecord[] =>
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
  }));

const behindAtGateway = (record: RunRecord): FindingRecord[] =>
  toldByStep(record, ({ behind = [] }) => behind.map((own) => [`${own.rule} ${own.by}`, own] as const)).map(
    ({ first, fromSeconds, toSeconds }) => ({
      code: 'older-rule-hides',
      level: 'harms',
      sentence: `${during(record, fromSeconds, toSeconds)}${behindHead(first)}`,
      evidence: [],
      harm: { ...noHarm, fromSeconds, toSeconds },
      why: 'At a gateway the routes of all rules for a host stand in one list: those of the older rule first, by creationTimestamp in whole seconds, then by name and namespace (of Gateway API the more specific match first), and those that take every request last. The first that fits takes the request: neither a longer path nor the order in a file counts.',
      remedies: behindRemedies(first),
      look: 'callers',
      trace: null,
    }),
  );

export const behindHead = ({ rule, by, hosts }: BehindFact): string =>
  `${rule} takes no request of ${listed(hosts)} at the gateway: ${by} stands before it, and takes all that it would.`;

export const behindRemedies = ({ owner, byOwner }: BehindFact): Remedy[] => [
  byHand(
    `Put the routes of ${ownerText(owner)} and ${ownerText(byOwner)} into one of the two, the narrower match first, and leave out what is not meant any more.`,
  ),
];

/** @param hiddenBy the rule that acts, as its fact names it. */
export const hiddenHead = (rule: string, services: readonly string[], hiddenBy: string): string =>
  `${rule} does not act for ${listed(services)}: ${hiddenBy} acts in its place. Sidecars follow one rule for a host.`;

export const hiddenRemedies = (hiddenBy: RuleOwner): Remedy[] => [
  byChange({ kind: 'remove', resource: ownerText(hiddenBy) }),
  byHand('Merge the two into one rule.'),
];
