import type { RuleOwner } from '../../manifest/rule-name.ts';
import type { Remedy } from '../../record/finding.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import { listed } from '../../words/listed.ts';
import { byChange, byHand } from './remedy.ts';

/** The rule is to act for these callers of a host, too. */
export function remediesFor(
  owner: RuleOwner,
  host: string,
  callers: readonly string[],
  fact?: RuleFact,
): Remedy[] {
  if (fact === undefined || !fact.inside || !fact.services.includes(host))
    return bindRemedies(owner, host, fact);
  const isUnseen = callers.some((own) => fact.unseenBy?.includes(own) === true);
  return isUnseen
    ? [byChange({ kind: 'export-to-all', rule: `${owner.name}.${owner.namespace}` })]
    : [
        byHand(
          `Let ${fact.rule} act for ${listed(callers)}, too: by its matches (port, sourceLabels, sourceNamespace, gateways), or an egress host of their Sidecar that lets it in; or give them a rule with the same weights.`,
        ),
      ];
}

/** The rule is to act for sidecars that call this host, too. */
export function bindRemedies({ kind, namespace, name }: RuleOwner, host: string, fact?: RuleFact): Remedy[] {
  // Validation refuses it (pilot/pkg/config/validation, ValidateVirtualService), as it would be for all that anybody calls.
  if (fact?.hosts.includes('*') === true)
    return [
      byHand(
        `Write a second VirtualService for ${host} with the same destinations and weights and without gateways, and shift both together: Istio refuses a rule for every host ("*") at mesh.`,
      ),
    ];
  const has = fact?.inside === true ? 'mesh' : fact?.services.includes(host) === true ? 'host' : undefined;
  return kind === 'VirtualService'
    ? [
        byChange({
          kind: 'bind-rule',
          rule: `${name}.${namespace}`,
          host,
          ...(has === undefined ? {} : { has }),
        }),
      ]
    : [
        byHand(
          `Write a second ${kind} with the same backendRefs and weights, whose parentRefs name Service ${host} (group "", kind Service), and shift both together.`,
        ),
      ];
}
