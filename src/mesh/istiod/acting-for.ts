import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import type { ActingDestinationRule } from './destination-rules.ts';
import type { MeshView } from './mesh-view.ts';

/** The DestinationRule that acts for a proxy's callers of a host. */
export const actingFor = (
  { destinationRules, serviceOf }: MeshView,
  proxy: ProxyIdentity,
  host: string,
): ActingDestinationRule | undefined => destinationRules.acting(proxy, host, serviceOf.get(host)?.namespace);
