import type { TlsMode } from '../../manifest/kind/traffic-policy.ts';
import { podPortOf } from '../../manifest/named-port.ts';
import { intakeAt, intakeOf, isPeerAuthentication } from '../../manifest/refuses-plain.ts';
import type { DestinationRule, ServicePort, WrittenObject } from '../../manifest/resource.ts';
import { ownerText } from '../../manifest/rule-name.ts';
import type { Workload } from '../../manifest/scale-target.ts';
import { clusterParts } from '../../mesh/envoy/cluster-name.ts';
import { clusterName, type RouteAction } from '../../mesh/envoy/route.ts';
import { actingFor } from '../../mesh/istiod/acting-for.ts';
import { blocksFor } from '../../mesh/istiod/cluster.ts';
import { gatewayRoutes } from '../../mesh/istiod/gateway-routes.ts';
import type { MeshService } from '../../mesh/istiod/mesh-service.ts';
import { listenerProtocolOf } from '../../mesh/istiod/protocol.ts';
import { actingRule } from '../../mesh/istiod/sidecar-routes.ts';
import { gatewayTcp, sidecarTcp } from '../../mesh/istiod/tcp-proxies.ts';
import type { MeshFacts, RefusedFact } from '../../record/mesh-facts.ts';
import type { Caller } from './inert.ts';
import { workloadsOf, type Manifests } from './reached.ts';

interface Around {
  readonly calls: MeshFacts['calls'];
  /** Somebody comes by a gateway. */
  readonly hasVisitors: boolean;
  readonly workloads: readonly Workload[];
  /** Objects of other kinds that are there, among them policies. */
  readonly others: readonly WrittenObject[];
  readonly rootNamespace: string;
}

/** Connections that a DestinationRule has proxies begin in a way that the pods at their other end do not take. */
export function refusedIn(
  mesh: Manifests,
  rules: readonly DestinationRule[],
  around: Around,
): Pick<MeshFacts, 'refused'> {
  // Sidecars by themselves begin what the other end takes (meshConfig, enableAutoMtls).
  if (!rules.some(saysTls)) return {};
  const { calls, hasVisitors } = around;
  const isUnknown = calls.length === 0 && !hasVisitors;
  const found = [
    // Where nobody has said who calls whom, any may call any.
    ...(isUnknown ? mesh.callers : []).flatMap((own) =>
      [...own.view.serviceOf.values()]
        .flatMap(({ host, ports }) => ports.flatMap(({ port }) => askedBy(own, host, port)))
        .flatMap((cluster) => refusalsOf(mesh, around, 'sidecars', own, cluster)),
    ),
    ...mesh.sidecars.flatMap(({ workload, caller }) =>
      calls
        .filter((own) => own.caller === workload && own.service !== null)
        .flatMap(({ host, port }) =>
          askedBy(caller, mesh.names.called(host, caller.proxy.namespace).name, port),
        )
        .flatMap((cluster) => refusalsOf(mesh, around, workload, caller, cluster)),
    ),
    ...(hasVisitors ? askedByGateway(mesh.gateway) : []).flatMap((cluster) =>
      refusalsOf(mesh, around, 'visitors', mesh.gateway, cluster),
    ),
  ];
  return found.length === 0 ? {} : { refused: merged(found) };
}

const saysTls = ({ spec: { trafficPolicy, subsets } }: DestinationRule): boolean =>
  [trafficPolicy, ...subsets.map((own) => own.trafficPolicy)].some(
    (own) => own !== undefined && [own, ...own.portLevel].some(({ tls }) => tls !== undefined),
  );

/** Names of the clusters by which a sidecar's calls of a host may go. */
function askedBy({ view, proxy }: Caller, host: string, port: number): string[] {
  const own = view.serviceOf.get(host)?.ports.find((each) => each.port === port);
  if (own === undefined) return [];
  const speaks = listenerProtocolOf(own);
  const http = actingRule(view, proxy, host, port)?.routes.map(({ route }) => route);
  return [
    ...(speaks === 'http' || speaks === 'auto'
      ? (http ?? [{ cluster: clusterName(port, '', host) }]).flatMap(clustersIn)
      : []),
    ...(speaks === 'tcp'
      ? sidecarTcp(view, proxy).filter((chain) => chain.host === host && chain.port === port)
      : []
    ).flatMap(clustersIn),
  ];
}

const askedByGateway = ({ view, proxy }: Caller): string[] => [
  ...gatewayRoutes(view, proxy)
    .flatMap((own) => own.virtual_hosts)
    .flatMap(({ routes }) => routes.flatMap(({ route }) => clustersIn(route))),
  ...gatewayTcp(view, proxy).flatMap(clustersIn),
];

const clustersIn = (route: Pick<RouteAction, 'cluster' | 'weighted_clusters'> | undefined): string[] => [
  ...(route?.cluster === undefined ? [] : [route.cluster]),
  ...(route?.weighted_clusters?.clusters ?? []).filter(({ weight }) => weight > 0).map(({ name }) => name),
];

function refusalsOf(
  mesh: Manifests,
  { workloads, others, rootNamespace }: Around,
  caller: string,
  { view, proxy }: Caller,
  cluster: string,
): RefusedFact[] {
  const { host, port, subset } = clusterParts(cluster);
  const service = view.serviceOf.get(host);
  const own = service?.ports.find((each) => each.port === port);
  const rule = actingFor(view, proxy, host);
  if (service === undefined || own === undefined || rule === undefined) return [];
  const part = rule.subsets.find(({ name }) => name === subset);
  if (subset !== '' && part === undefined) return [];
  const { tls: mode } = blocksFor(port, rule.policy, part?.trafficPolicy);
  if (mode === undefined) return [];
  const policies = others.filter(isPeerAuthentication);
  return picked(mesh, service, own, part?.labels ?? {}, workloads).flatMap((workload) => {
    const intake = intakeOf(workload, policies, rootNamespace);
    const at = intake && intakeAt(intake, podPortOf(workload.spec.template, own) ?? port);
    const because = refusedBecause(mode, listenerProtocolOf(own) === 'http', at?.mode);
    if (because === undefined) return [];
    const writer = rule.from.find(saysTls) ?? rule.from[0]!;
    const { name, namespace } = writer.metadata;
    return [
      {
        caller,
        service: mesh.names.ofName(host),
        rule: ownerText({ kind: 'DestinationRule', name, namespace }),
        mode,
        workloads: [workload.metadata.name],
        because,
        by: because === 'no sidecar' ? '' : (at?.by ?? ''),
      },
    ];
  });
}

function picked(
  mesh: Manifests,
  service: MeshService,
  { targetPort }: ServicePort,
  labels: Readonly<Record<string, string>>,
  all: readonly Workload[],
): Workload[] {
  const portName = typeof targetPort === 'string' ? targetPort : undefined;
  const names = workloadsOf(service, mesh.endpoints, labels, portName);
  return all.filter(
    ({ metadata }) => metadata.namespace === service.namespace && names.includes(metadata.name),
  );
}

/**
 * Whether pods take connections that begin so (istio pilot/pkg/networking/core/listener_inbound.go, getFilterChainMatchOptions: STRICT has
 * chains of mutual TLS alone; PERMISSIVE has, of a port of HTTP, one of Istio's mutual TLS and one of plain text, "we do not need to
 * handle other simple TLS"). undefined: they do, or an application may, or it is a matter of certificates.
 * @param intake undefined: they have no sidecar
 */
function refusedBecause(
  mode: TlsMode,
  isHttp: boolean,
  intake: 'STRICT' | 'PERMISSIVE' | 'DISABLE' | undefined,
): RefusedFact['because'] | undefined {
  switch (mode) {
    case 'DISABLE':
      return intake === 'STRICT' ? 'plain text' : undefined;
    case 'ISTIO_MUTUAL':
      if (intake === undefined) return 'no sidecar';
      return intake === 'DISABLE' ? 'plain text alone' : undefined;
    case 'SIMPLE':
      if (intake === 'STRICT') return 'no certificate';
      return isHttp && intake !== undefined ? 'other TLS' : undefined;
    case 'MUTUAL':
      return isHttp && intake !== undefined && intake !== 'STRICT' ? 'other TLS' : undefined;
  }
}

/** One per caller and reason, with all workloads. */
function merged(all: readonly RefusedFact[]): RefusedFact[] {
  const found = new Map<string, RefusedFact>();
  for (const own of all) {
    const { workloads, ...about } = own;
    const key = JSON.stringify(about);
    const known = found.get(key)?.workloads ?? [];
    found.set(key, { ...about, workloads: [...new Set([...known, ...workloads])] });
  }
  return [...found.values()];
}
