import type { DestinationRule, Service } from '../../manifest/resource.ts';
import type { RoutingRule } from './routing-rule.ts';

export interface MeshView {
  readonly services: readonly Service[];
  /** Oldest first. */
  readonly rules: readonly RoutingRule[];
  readonly destinationRules: readonly DestinationRule[];
  /** That this proxy runs, if it is a gateway. */
  readonly servers: readonly GatewayServer[];
}

/** A port of a gateway, and how rules of a namespace name the gateway when they bind to it. */
export interface GatewayServer {
  readonly port: number;
  readonly protocol: string;
  readonly hosts: readonly string[];
  names(namespace: string): readonly string[];
}

export const boundTo = (rule: RoutingRule, gateway: string): boolean =>
  rule.gateways.length === 0 ? gateway === 'mesh' : rule.gateways.includes(gateway);
