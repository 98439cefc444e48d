import type { KubernetesGateway, Resource, WrittenObject } from './resource.ts';

const istios = new Set(['istio', 'istio-remote', 'istio-waypoint', 'istio-east-west']);

/** Classes that istiod makes itself (pilot/pkg/config/kube/gateway/gatewayclass.go). */
export const isIstiosClass = (name: string): boolean => istios.has(name);

/**
 * Gateways of Gateway API whose class is another controller's: istiod heeds those of its own classes, and of a GatewayClass that
 * names it (spec.controllerName istio.io/gateway-controller).
 */
export function gatewaysByClass(
  resources: readonly Resource[],
  others: readonly WrittenObject[],
): { readonly ours: Resource[]; readonly foreign: readonly KubernetesGateway[] } {
  const classes = new Set(others.filter(isIstiosGatewayClass).map(({ metadata }) => metadata.name));
  const isForeign = (own: Resource): own is KubernetesGateway =>
    own.kind === 'KubernetesGateway' &&
    !isIstiosClass(own.spec.gatewayClassName) &&
    !classes.has(own.spec.gatewayClassName);
  return { ours: resources.filter((own) => !isForeign(own)), foreign: resources.filter(isForeign) };
}

function isIstiosGatewayClass({ kind, source }: WrittenObject): boolean {
  const spec = source['spec'] as { readonly controllerName?: unknown } | null | undefined;
  return kind === 'GatewayClass' && String(spec?.controllerName ?? '').startsWith('istio.io/');
}
