import type { Service } from '../../manifest/resource.ts';
import type { DestinationRules } from './destination-rules.ts';
import type { VisibleRules } from './visible-rules.ts';

export interface MeshView {
  readonly services: readonly Service[];
  /** The same by their full names. */
  readonly serviceOf: ReadonlyMap<string, Service>;
  readonly rules: VisibleRules;
  readonly destinationRules: DestinationRules;
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
