import { ownerText } from '../../manifest/rule-name.ts';
import type { Remedy } from '../../record/finding.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import { during } from './during.ts';
import type { FindingKind } from './finding.ts';
import { leftToBalancers } from './left-to-balancers.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** A rule all of whose matches are for callers or ports that are not there: a label with a slip, another namespace. */
export const ruleForOthers: FindingKind = {
  code: 'rule-for-others',
  seenIn: (record) =>
    toldByStep(record, (step) => rulesForOthers(step).map((owner) => [owner, owner] as const)).map(
      ({ key: owner, fromSeconds, toSeconds }) => {
        const { level, harm, text } = leftToBalancers(record, owner, { fromSeconds, toSeconds }, 'harms');
        return {
          code: 'rule-for-others',
          level,
          sentence: `${during(record, fromSeconds, toSeconds)}${forOthersHead(owner)}${text}`,
          evidence: [],
          harm,
          why: 'istiod gives a sidecar only those routes whose match on port, sourceLabels, sourceNamespace and gateways fits it; without any of them its callers go to any pod of the Service.',
          remedies: [forOthersRemedy(owner)],
          look: 'callers',
          trace: null,
        };
      },
    ),
};

/** VirtualServices of a step of which no sidecar has a route, and in whose place nothing acts. */
export const rulesForOthers = ({ rules }: Pick<MeshFacts, 'rules'>): readonly string[] => [
  ...new Set(rules.flatMap(({ owner, inert }) => (inert?.by === 'match' ? [ownerText(owner)] : []))),
];

export const forOthersHead = (owner: string): string =>
  `${owner} acts for nobody: no sidecar is given a route of it, for its matches ask for another port, other sourceLabels, another sourceNamespace or other gateways.`;

export const forOthersRemedy = (owner: string): Remedy =>
  byHand(
    `Correct port, sourceLabels, sourceNamespace and gateways of the matches of ${owner}, or add a route without them.`,
  );
