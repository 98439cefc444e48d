import type { Resource, Service } from '../../manifest/resource.ts';
import type { ProxyIdentity } from '../../mesh/envoy/proxy-identity.ts';
import type { ProxyConfiguration } from '../../mesh/envoy/route.ts';
import { assumedServices } from '../../mesh/istiod/view/assumed-service.ts';
import { rootNamespace } from '../../mesh/istiod/root-namespace.ts';
import { translate } from '../../mesh/istiod/translate.ts';
import { applyResources, emptyRegistry } from '../../mesh/kubernetes/registry.ts';

/** Whose configuration is asked for; what is left open is chosen by the manifests. */
export interface WantedProxy {
  readonly type: ProxyIdentity['type'];
  readonly namespace: string | undefined;
  readonly labels: ProxyIdentity['labels'] | undefined;
}

/** What istiod would send to one proxy, by manifests alone, and the Services that had to be assumed for it. */
export function configurationFor(
  resources: readonly Resource[],
  wanted: WantedProxy,
): { readonly configuration: ProxyConfiguration; readonly assumed: readonly Service[] } {
  const assumed = assumedServices(resources);
  const { registry } = applyResources(emptyRegistry, [...assumed, ...resources], 0);
  return { configuration: translate(registry, identityOf(wanted, resources)), assumed };
}

/** A gateway is, unless labels are given, the one that the first Gateway of the manifests selects. */
function identityOf({ type, labels, namespace }: WantedProxy, resources: readonly Resource[]): ProxyIdentity {
  const chosen = type === 'gateway' && labels === undefined ? firstGateway(resources) : undefined;
  return {
    type,
    namespace: namespace ?? chosen?.namespace ?? 'default',
    labels: chosen?.labels ?? labels ?? {},
  };
}

function firstGateway(
  resources: readonly Resource[],
): Pick<ProxyIdentity, 'namespace' | 'labels'> | undefined {
  const found = resources.find((own) => own.kind === 'Gateway' || own.kind === 'KubernetesGateway');
  if (found?.kind === 'Gateway') return { namespace: rootNamespace, labels: found.spec.selector };
  if (found?.kind !== 'KubernetesGateway') return undefined;
  const { name, namespace } = found.metadata;
  return { namespace, labels: { 'gateway.networking.k8s.io/gateway-name': name } };
}
