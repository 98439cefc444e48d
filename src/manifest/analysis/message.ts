import type { Path } from '../located.ts';
import type { Problem } from '../problem.ts';
import type { WrittenObject } from '../resource.ts';
import { problemIn } from './problem-in.ts';

/**
 * Istio's messages that the manifests we read can decide, with its own names and levels
 * (istio/istio pkg/config/analysis/msg/messages.yaml; test/manifest/istio-codes.ts has the whole list and why a code is not here). The
 * level is that of `istioctl analyze`, not a statement that the mesh would refuse anything: it takes all of it.
 */
export const istioMessages = {
  IST0002: { name: 'Deprecated', level: 'warning' },
  IST0101: { name: 'ReferencedResourceNotFound', level: 'error' },
  IST0102: { name: 'NamespaceNotInjected', level: 'info' },
  IST0103: { name: 'PodMissingProxy', level: 'warning' },
  IST0106: { name: 'SchemaValidationError', level: 'error' },
  IST0107: { name: 'MisplacedAnnotation', level: 'warning' },
  IST0108: { name: 'UnknownAnnotation', level: 'warning' },
  IST0109: { name: 'ConflictingMeshGatewayVirtualServiceHosts', level: 'error' },
  IST0110: { name: 'ConflictingSidecarWorkloadSelectors', level: 'error' },
  IST0111: { name: 'MultipleSidecarsWithoutWorkloadSelectors', level: 'error' },
  IST0112: { name: 'VirtualServiceDestinationPortSelectorRequired', level: 'error' },
  IST0116: { name: 'DeploymentAssociatedToMultipleServices', level: 'warning' },
  IST0118: { name: 'PortNameIsNotUnderNamingConvention', level: 'info' },
  IST0123: { name: 'NamespaceMultipleInjectionLabels', level: 'warning' },
  IST0125: { name: 'InvalidAnnotation', level: 'warning' },
  IST0128: { name: 'NoServerCertificateVerificationDestinationLevel', level: 'warning' },
  IST0129: { name: 'NoServerCertificateVerificationPortLevel', level: 'warning' },
  IST0130: { name: 'VirtualServiceUnreachableRule', level: 'warning' },
  IST0131: { name: 'VirtualServiceIneffectiveMatch', level: 'info' },
  IST0132: { name: 'VirtualServiceHostNotFoundInGateway', level: 'warning' },
  IST0133: { name: 'SchemaWarning', level: 'warning' },
  IST0134: { name: 'ServiceEntryAddressesRequired', level: 'warning' },
  IST0135: { name: 'DeprecatedAnnotation', level: 'info' },
  IST0137: { name: 'DeploymentConflictingPorts', level: 'warning' },
  IST0138: { name: 'GatewayDuplicateCertificate', level: 'warning' },
  IST0140: { name: 'IngressRouteRulesNotAffected', level: 'warning' },
  IST0144: { name: 'InvalidApplicationUID', level: 'warning' },
  IST0145: { name: 'ConflictingGateways', level: 'error' },
  IST0146: { name: 'ImageAutoWithoutInjectionWarning', level: 'warning' },
  IST0147: { name: 'ImageAutoWithoutInjectionError', level: 'error' },
  IST0148: { name: 'NamespaceInjectionEnabledByDefault', level: 'info' },
  IST0149: { name: 'JwtClaimBasedRoutingWithoutRequestAuthN', level: 'error' },
  IST0150: { name: 'ExternalNameServiceTypeInvalidPortName', level: 'warning' },
  IST0161: { name: 'InvalidGatewayCredential', level: 'error' },
  IST0162: { name: 'GatewayPortNotDefinedOnService', level: 'warning' },
  IST0165: { name: 'ReferencedInternalGateway', level: 'warning' },
  IST0167: { name: 'IneffectivePolicy', level: 'warning' },
  IST0171: { name: 'NegativeConditionStatus', level: 'warning' },
  IST0173: { name: 'DestinationRuleSubsetNotSelectPods', level: 'error' },
  IST0174: { name: 'UnknownDestinationRuleHost', level: 'warning' },
  IST0177: { name: 'ConflictingServiceEntryProtocol', level: 'warning' },
} as const satisfies Readonly<Record<string, { name: string; level: Problem['severity'] }>>;

/** Code and level of a message, to be filled up with its words. */
export const istio = <C extends keyof typeof istioMessages>(
  code: C,
): { readonly code: C; readonly severity: Problem['severity'] } => ({
  code,
  severity: istioMessages[code].level,
});

/** What is named and is not there. */
export const notFound = (
  object: WrittenObject,
  path: Path,
  kind: string,
  value: string,
  hint?: string,
): Problem =>
  problemIn(object, path, 'value', {
    ...istio('IST0101'),
    message: `Referenced ${kind} not found: "${value}"`,
    hint,
  });
