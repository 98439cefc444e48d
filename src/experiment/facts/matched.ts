import { ownerText } from '../../manifest/rule-name.ts';
import type { MeshService } from '../../mesh/istiod/mesh-service.ts';
import type { MatchedFact } from '../../record/mesh-facts.ts';
import { sharedIn, type Weighed } from '../../verdict/weighed.ts';
import { sentTo } from './sent-to.ts';

type Destination = Weighed['destinations'][number];

/**
 * Of each VirtualService and route the first two destinations that matches alone tell apart, and that have a pod in common: whoever
 * matches and whoever does not may be answered by the same version. Two names for all that there is of an application are none,
 * nor are two ports of it.
 * @param services by the names that destinations have.
 */
export function matchedIn(
  rules: readonly Weighed[],
  workloads: readonly { readonly name: string; readonly application: string | null }[],
  services: ReadonlyMap<string, MeshService>,
): MatchedFact[] {
  const byOwner = new Map<string, Weighed[]>();
  for (const own of rules) {
    const owner = ownerText(own.owner);
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), own]);
  }
  return [...byOwner.values()].flatMap((own) => {
    // What a headless Service does, and weights over the same pods, are told by themselves.
    if (
      own.length < 2 ||
      own.some((each) => (each.headless ?? null) !== null || sharedIn(each) !== undefined)
    )
      return [];
    const found = firstPair(own, (one, other) => mayBeMixedUp(one, other, workloads, services));
    return found === undefined
      ? []
      : [{ owner: own[0]!.owner, one: sentTo(found[0]), other: sentTo(found[1]) }];
  });
}

/** Of two rules, destinations that have a workload in common; looked for workload by workload, as an entrance has many rules. */
function firstPair(
  rules: readonly Weighed[],
  isMeant: (one: Destination, other: Destination) => boolean,
): readonly [Destination, Destination] | undefined {
  const before = new Map<string, Map<string, Destination>>();
  for (const { destinations } of rules) {
    const drawn = destinations.filter(({ weight }) => weight > 0);
    for (const other of drawn) {
      for (const workload of other.workloads) {
        for (const one of before.get(workload)?.values() ?? []) if (isMeant(one, other)) return [one, other];
      }
    }
    for (const own of drawn) {
      for (const workload of own.workloads) {
        const known = before.get(workload) ?? new Map<string, Destination>();
        before.set(workload, known.set(own.to, own));
      }
    }
  }
  return undefined;
}

function mayBeMixedUp(
  one: Destination,
  other: Destination,
  workloads: readonly { readonly name: string; readonly application: string | null }[],
  services: ReadonlyMap<string, MeshService>,
): boolean {
  if (one.to === other.to) return false;
  if (one.service === other.service && one.subset !== null && other.subset !== null) return true;
  const [ports, others] = [one, other].map(({ service }) => targetPortsOf(services.get(service)));
  if (!ports!.some((own) => others!.includes(own))) return false;
  const picked = new Set([...one.workloads, ...other.workloads]);
  if (picked.size > 1) return true;
  // Both have one workload: somebody may have meant another version of it.
  const application = workloads.find(({ name }) => picked.has(name))?.application ?? null;
  return (
    application !== null && workloads.some((own) => own.application === application && !picked.has(own.name))
  );
}

/** Ports of the pods that a Service leads to, as they are written. */
const targetPortsOf = (service: MeshService | undefined): readonly string[] =>
  (service?.ports ?? []).map(({ port, targetPort = port }) => String(targetPort));
