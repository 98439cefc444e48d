import type { Problem } from '../problem.ts';

/**
 * Istio's messages that the manifests we read can decide, with its own names and levels
 * (istio/istio pkg/config/analysis/msg/messages.yaml, and its reference of analysis messages for those after IST0165). The
 * level is that of `istioctl analyze`, not a statement that the mesh would refuse anything: it takes all of it.
 */
export const istioMessages = {
  IST0101: { name: 'ReferencedResourceNotFound', level: 'error' },
  IST0106: { name: 'SchemaValidationError', level: 'error' },
  IST0109: { name: 'ConflictingMeshGatewayVirtualServiceHosts', level: 'error' },
  IST0112: { name: 'VirtualServiceDestinationPortSelectorRequired', level: 'error' },
  IST0118: { name: 'PortNameIsNotUnderNamingConvention', level: 'info' },
  IST0130: { name: 'VirtualServiceUnreachableRule', level: 'warning' },
  IST0131: { name: 'VirtualServiceIneffectiveMatch', level: 'info' },
  IST0132: { name: 'VirtualServiceHostNotFoundInGateway', level: 'warning' },
  IST0133: { name: 'SchemaWarning', level: 'warning' },
  IST0137: { name: 'DeploymentConflictingPorts', level: 'warning' },
  IST0140: { name: 'IngressRouteRulesNotAffected', level: 'warning' },
  IST0145: { name: 'ConflictingGateways', level: 'error' },
  IST0162: { name: 'GatewayPortNotDefinedOnService', level: 'warning' },
  IST0173: { name: 'DestinationRuleSubsetNotSelectPods', level: 'error' },
  IST0174: { name: 'UnknownDestinationRuleHost', level: 'warning' },
} as const satisfies Readonly<Record<string, { name: string; level: Problem['severity'] }>>;

/** Code and level of a message, to be filled up with its words. */
export const istio = <C extends keyof typeof istioMessages>(
  code: C,
): { readonly code: C; readonly severity: Problem['severity'] } => ({
  code,
  severity: istioMessages[code].level,
});
