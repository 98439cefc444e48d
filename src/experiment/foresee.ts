import { gatewayName } from '../manifest/gateway-name.ts';
import type { Resource } from '../manifest/resource.ts';
import { ownerOf, ownerText } from '../manifest/rule-name.ts';
import { isRecreated, isWorkload, writtenReplicas, type Workload } from '../manifest/scale-target.ts';
import { serviceNames } from '../manifest/service-names.ts';
import {
  applyResources,
  deleteResources,
  emptyRegistry,
  resourceKey,
  resourcesOf,
  type Registry,
} from '../mesh/kubernetes/registry.ts';
import { appliedReplicas } from '../mesh/kubernetes/workload/applied-replicas.ts';
import { kubernetesDefaults } from '../mesh/kubernetes/settings.ts';
import { slowPushUs } from '../mesh/istiod/control-plane.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Foreseen, ForeseenStep } from '../verdict/foreseen/foreseen.ts';
import { foreseenIn } from '../verdict/foreseen/index.ts';
import { heldByBudgets } from './facts/held-by-budgets.ts';
import { meshFacts } from './facts/mesh-facts.ts';
import { unknownCalls } from './facts/unknown-calls.ts';

/** Without settings of a cluster its usual ones hold. */
export type Foreseeable = Pick<Scenario, 'manifests' | 'timeline' | 'app' | 'traffic' | 'controlPlane'> &
  Partial<Pick<Scenario, 'kubernetes' | 'proxy' | 'others'>>;

/**
 * What will go wrong in a scenario as its manifests stand, from step to step of its timeline, without playing it: under the
 * codes by which a run would tell of it. Nothing is said of load or of chance.
 */
export const foresee = (scenario: Foreseeable): Foreseen[] => foreseenIn(foreseenSteps(scenario));

/** What the manifests say from each step of the timeline on that changes them. */
export function foreseenSteps(scenario: Foreseeable): ForeseenStep[] {
  const { manifests, timeline } = scenario;
  const all = [...manifests, ...timeline.flatMap((step) => ('resources' in step ? step.resources : []))];
  const names = serviceNames(all);
  const everyGateway = new Set(all.filter(isGateway).map(placeOf));
  /** Numbers of replicas that stand in no manifest: by `kubectl scale`, and none of what is deleted. */
  const replicas = new Map<string, number>();
  const replicasOf = ({ metadata, spec }: Workload): number => replicas.get(metadata.name) ?? spec.replicas;
  const drained = new Set<string>();
  const recreated = new Set<string>();
  const stepAt = (registry: Registry, atUs: number): ForeseenStep => {
    const facts = meshFacts(registry, names, { kubernetes: kubernetesDefaults, ...scenario }, atUs);
    return {
      ...facts,
      unknown: unknownCalls(registry, names, facts.calls),
      slowPushSeconds: slowPushUs(scenario.controlPlane) / 1e6,
      ...gatewaysAt(registry, everyGateway),
      held: heldByBudgets(registry, replicasOf),
      drained: [...drained],
      recreated: [...recreated],
      emptied: [...registry.entries.values()].flatMap(({ resource }) =>
        isWorkload(resource) && replicasOf(resource) === 0 ? [resource.metadata.name] : [],
      ),
    };
  };
  let { registry } = applyResources(emptyRegistry, manifests, 0);
  const steps = [stepAt(registry, 0)];
  for (const [index, step] of timeline.entries()) {
    if (step.verb === 'scale') {
      replicas.set(step.workload, step.replicas);
    } else if (step.verb === 'apply') {
      for (const own of step.resources.filter(isWorkload)) {
        const last = registry.entries.get(resourceKey(own))?.resource;
        const before = last !== undefined && isWorkload(last) ? last : undefined;
        const { name } = own.metadata;
        if (before !== undefined && isRecreated(own) && templateText(own) !== templateText(before))
          recreated.add(name);
        const live = before && (replicas.get(name) ?? before.spec.replicas);
        const writtenBefore = before && writtenReplicas(before);
        replicas.set(name, appliedReplicas({ written: writtenReplicas(own), writtenBefore, live }));
      }
      ({ registry } = applyResources(registry, step.resources, step.atUs));
    } else if (step.verb === 'delete') {
      // A workload that is deleted is one without pods, for whoever still sends there.
      const rest = step.resources.filter((own) => !isWorkload(own));
      for (const own of step.resources) if (isWorkload(own)) replicas.set(own.metadata.name, 0);
      ({ registry } = deleteResources(registry, rest));
    } else if (step.verb === 'restart') {
      const own = [...registry.entries.values()].map(({ resource }) => resource);
      if (own.some((each) => isWorkload(each) && each.metadata.name === step.workload && isRecreated(each)))
        recreated.add(step.workload);
      else continue;
    } else if (step.verb === 'drain') {
      drained.add(step.node);
    } else {
      continue;
    }
    // What is done at one instant is looked at when all of it is done.
    if (timeline[index + 1]?.atUs === step.atUs) continue;
    steps.push(stepAt(registry, step.atUs));
    recreated.clear();
  }
  return steps;
}

/** What a change of makes new pods, as it is written. */
const templateText = ({ source }: Workload): string =>
  JSON.stringify((source as { readonly spec?: { readonly template?: unknown } }).spec?.template);

const isGateway = ({ kind }: Resource): boolean => kind === 'Gateway' || kind === 'KubernetesGateway';
const placeOf = ({ metadata: { name, namespace } }: Resource): string => `${namespace}/${name}`;

/** Those that are there at a step, and rules for others of the scenario; what never is there the analysis of manifests tells. */
function gatewaysAt(
  registry: Registry,
  ever: ReadonlySet<string>,
): Pick<ForeseenStep, 'gateways' | 'lostGateways'> {
  const gateways = [...registry.entries.values()]
    .map(({ resource }) => resource)
    .filter(isGateway)
    .map(placeOf);
  const lostGateways = resourcesOf(registry, 'VirtualService').flatMap((own) =>
    [...new Set(own.spec.gateways.map((written) => gatewayName(written, own.metadata.namespace)))]
      .filter((gateway) => ever.has(gateway) && !gateways.includes(gateway))
      .map((gateway) => ({ rule: ownerText(ownerOf(own)), gateway })),
  );
  return { gateways, lostGateways };
}
