import type { HttpRetry, MeshConfig } from '../../manifest/resource.ts';
import type { DestinationRules } from './destination-rules.ts';
import type { Scope } from './sidecar-scope.ts';
import type { VisibleRules } from './visible-rules.ts';

/** What istiod holds of a mesh for one proxy. */
export interface MeshView extends Scope {
  /** Those that its namespace sees, whether or not a Sidecar lets them in. */
  readonly rules: VisibleRules;
  readonly destinationRules: DestinationRules;
  /** Of routes that say nothing of retries; undefined: Istio's own. */
  readonly defaultHttpRetry: HttpRetry | undefined;
  readonly pathNormalization: MeshConfig['spec']['pathNormalization'];
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
  /** Requests are sent back to come with TLS. */
  readonly redirectsToHttps?: true;
  /** TLS goes through as it is, by the name that its first message asks for. */
  readonly passesTls?: true;
}
