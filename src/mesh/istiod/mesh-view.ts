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

/** A port of a Gateway. */
export interface GatewayServer {
  readonly port: number;
  readonly protocol: string;
  /** Names and patterns, each for the rules of one namespace or of all ("*"). */
  readonly hosts: readonly { readonly host: string; readonly namespace: string }[];
  /** By which rules bind to it: "namespace/name". */
  readonly gateway: string;
}
