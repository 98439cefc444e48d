import { ownerText } from '../../manifest/rule-name.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import { listed } from '../../words/listed.ts';
import { during } from './during.ts';
import type { FindingKind } from './finding.ts';
import { leftToBalancers } from './left-to-balancers.ts';
import { byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** A rule that is bound to a Gateway that is not there, and to nothing else. */
export const ruleForNoGateway: FindingKind = {
  code: 'rule-for-no-gateway',
  seenIn: (record) =>
    toldByStep(record, withoutGateway).map(
      ({ key: owner, last: { gateways }, all, fromSeconds, toSeconds }) => {
        const { level, harm, text } = leftToBalancers(
          record,
          owner,
          { fromSeconds, toSeconds },
          all.some(({ isCalled }) => isCalled) ? 'harms' : 'note',
        );
        return {
          code: 'rule-for-no-gateway',
          level,
          sentence: `${during(record, fromSeconds, toSeconds)}${owner} acts for nobody: it is bound to Gateway${gateways.length === 1 ? '' : 's'} ${listed(gateways)} alone, and the manifests have no such Gateway.${text}`,
          evidence: [],
          harm,
          why: 'A VirtualService with gateways acts there alone, and for sidecars only where `mesh` is one of them; a name without a namespace is that of a Gateway in its own.',
          remedies: [
            byHand(
              `Correct the name among the gateways of ${owner}, add the manifest of that Gateway, or write mesh there for who calls from inside.`,
            ),
          ],
          look: 'callers',
          trace: null,
        };
      },
    ),
};

interface WithoutGateway {
  readonly gateways: readonly string[];
  /** Somebody calls what it sends to. */
  readonly isCalled: boolean;
}

/** Rules of a step, by their owners. */
const withoutGateway = ({ rules, calls }: MeshFacts): (readonly [string, WithoutGateway])[] =>
  rules.flatMap(({ owner, inert, destinations }) => {
    if (inert?.by !== 'gateway') return [];
    const isCalled = calls.some(({ service }) => destinations.some((own) => own.service === service));
    return [[ownerText(owner), { gateways: inert.gateways, isCalled }] as const];
  });
