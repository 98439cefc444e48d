import { isWorkload } from '../../manifest/scale-target.ts';
import type { ServiceNames } from '../../manifest/service-names.ts';
import { chooseRoute } from '../../mesh/envoy/route-match.ts';
import { placeOf } from '../../mesh/istiod/proxy-place.ts';
import { meshView, translate } from '../../mesh/istiod/translate.ts';
import { podOf, type Pod } from '../../mesh/kubernetes/pod.ts';
import type { Registry } from '../../mesh/kubernetes/registry.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import type { UnknownCall } from '../../verdict/foreseen/foreseen.ts';

/**
 * Calls of Services that the caller's proxy is not told of: a Sidecar lets them not in, or they are not exported to its namespace
 * (pilot/pkg/model/sidecar.go, convertToSidecarScope; core/httproute.go, buildCatchAllVirtualHost: what becomes of them).
 */
export function unknownCalls(
  registry: Registry,
  names: ServiceNames,
  calls: MeshFacts['calls'],
): UnknownCall[] {
  const pods = [...registry.entries.values()]
    .map(({ resource }) => resource)
    .filter(isWorkload)
    .map((owner) => podOf(owner, '', 0))
    .filter(({ sidecar }) => sidecar);
  const found = pods.flatMap((pod) => {
    const own = calls.filter(({ caller, service }) => caller === pod.workload && service !== null);
    if (own.length === 0) return [];
    const view = meshView(registry, placeOf(pod).identity);
    const isRefused = view.outboundTrafficPolicy === 'REGISTRY_ONLY';
    return own
      .filter(({ host }) => !view.serviceOf.has(names.called(host, pod.namespace).name))
      .map(({ caller, service }): UnknownCall => ({ caller, service: service!, isRefused }));
  });
  return [...new Map(found.map((own) => [`${own.caller} ${own.service}`, own])).values()];
}

/** The rule for a name that no Service has, and whose it is: the callers' proxies have a virtual host for it all the same (`strayHosts`). */
export function strayRule(
  registry: Registry,
  pod: Pod,
  host: string,
  port: number,
): Pick<MeshFacts['calls'][number], 'rule' | 'owner'> {
  if (!pod.sidecar) return {};
  const configuration = translate(registry, placeOf(pod).identity);
  const routes = configuration.routes.find(({ name }) => name === String(port));
  if (routes === undefined) return {};
  const { virtualHost } = chooseRoute(routes, { method: 'GET', path: '/', authority: host, headers: {} });
  const acting = routes.virtual_hosts.find(({ name }) => name === virtualHost)?.routes[0]?.metadata;
  return acting === undefined || acting.owner === null ? {} : { rule: acting.rule, owner: acting.owner };
}
