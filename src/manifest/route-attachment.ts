import { matches, meets, type Labels } from './labels.ts';
import type { GatewayListener } from './resource.ts';

/** Labels of the namespaces that are known; each has one with its name, known or not. */
export type NamespaceLabels = ReadonlyMap<string, Labels>;

const nameLabel = 'kubernetes.io/metadata.name';

/**
 * Why a listener does not let a route attach (istio pilot/pkg/config/kube/gateway/conversion.go, referenceAllowed and
 * namespacesFromSelector; gatewaycommon/conversion.go, GenerateGatewaySupportedKinds); undefined: it does.
 *
 * @param gateway the namespace of the listener's Gateway
 */
export function refusalOfRoute(
  { routesFrom, kinds }: GatewayListener,
  gateway: string,
  route: { readonly kind: string; readonly namespace: string },
  namespaces: NamespaceLabels,
): 'namespace' | 'kind' | undefined {
  const { kind, namespace } = route;
  const isAllowed = (): boolean => {
    if (typeof routesFrom === 'object') {
      const labels = { [nameLabel]: namespace, ...namespaces.get(namespace) };
      return matches(routesFrom.labels, labels) && meets(routesFrom.expressions ?? [], labels);
    }
    return routesFrom === 'All' || (routesFrom === 'Same' && gateway === namespace);
  };
  if (!isAllowed()) return 'namespace';
  const isKnown = kinds === undefined || kinds.some((own) => own.group === gatewayApi && own.kind === kind);
  return isKnown ? undefined : 'kind';
}

const gatewayApi = 'gateway.networking.k8s.io';

/** Whether a selector asks for more than the name, which all namespaces have. */
export const asksForLabels = ({ routesFrom }: GatewayListener): boolean =>
  typeof routesFrom === 'object' &&
  [...Object.keys(routesFrom.labels), ...(routesFrom.expressions ?? []).map(({ key }) => key)].some(
    (key) => key !== nameLabel,
  );
