import { ownerText } from '../../manifest/rule-name.ts';
import type { Workload } from '../../manifest/scale-target.ts';
import type { MeshService } from '../../mesh/istiod/mesh-service.ts';
import type { Pod } from '../../mesh/kubernetes/pod.ts';
import type { MisnamedFact } from '../../record/mesh-facts.ts';
import type { Weighed } from '../../verdict/weighed.ts';
import { sentTo } from './sent-to.ts';
import { sayingsOf, swapped, type Saying } from './swapped.ts';

type Destination = Weighed['destinations'][number];

/**
 * Destinations whose pods are others than their names say: they are called as a workload is, and have pods of others alone; or two
 * have each the pods that are called as the other is, by labels or tags of images. What shares its pods with another destination of
 * its rule is told by that.
 * @param services by the names that destinations have.
 */
export function misnamedIn(
  rules: readonly Weighed[],
  pods: readonly Pod[],
  services: ReadonlyMap<string, MeshService>,
  workloads: readonly Workload[] = [],
): MisnamedFact[] {
  const named = misnamedByName(rules, pods, services);
  const told = new Set(named.map(({ owner }) => ownerText(owner)));
  return [
    ...named,
    ...swappedIn(
      rules.filter(({ owner }) => !told.has(ownerText(owner))),
      services,
      workloads,
    ),
  ];
}

/** Two destinations of a VirtualService or route that have each other's pods, as labels and images tell. */
function swappedIn(
  rules: readonly Weighed[],
  services: ReadonlyMap<string, MeshService>,
  workloads: readonly Workload[],
): MisnamedFact[] {
  const all = new Map(workloads.map((own) => [`${own.metadata.namespace}/${own.metadata.name}`, own]));
  const byOwner = new Map<string, Map<string, Placed>>();
  for (const { rule, owner, destinations, headless = null } of rules) {
    const known = byOwner.get(ownerText(owner)) ?? new Map<string, Placed>();
    byOwner.set(ownerText(owner), known);
    for (const own of destinations) {
      const isOfPods = headless === null && services.get(own.service)?.source.kind === 'Service';
      if (isOfPods && !known.has(own.to)) known.set(own.to, { rule, owner, own });
    }
  }
  return [...byOwner.values()].flatMap((known) => {
    const places = [...known.values()];
    return places.flatMap((one, index) =>
      places.slice(index + 1).flatMap((other) => {
        const namespaces = [one, other].map(({ own }) => services.get(own.service)!.namespace);
        if (namespaces[0] !== namespaces[1]) return [];
        const sayings = (name: string): Saying[] => {
          const workload = all.get(`${namespaces[0]}/${name}`);
          return workload === undefined ? [] : sayingsOf(workload);
        };
        const isOneRule = one.rule === other.rule;
        const found = swapped(one.own, other.own, sayings, isOneRule);
        const back = found === null ? swapped(other.own, one.own, sayings, isOneRule) : null;
        if (found === null && back === null) return [];
        const says = found ?? { ofOne: back!.ofOther, ofOther: back!.ofOne };
        return [
          { ...factOf(one), named: [...other.own.workloads], because: says.ofOne },
          { ...factOf(other), named: [...one.own.workloads], because: says.ofOther },
        ].map(({ because, ...own }) => (because === '' ? own : { ...own, because }));
      }),
    );
  });
}

/** A destination, and the rule that sends there. */
interface Placed extends Pick<Weighed, 'rule' | 'owner'> {
  readonly own: Destination;
}

const factOf = ({ rule, owner, own }: Placed) => ({ rule, owner, ...sentTo(own), weight: own.weight });

function misnamedByName(
  rules: readonly Weighed[],
  pods: readonly Pod[],
  services: ReadonlyMap<string, MeshService>,
): MisnamedFact[] {
  const byName = workloadsByName(pods);
  const appOf = new Map(pods.map((own) => [`${own.namespace}/${own.workload}`, applicationOf(own)]));
  const applications = new Set(pods.map(applicationOf));
  const ownersOf = destinationsByOwner(rules);
  return rules.flatMap(({ rule, owner, destinations, headless = null }) => {
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
      const isPlain = own.subset === null && applications.has(name);
      const isAlone = ownersOf.get(ownerText(owner))!.size === 1;
      const named = [...new Set(texts.flatMap((text) => [...(byName.get(`${namespace}/${text}`) ?? [])]))];
      return named.length === 0 || named.some((each) => own.workloads.includes(each)) || (isPlain && isAlone)
        ? []
        : [{ ...factOf({ rule, owner, own }), named }];
    });
  });
}

function destinationsByOwner(rules: readonly Weighed[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { owner, destinations } of rules) {
    const text = ownerText(owner);
    const known = found.get(text) ?? new Set();
    for (const { to } of destinations) known.add(to);
    found.set(text, known);
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
