import { formatDuration } from '../manifest/quantity.ts';
import type { ProxyIdentity } from '../mesh/envoy/proxy-identity.ts';
import { translate } from '../mesh/istiod/translate.ts';
import {
  applyResources,
  deleteResources,
  emptyRegistry,
  type Registry,
} from '../mesh/kubernetes/registry.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { balancerText, clusterText } from './routes/balancer-text.ts';

/** A sidecar as any: what a DestinationRule says for some callers alone, or for its own namespace, is not told. */
const anySidecar: ProxyIdentity = { type: 'sidecar', namespace: 'default', labels: {} };

/**
 * How a sidecar chooses among endpoints, from the start and wherever the timeline changes it: "at 0s LEAST_REQUEST (of two
 * endpoints ...): details.default:9080, ...", a line per policy.
 */
export function balancingLines({ manifests, timeline }: Pick<Scenario, 'manifests' | 'timeline'>): string[] {
  let { registry } = applyResources(emptyRegistry, manifests, 0);
  let policies = policiesOf(registry);
  const lines = linesOf('at 0s', policies);
  for (const step of timeline) {
    if (!('resources' in step)) continue;
    registry = (
      step.verb === 'apply'
        ? applyResources(registry, step.resources, step.atUs)
        : deleteResources(registry, step.resources)
    ).registry;
    const before = policies;
    policies = policiesOf(registry);
    const changed = [...policies].filter(([cluster, policy]) => before.get(cluster) !== policy);
    lines.push(...linesOf(`at ${formatDuration(step.atUs)}`, new Map(changed)));
  }
  return lines;
}

const policiesOf = (registry: Registry): Map<string, string> =>
  new Map(
    translate(registry, anySidecar).clusters.map((own) => [
      clusterText(own),
      `${own.lb_policy} (${balancerText(own)})`,
    ]),
  );

const linesOf = (when: string, policies: ReadonlyMap<string, string>): string[] =>
  [...new Set(policies.values())].map((policy) => {
    const clusters = [...policies].flatMap(([cluster, own]) => (own === policy ? [cluster] : []));
    return `${when} ${policy}: ${clusters.join(', ')}`;
  });
