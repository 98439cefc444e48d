import { fullHost } from '../../manifest/host.ts';
import type { Service } from '../../manifest/resource.ts';
import { lacksPort } from '../../manifest/service-address.ts';
import { doorState } from '../../mesh/app/stations.ts';
import { clusterParts } from '../../mesh/envoy/cluster-name.ts';
import type { ConfigView } from '../../mesh/envoy/config-view.ts';
import { proxyKey } from '../../mesh/envoy/proxy-identity.ts';
import { blackHoleCluster } from '../../mesh/envoy/route.ts';
import { responseFlag } from '../../mesh/envoy/response-flag.ts';
import { meshConfigOf } from '../../mesh/istiod/mesh-config.ts';
import { resourcesOf, type Registry } from '../../mesh/kubernetes/registry.ts';
import { stage } from '../../mesh/request/stage.ts';
import type { World } from '../../mesh/world.ts';
import type { FailureCause } from '../../record/failure.ts';
import { hiddenService, hiddenSubset } from './hidden-subset.ts';

/** What a proxy answers by itself although the request may have reached a pod, and what that comes from. */
const causeOfFlag: readonly (readonly [flag: number, cause: FailureCause])[] = [
  [responseFlag.FI, 'fault-rule'],
  [responseFlag.UO, 'breaker-open'],
  [responseFlag.UT, 'timeout'],
];

/**
 * Why the request in `row` has failed at its caller, from what is true at this instant: the model knows what a proxy can
 * only flag. A flag of Envoy's has several causes: NC is a subset that has not arrived, was deleted, or never was.
 *
 * @param wasKnown whether some proxy knows a cluster as the manifests are, or knew it earlier in the run
 */
export function failureCause(
  world: World,
  row: number,
  wasKnown: (cluster: number) => boolean,
): FailureCause {
  const { rows } = world;
  const flags = flagsOf(world, row);
  const pod = rows.pod[row]!;
  if (isAtNoGateway(world, row)) return isAtClosedPort(world, row) ? 'gateway-port' : 'no-gateway';
  if (rows.caller[row]! < 0 || isPassedOn(world, row))
    return pod < 0 ? causeWithoutProxy(world, row) : ofPod(world, pod, rows.status[row]!);
  if ((flags & responseFlag.NR) !== 0) return unknownCause(world, row);
  if ((flags & responseFlag.NC) !== 0) return ofUnknownCluster(world, row, wasKnown);
  if ((flags & responseFlag.UH) !== 0) return ofNoHost(world, row);
  const told = causeOfFlag.find(([flag]) => (flags & flag) !== 0);
  if (told !== undefined) return told[1];
  if ((flags & (responseFlag.UF | responseFlag.UC | responseFlag.UR)) !== 0) {
    if (pod >= 0 && isLeaving(world, pod)) return leavingCause(world, row);
    if (pod >= 0 && wasEjected(world, row)) return 'panic';
    return (flags & responseFlag.UF) !== 0 ? 'refused' : 'broken-off';
  }
  if ((flags & responseFlag.DC) !== 0 || rows.status[row] === 0) return 'caller-left';
  if (pod < 0) {
    if (isRefused(world, row)) return 'no-listener';
    return isNotKnown(world, row) ? unknownCause(world, row) : 'direct-response';
  }
  if (isLeaving(world, pod)) return leavingCause(world, row);
  return wasEjected(world, row) ? 'panic' : ofApplication(world, pod, rows.status[row]!);
}

/** A visitor who came to none of its pods, or whose connection broke when that pod died. */
function isAtNoGateway({ rows, podOfProxy, stations }: World, row: number): boolean {
  if (rows.root[row] !== row || rows.asker[row]! >= 0) return false;
  const caller = rows.caller[row]!;
  if (caller < 0) return true;
  const pod = podOfProxy[caller]!;
  return rows.status[row] === 0 && pod >= 0 && stations.door(pod) !== doorState.open;
}

const isAtClosedPort = ({ rows, clients }: World, row: number): boolean =>
  rows.caller[row]! < 0 && clients[rows.source[row]!]!.entrance.closed;

/** The caller's proxy had ejected the pod before it sent the try there, as it does in panic alone. */
function wasEjected({ rows, upstreams }: World, row: number): boolean {
  const upstream = upstreams.all[rows.upstream[row]!];
  if (upstream?.outlier === undefined || upstream.settings.panicThresholdPercent === 0) return false;
  // What never had a connection was never sent: `sentUs` is of an earlier try then, or of an earlier life of the row.
  const chosenUs = Math.max(rows.startedUs[row]!, rows.sentUs[row]!);
  return upstream.outlier.ejectedSinceUs(rows.pod[row]!) < chosenUs;
}

/**
 * Flags that tell of the answer. Where a budget or a limit let no further try pass, the answer of the last one stands, and UO
 * is added to it (router.cc, RetryStatus::NoOverflow): it is that answer that has failed. A breaker that refuses the request
 * itself answers in its place.
 */
function flagsOf({ rows }: World, row: number): number {
  const flags = rows.flags[row]!;
  return rows.stage[row] === stage.local ? flags : flags & ~responseFlag.UO;
}

/** The host that the caller asked for, as it wrote it; with the port where that is what there is not. */
export function hostOf({ rows, classes }: World, row: number, cause: FailureCause): string {
  const requestClass = rows.requestClass[row]!;
  const host = classes.heads[requestClass]!.authority.split(':')[0]!;
  return cause === 'gateway-port' || cause === 'no-such-port' || cause === 'no-listener'
    ? `${host}:${classes.ports[requestClass]!}`
    : host;
}

function causeWithoutProxy(world: World, row: number): FailureCause {
  const { rows, classes } = world;
  const service = world.service(world.services[rows.service[row]!] ?? '');
  if (service === undefined) return 'no-service';
  const port = classes.ports[rows.requestClass[row]!]!;
  if (lacksPort(service, port)) return 'no-such-port';
  if (leadsNowhere(world, service, port, '')) return 'target-port-unknown';
  return isForItsNode(world, service, '') ? 'no-pod-on-node' : 'no-pod';
}

/** Callers are sent to pods of their own node alone, and others are ready. */
const isForItsNode = ({ state }: World, service: Service, subset: string): boolean =>
  service.spec.internalTrafficPolicy === 'Local' &&
  state.endpoints.of(service.metadata.namespace, labelsOf(state.registry, service, subset)).length > 0;

/** Labels of the pods that a Service picks; of a subset, those of its DestinationRule beside them. */
function labelsOf(
  registry: Registry,
  { metadata, spec }: Service,
  subset: string,
): Readonly<Record<string, string>> {
  const host = fullHost(metadata.name, metadata.namespace);
  const wanted = resourcesOf(registry, 'DestinationRule')
    .filter((own) => fullHost(own.spec.host, own.metadata.namespace) === host)
    .flatMap((own) => own.spec.subsets)
    .find(({ name }) => name === subset);
  return { ...spec.selector, ...wanted?.labels };
}

/** A Service names a port, and of the pods that are ready none has it. */
function leadsNowhere({ state }: World, service: Service, number: number, subset: string): boolean {
  const { metadata, spec } = service;
  const { targetPort } = spec.ports.find(({ port }) => port === number) ?? {};
  if (typeof targetPort !== 'string' || spec.isHeadless === true) return false;
  const { namespace } = metadata;
  const labels = labelsOf(state.registry, service, subset);
  return (
    state.endpoints.of(namespace, labels).length > 0 &&
    state.endpoints.of(namespace, labels, targetPort).length === 0
  );
}

/** The caller's proxy knows no such host, and passes the call on to the address. */
const isPassedOn = ({ rows, tables }: World, row: number): boolean =>
  tables.routes[rows.route[row]!]?.passes === true;

/** Its gateway has no listener at the port. */
const isRefused = ({ rows, proxies }: World, row: number): boolean =>
  proxies.routes[rows.worker[row]!]!.outbound(rows.requestClass[row]!).kind === 'refused';

/** Nor does it pass it on (REGISTRY_ONLY). */
const isNotKnown = (world: World, row: number): boolean => {
  const { rows } = world;
  const view = world.proxies.routes[rows.worker[row]!]!;
  const outbound = view.outbound(rows.requestClass[row]!);
  if (outbound.kind !== 'route') return false;
  return outbound.isTcp
    ? outbound.route.route?.cluster === blackHoleCluster
    : outbound.found.virtualHost === 'block_all';
};

/** A sidecar names what was called, whether or not a route of it matched; a gateway knows hosts alone. */
function unknownCause(world: World, row: number): FailureCause {
  const { rows, classes } = world;
  if (world.proxies.places[rows.caller[row]!]!.identity.type === 'gateway') return 'no-route';
  const service = world.service(world.services[rows.service[row]!] ?? '');
  if (service === undefined) return 'no-service';
  return lacksPort(service, classes.ports[rows.requestClass[row]!]!) ? 'no-such-port' : 'no-route';
}

function ofPod(world: World, pod: number, status: number): FailureCause {
  if (status === 0) return 'caller-left';
  return isLeaving(world, pod) ? 'pod-gone' : ofApplication(world, pod, status);
}

/** The sidecar beside an application that breaks connections, or takes none, answers 503 in its place, without a flag. */
function ofApplication(world: World, pod: number, status: number): FailureCause {
  const by = world.stations.failsBy(pod, status, world.simulation.nowUs);
  return by === 'reset' ? 'broken-off' : by === 'refuse' ? 'refused' : 'application';
}

/** Its application has ended, or its pod is to go: what it, or the sidecar beside it, answers now is no word of the application. */
const isLeaving = (world: World, pod: number): boolean => world.stations.door(pod) !== doorState.open;

/** The new rule may send nothing there any more, and not have arrived. */
function leavingCause(world: World, row: number): FailureCause {
  const { rows } = world;
  const configured = configuredView(world, row).resolve(rows.requestClass[row]!);
  const cluster = rows.cluster[row]!;
  return cluster >= 0 && !configured.clusters.includes(cluster) ? 'pods-removed-first' : 'pod-gone';
}

function ofUnknownCluster(world: World, row: number, wasKnown: (cluster: number) => boolean): FailureCause {
  const cluster = world.rows.cluster[row]!;
  const { host, port, subset } = clusterParts(world.tables.clusterNames[cluster]!);
  const service = world.service(world.keys.names.ofName(host));
  if (service === undefined) return 'no-service';
  if (configuredView(world, row).endpoints(cluster) !== undefined) return 'subset-not-arrived';
  if (!service.spec.ports.some((own) => own.port === port)) return 'port-unknown';
  return (
    hiddenCause(world, row, { host, subset, service }) ??
    (wasKnown(cluster) ? 'subset-deleted' : 'subset-unknown')
  );
}

/** Of manifests as they stand: by who asked, and for which subset of which host. */
const hiddenFor = new WeakMap<Registry, Map<string, FailureCause | undefined>>();

/** Why the caller's proxy has no cluster of a Service that is there, or for a subset that some DestinationRule defines; undefined: none does. */
function hiddenCause(
  world: World,
  row: number,
  { host, subset, service }: { readonly host: string; readonly subset: string; readonly service: Service },
): FailureCause | undefined {
  const { registry } = world.state;
  const { identity: proxy } = world.proxies.places[world.rows.caller[row]!]!;
  const known = hiddenFor.get(registry) ?? new Map<string, FailureCause | undefined>();
  hiddenFor.set(registry, known);
  // Copies of a run share a registry, and number their proxies and clusters by themselves.
  const key = `${proxyKey(proxy)} ${subset} ${host}`;
  if (!known.has(key)) known.set(key, hiddenService(registry, proxy, host));
  if (known.get(key) === undefined && subset !== '') {
    const served = service.metadata.namespace;
    const rules = resourcesOf(registry, 'DestinationRule');
    known.set(key, hiddenSubset(rules, meshConfigOf(registry), { proxy, host, subset, served }));
  }
  return known.get(key);
}

function ofNoHost(world: World, row: number): FailureCause {
  const { rows, proxies } = world;
  const cluster = rows.cluster[row]!;
  const held = proxies.clusters[rows.worker[row]!]!.endpoints(cluster);
  if (held === undefined) return 'subset-deleted';
  if (held.pods.length > 0) return 'all-ejected';
  const configured = configuredView(world, row);
  if ((configured.endpoints(cluster)?.pods.length ?? 0) > 0) return 'endpoints-not-arrived';
  const { host, port, subset } = clusterParts(world.tables.clusterNames[cluster]!);
  const service = world.service(world.keys.names.ofName(host));
  if (service !== undefined && leadsNowhere(world, service, port, subset)) return 'target-port-unknown';
  // The rule that is in force by now sends elsewhere, where pods are: these went before it had arrived.
  const { clusters } = configured.resolve(rows.requestClass[row]!);
  if (
    !clusters.includes(cluster) &&
    clusters.some((own) => (configured.endpoints(own)?.pods.length ?? 0) > 0)
  )
    return 'pods-removed-first';
  return service !== undefined && isForItsNode(world, service, subset) ? 'no-pod-on-node' : 'no-pod';
}

const configuredView = ({ rows, proxies }: World, row: number): ConfigView =>
  proxies.configured[rows.caller[row]!]!;
