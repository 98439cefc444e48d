import { isOwner, ruleText, type RuleOwner } from '../manifest/rule-name.ts';
import type { DroppedFact } from '../record/dropped-fact.ts';
import type { MeshFacts } from '../record/mesh-facts.ts';

/** That a rule does not act, in a clause; for callers inside alone, where a gateway asks it. */
export interface Idle {
  readonly text: string;
  readonly isForInside: boolean;
}

/**
 * That a rule does not act as the manifests stand, if so; undefined: it acts for whom it is written.
 * @param place among the rules of its owner, from 1.
 */
export function idleRule(
  { rules, routes = [], dropped = [] }: Pick<MeshFacts, 'rules' | 'routes' | 'dropped'>,
  owner: RuleOwner,
  place: number,
): Idle | undefined {
  const head = ruleText(owner, `rule ${place}`);
  const isIt = ({ rule }: { readonly rule: string }): boolean =>
    rule === head || rule.startsWith(`${head} (`);
  const rule = rules.find(isIt);
  const port = rule?.tcpPort ?? routes.find(isIt)?.tcpPort ?? undefined;
  // What is bound to a gateway, too, acts there.
  const isForInside = (rule?.gateways ?? []).length > 0;
  const whom = isForInside ? ' for callers inside the mesh' : '';
  if (port !== undefined)
    return {
      text: `does not act${whom}: port ${port.port} of ${port.service} carries TCP, and each connection goes to any pod`,
      isForInside,
    };
  const isAt = (own: DroppedFact): boolean =>
    own.by === 'unattached'
      ? own.isPartly !== true
      : own.by !== 'server' ||
        (own.routes === 'http' && rule?.inside !== true && rule?.gateways.length === 1);
  if (dropped.some((own) => isOwner(own.owner, owner) && (own.place ?? place) === place && isAt(own)))
    return { text: 'does not act', isForInside: false };
  switch (rule?.inert?.by) {
    case undefined:
      return undefined;
    case 'rule':
      return { text: `does not act${whom}: ${rule!.inert.rule} does in its place`, isForInside };
    case 'export':
      return { text: 'does not act: nobody who could follow it sees it', isForInside: false };
    default:
      return { text: 'does not act', isForInside: false };
  }
}
