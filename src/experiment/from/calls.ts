import type { Exported } from './exported.ts';
import { namedHosts, type NamedHost } from './named-hosts.ts';
import { isIdle, isLoad } from './role.ts';
import { hostFrom, idOf, type Port, type Service, type System, type Workload } from './system.ts';

/** A call that a workload is taken to make. */
export interface Call {
  readonly host: string;
  readonly port: Port;
  /** undefined: outside of the cluster. */
  readonly service: Service | undefined;
  readonly reason: string;
  /** The reason in a word or two; the app file has all of it. */
  readonly clue: string;
}

/** Who calls whom, as far as the export lets one guess. */
export interface Graph {
  readonly callsOf: ReadonlyMap<string, readonly Call[]>;
  /** Calls that were named, and left out all the same. */
  readonly leftOut: readonly string[];
}

/** Calls that settings name. One that would lead back to its caller is left out: pages would never end. */
export function namedCalls(system: System, configMaps: readonly Exported[]): Graph {
  const leftOut: string[] = [];
  const callsOf = new Map<string, Call[]>();
  for (const workload of system.workloads) {
    if (workload.isGateway) continue;
    const own: Call[] = [];
    callsOf.set(idOf(workload), own);
    for (const named of namedHosts(workload, system, configMaps)) {
      const why = refused(workload, named, own, callsOf);
      if (why === 'known') continue;
      if (why === undefined) own.push(callOf(workload, named));
      else leftOut.push(`${workload.name} calls ${nameOf(named)} (${named.reason}): ${why}`);
    }
  }
  return { callsOf, leftOut };
}

const nameOf = ({ service, outside }: NamedHost): string => service?.name ?? outside!;

const callOf = ({ namespace }: Workload, { service, outside, port, reason, clue }: NamedHost): Call => ({
  host: service === undefined ? outside! : hostFrom(namespace, service),
  port,
  service,
  reason,
  clue,
});

function refused(
  workload: Workload,
  { service }: NamedHost,
  own: readonly Call[],
  callsOf: ReadonlyMap<string, readonly Call[]>,
): string | undefined {
  if (service === undefined) return undefined;
  const isSelf = service.workloads.includes(workload);
  const isKnown = own.some((call) => call.service === service);
  // Siblings of another version do not call each other.
  if (
    isSelf ||
    isKnown ||
    service.workloads.some((other) => other.services.some((each) => workload.services.includes(each)))
  )
    return 'known';
  if (service.workloads.length > 0 && service.workloads.every(isLoad)) return 'it only makes load';
  if (service.isElsewhere) return 'what answers there is not in the export';
  if (service.workloads.length === 0) return 'it selects no pods of the export';
  return leadsTo(service, workload, callsOf)
    ? 'it would lead back to its caller, and pages would never end'
    : undefined;
}

/** Whether a call of a Service may come to a workload, by what is called already. */
function leadsTo(
  service: Service,
  workload: Workload,
  callsOf: ReadonlyMap<string, readonly Call[]>,
  seen = new Set<Service>(),
): boolean {
  if (seen.has(service)) return false;
  seen.add(service);
  return service.workloads.some(
    (own) =>
      own === workload ||
      (callsOf.get(idOf(own)) ?? []).some(
        (call) => call.service !== undefined && leadsTo(call.service, workload, callsOf, seen),
      ),
  );
}

const storeSuffix =
  /^(db|database|mysql|mariadb|postgres(ql)?|pg|mongo(db)?|redis|cache|memcached?|cassandra|queue|mq|rabbitmq|kafka|store|data)(-.*)?$/;

/**
 * What nobody's settings name, and somebody calls all the same: a store by the name of whose it is (`carts-db`), the rest by where
 * pages come in, in the same namespace. What rules send to, what only makes load or waits, and what nothing but telemetry goes to is
 * called by nobody.
 *
 * @param entries workloads to which pages come, the chief one first.
 * @param ruled Services that rules send to.
 * @param fed workloads to which telemetry goes.
 */
export function withOrphans(
  { callsOf, leftOut }: Graph,
  system: System,
  entries: readonly Workload[],
  { ruled, fed }: { readonly ruled: ReadonlySet<Service>; readonly fed: ReadonlySet<Workload> },
): Graph & { readonly idle: readonly Service[] } {
  const calls = new Map([...callsOf].map(([id, own]) => [id, [...own]]));
  const isCalled = (service: Service): boolean =>
    [...calls.values()].some((own) =>
      own.some((call) => call.service?.workloads.some((each) => service.workloads.includes(each)) === true),
    );
  const add = (from: readonly Workload[], service: Service, why: Pick<Call, 'reason' | 'clue'>): boolean => {
    const [port] = service.ports;
    if (port === undefined || from.some((own) => leadsTo(service, own, calls))) return false;
    for (const own of from)
      calls.get(idOf(own))?.push({ host: hostFrom(own.namespace, service), port, service, ...why });
    return true;
  };
  const orphans = system.services.filter(
    (own) =>
      !own.isElsewhere &&
      own.workloads.length > 0 &&
      own.workloads.every(
        (each) => !each.isGateway && !entries.includes(each) && !isLoad(each) && !isIdle(each),
      ) &&
      !ruled.has(own) &&
      !isCalled(own),
  );
  const idle: Service[] = [];
  for (const service of orphans) {
    if (isCalled(service)) continue;
    const owner = system.workloads.find(
      (own) =>
        own.namespace === service.namespace &&
        [own.name, ...own.services.map(({ name }) => name)].some(
          (name) =>
            service.name.startsWith(`${name}-`) && storeSuffix.test(service.name.slice(name.length + 1)),
        ),
    );
    if (
      owner !== undefined &&
      add([owner], service, {
        reason: `it is called as a store of ${owner.name} would be; nothing names it`,
        clue: 'by its name',
      })
    )
      continue;
    const chief = entries.find(({ namespace }) => namespace === service.namespace);
    if (
      chief === undefined ||
      service.workloads.every((own) => fed.has(own)) ||
      !add(siblingsOf(chief), service, {
        reason: 'nothing in the export says who calls it, so that it is called where pages come in',
        clue: 'nobody else calls it',
      })
    )
      idle.push(service);
  }
  return { callsOf: calls, leftOut, idle };
}

/** A workload with those that stand behind the same Service: versions call alike. */
const siblingsOf = (own: Workload): readonly Workload[] => [
  ...new Set([own, ...own.services.flatMap(({ workloads }) => workloads)]),
];
