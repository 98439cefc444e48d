import type {
  BackendRef,
  KubernetesGrpcRoute,
  KubernetesHttpRoute,
  KubernetesL4Route,
  ReferenceGrant,
} from './resource.ts';

/** What istiod makes of the references and filters of a Gateway API route (istio pilot/pkg/config/kube/gateway/conversion.go). */

/**
 * Whether a route of a Gateway may send to a backend: one of another namespace needs a grant there (gatewaycommon/references.go,
 * BackendAllowed). Parents in the mesh ask for none.
 */
export const isGranted = (
  grants: readonly ReferenceGrant[],
  { kind, metadata }: KubernetesHttpRoute | KubernetesGrpcRoute | KubernetesL4Route,
  backend: BackendRef,
): boolean =>
  backend.namespace === metadata.namespace ||
  grants.some(
    (own) =>
      own.metadata.namespace === backend.namespace &&
      own.spec.from.some(
        (from) =>
          from.group === 'gateway.networking.k8s.io' &&
          from.kind === kind &&
          from.namespace === metadata.namespace,
      ) &&
      own.spec.to.some(
        (to) =>
          to.group === backend.group &&
          to.kind === backend.kind &&
          (to.name === undefined || to.name === backend.name),
      ),
  );

/** Why istiod makes no rule at all of a route: one mistake of this kind takes all of its rules (computeRoute, "a hard error"). */
export function conversionError({ spec }: KubernetesHttpRoute | KubernetesGrpcRoute): string | undefined {
  for (const { unsupportedFilter: type, backendRefs, mirrors } of spec.rules) {
    if (type !== undefined) return `unsupported filter type "${type}"`;
    const sent = backendRefs.filter(({ weight }) => weight !== 0);
    if ([...sent, ...mirrors.map(({ backendRef }) => backendRef)].some(isHostname))
      return 'service name invalid; the name of the Service must be used, not the hostname.';
  }
  return undefined;
}

const isHostname = ({ group, kind, name }: BackendRef): boolean =>
  group === '' && kind === 'Service' && name.includes('.');
