import { hostCovers, isWildcard } from '../../manifest/host.ts';
import { ownerText } from '../../manifest/rule-name.ts';
import type { MeshService } from '../../mesh/istiod/mesh-service.ts';
import type { MeshFacts, OtherNameFact, RuleFact } from '../../record/mesh-facts.ts';
import type { Weighed } from '../../verdict/weighed.ts';
import { workloadsOf, type Manifests } from './reached.ts';

/** A name that somebody asks for, and what it picks. */
interface Asked {
  readonly caller: string;
  readonly service: string;
  /** Of the Service; absent: whichever. */
  readonly port?: number;
  readonly workloads: readonly string[];
}

/**
 * Services by whose names pods are asked that a rule tells apart under another name. A VirtualService or route is for hosts, not for pods:
 * a second Service of the same pods, or a ServiceEntry that selects them, is a host of its own.
 * @param rules of VirtualServices; @param told all that sends somewhere, and acts
 * @param services by the names that destinations have
 */
export function otherNamesIn(
  mesh: Manifests,
  { rules, calls, told }: Pick<MeshFacts, 'rules' | 'calls'> & { readonly told: readonly Told[] },
  services: ReadonlyMap<string, MeshService>,
): OtherNameFact[] {
  const found = new Map<string, OtherNameFact>();
  const asked = [...askedInside(calls), ...askedAtGateways(rules)];
  // A delegate is for the hosts of its root.
  const hosted = [...told, ...managed(rules)].filter(
    ({ owner, services = [] }) => owner.kind !== 'VirtualService' || services.length > 0,
  );
  for (const own of byOwner(hosted)) {
    const named = new Set(own.flatMap((each) => each.services ?? []));
    const sent = new Set(own.flatMap((each) => each.destinations.map(({ service }) => service)));
    const universe = new Set([
      ...own.flatMap((each) => each.destinations.flatMap(({ workloads }) => workloads)),
      ...[...named].flatMap((name) => allOf(mesh, services.get(name))),
    ]);
    const ports = portsOf([...named, ...sent], services);
    for (const { caller, service, port, workloads } of asked) {
      const isOther =
        !named.has(service) &&
        !sent.has(service) &&
        !own.some((each) => takesIn(each, caller, services.get(service)));
      const called = workloads.filter((each) => universe.has(each));
      const rule = isOther ? own.find((each) => divides(each, called)) : undefined;
      if (rule === undefined || !leadsToOneOf(services.get(service), port, ports)) continue;
      if (isRuled(rules, { caller, service, workloads }, services.get(service))) continue;
      const before = found.get(service);
      const callers = [...new Set([...(before?.callers ?? []), caller])];
      found.set(
        service,
        before === undefined ? factOf(rule, service, callers, called) : { ...before, callers },
      );
    }
  }
  return [...found.values()];
}

function byOwner(rules: readonly Told[]): Iterable<Told[]> {
  const found = new Map<string, Told[]>();
  for (const own of rules) {
    const owner = ownerText(own.owner);
    found.set(owner, [...(found.get(owner) ?? []), own]);
  }
  return found.values();
}

type Told = Weighed & Partial<Pick<RuleFact, 'hosts' | 'services' | 'inside' | 'managedBy'>>;

const factOf = (
  { rule, owner, destinations, services = [] }: Told,
  service: string,
  callers: readonly string[],
  workloads: readonly string[],
): OtherNameFact => ({
  service,
  rule,
  owner,
  of: [...new Set(services.length > 0 ? services : destinations.map((own) => own.service))],
  ...(services.length > 0 ? {} : { atGateway: true as const }),
  callers,
  workloads,
});

/** Rules whose destinations the controller of a Rollout tells apart, though one workload has the pods of all. */
const managed = (rules: readonly RuleFact[]): readonly Told[] =>
  rules.filter(({ inert, managedBy }) => inert === null && managedBy !== undefined);

const askedInside = (calls: MeshFacts['calls']): Asked[] =>
  calls.flatMap(({ caller, service, port, workloads }) =>
    service === null ? [] : [{ caller, service, port, workloads }],
  );

/** Whole Services that gateways send visitors to. */
const askedAtGateways = (rules: readonly RuleFact[]): Asked[] =>
  rules
    .filter(({ inert, gateways }) => inert === null && gateways.length > 0)
    .flatMap(({ destinations }) => destinations)
    .filter(({ weight, subset }) => weight > 0 && subset === null)
    .map(({ service, workloads }) => ({ caller: 'visitors', service, workloads }));

/** What it sends to is a part of what is called, or many parts of it. */
function divides({ destinations, managedBy }: Told, called: readonly string[]): boolean {
  const drawn = destinations.filter(
    ({ weight, workloads }) => weight > 0 && workloads.some((own) => called.includes(own)),
  );
  return managedBy === undefined
    ? drawn.some(({ workloads }) => called.some((own) => !workloads.includes(own)))
    : drawn.length > 1;
}

/** A pattern among its hosts is for that Service, too, where a sidecar asks. */
const takesIn = (
  { hosts = [], inside = false }: Partial<Pick<RuleFact, 'hosts' | 'inside'>>,
  caller: string,
  asked: MeshService | undefined,
): boolean =>
  inside &&
  caller !== 'visitors' &&
  asked !== undefined &&
  hosts.some((own) => isWildcard(own) && hostCovers(own, asked.host));

/** A rule of its own chooses among the pods of that name. */
const isRuled = (
  rules: readonly RuleFact[],
  { caller, service, workloads }: Asked,
  asked: MeshService | undefined,
): boolean =>
  rules.some(
    (own) =>
      own.inert === null &&
      (own.services.includes(service) || takesIn(own, caller, asked)) &&
      own.destinations.some(
        (each) => each.weight > 0 && workloads.some((called) => !each.workloads.includes(called)),
      ),
  );

const allOf = ({ endpoints }: Manifests, service: MeshService | undefined): readonly string[] =>
  service === undefined ? [] : workloadsOf(service, endpoints, {}, undefined);

/** Ports of pods, as they are written, that these Services lead to. */
const portsOf = (names: readonly string[], services: ReadonlyMap<string, MeshService>): readonly string[] =>
  names.flatMap((name) =>
    (services.get(name)?.ports ?? []).map(({ port, targetPort = port }) => String(targetPort)),
  );

/** Not a port of its own, as for metrics; whether a name and a number are one is not asked. */
function leadsToOneOf(
  service: MeshService | undefined,
  asked: number | undefined,
  ports: readonly string[],
): boolean {
  const own = (service?.ports ?? [])
    .filter(({ port }) => asked === undefined || port === asked)
    .map(({ port, targetPort = port }) => String(targetPort));
  const isNumber = (port: string): boolean => /^\d+$/.test(port);
  return own.some((port) => ports.some((each) => each === port || isNumber(each) !== isNumber(port)));
}
