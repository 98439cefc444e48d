import type { MeshService } from '../../mesh/istiod/mesh-service.ts';
import type { Pod } from '../../mesh/kubernetes/pod.ts';
import type { MisnamedFact } from '../../record/mesh-facts.ts';
import type { Weighed } from '../../verdict/finding/shared-pods.ts';

type Destination = Weighed['destinations'][number];

/**
 * Destinations that are called as a workload is, and have pods of others alone: their selectors or labels are swapped. What shares
 * its pods with another destination of its rule is told by that.
 * @param services by the names that destinations have.
 */
export function misnamedIn(
  rules: readonly Weighed[],
  pods: readonly Pod[],
  services: ReadonlyMap<string, MeshService>,
): MisnamedFact[] {
  const byName = workloadsByName(pods);
  const appOf = new Map(pods.map((own) => [`${own.namespace}/${own.workload}`, applicationOf(own)]));
  const ownersOf = destinationsByOwner(rules);
  return rules.flatMap(({ rule, destinations, headless = null }) => {
    if (headless !== null) return [];
    return destinations.flatMap((own) => {
      const service = services.get(own.service);
      const isShared = destinations.some(
        ({ to, workloads }) => to !== own.to && workloads.some((each) => own.workloads.includes(each)),
      );
      if (service?.source.kind !== 'Service' || own.workloads.length === 0 || isShared) return [];
      const { name, namespace } = service.source.metadata;
      const apps = own.workloads.map((each) => appOf.get(`${namespace}/${each}`) ?? each);
      const texts =
        own.subset === null ? [name] : [...new Set([name, ...apps])].map((each) => `${each}-${own.subset!}`);
      // A Service that is called as an application is may be for whatever stands for that by now.
      const isPlain = own.subset === null && pods.some((pod) => applicationOf(pod) === name);
      const isAlone = ownersOf.get(ownerOf(rule))!.size === 1;
      const named = [...new Set(texts.flatMap((text) => [...(byName.get(`${namespace}/${text}`) ?? [])]))];
      return named.length === 0 || named.some((each) => own.workloads.includes(each)) || (isPlain && isAlone)
        ? []
        : [{ rule, ...placeOf(own), named }];
    });
  });
}

const placeOf = ({
  to,
  service,
  subset,
  weight,
  workloads,
}: Destination): Omit<MisnamedFact, 'rule' | 'named'> => ({
  to,
  service,
  subset,
  weight,
  workloads,
});

const ownerOf = (rule: string): string => rule.split(', ')[0]!;

function destinationsByOwner(rules: readonly Weighed[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { rule, destinations } of rules) {
    const owner = ownerOf(rule);
    const known = found.get(owner) ?? new Set();
    for (const { to } of destinations) known.add(to);
    found.set(owner, known);
  }
  return found;
}

const applicationOf = ({ labels, workload }: Pod): string =>
  labels['app'] ?? labels['app.kubernetes.io/name'] ?? workload;

/** "shop/web-v2": the workload web-v2, and those whose pods have app: web and a label with the value v2. */
function workloadsByName(pods: readonly Pod[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const pod of pods) {
    const { namespace, workload, labels } = pod;
    const app = applicationOf(pod);
    const values = Object.values(labels).filter((own) => own !== app);
    for (const text of [workload, ...values.map((own) => `${app}-${own}`)]) {
      const key = `${namespace}/${text}`;
      found.set(key, (found.get(key) ?? new Set()).add(workload));
    }
  }
  return found;
}
