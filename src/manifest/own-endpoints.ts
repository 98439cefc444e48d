import type { Resource, WrittenObject } from './resource.ts';

/** Controllers that make slices of what pods there are, and of Endpoints (discovery.k8s.io/v1, LabelManagedBy). */
const controllers = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

/**
 * Whether somebody else than a controller says where requests to a Service go: a slice that no controller bears its name on, or
 * Endpoints of a Service without a selector (Kubernetes, "Services without selectors").
 */
export function isByHand(
  { apiVersion, kind, metadata: { name, namespace, labels } }: WrittenObject,
  resources: readonly Resource[],
): boolean {
  if (kind === 'EndpointSlice' && apiVersion.startsWith('discovery.k8s.io/'))
    return !controllers.includes(labels['endpointslice.kubernetes.io/managed-by'] ?? '');
  if (kind !== 'Endpoints' || apiVersion !== 'v1') return false;
  return resources.some(
    (own) =>
      own.kind === 'Service' &&
      own.metadata.name === name &&
      own.metadata.namespace === namespace &&
      Object.keys(own.spec.selector).length === 0,
  );
}

/** The Service whose requests these addresses take; null: a slice that names none. */
export function servedByHand({ kind, metadata }: WrittenObject): { name: string; namespace: string } | null {
  const name = kind === 'EndpointSlice' ? metadata.labels['kubernetes.io/service-name'] : metadata.name;
  return name === undefined ? null : { name, namespace: metadata.namespace };
}
