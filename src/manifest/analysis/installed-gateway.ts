import { matches, type Labels } from '../labels.ts';

/**
 * Gateways that come with Istio are seldom among somebody's manifests, and are taken for granted (analysis/local/defaults.go does
 * so with the ingress gateway): whether a selector finds one of them.
 */
export const isInstalledGateway = (selector: Labels): boolean =>
  Object.keys(selector).length > 0 &&
  ['ingressgateway', 'egressgateway', 'eastwestgateway'].some((istio) =>
    matches(selector, { istio, app: `istio-${istio}` }),
  );

/** Ports to which their Services lead, by the profiles that Istio is installed with (manifests/charts/gateways). */
export const installedPorts: readonly number[] = [80, 443, 8080, 8443, 15012, 15017, 15021, 15443, 31400];

/** Where they are. */
export const installedNamespace = 'istio-system';
