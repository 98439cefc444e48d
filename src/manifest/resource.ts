/**
 * The resources that the model reads, after checking: plain readonly objects with Istio's and Kubernetes' own
 * field names, defaults of the API not yet applied (an omitted weight stays undefined), durations parsed to
 * microseconds. Everything the text said, modelled or not, stays in `source` for `meshshift get`.
 */

export interface ResourceMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface ResourceBase {
  readonly apiVersion: string;
  readonly metadata: ResourceMeta;
  /** The whole document as plain data, in the order it was written. */
  readonly source: Readonly<Record<string, unknown>>;
  /** Where the document begins. */
  readonly file: string;
  readonly line: number;
}

/** Exactly one of the fields is set; `{}` on a header means "present" (Istio's rule). */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

export interface HttpMatch {
  readonly name?: string;
  readonly uri?: StringMatch;
  readonly ignoreUriCase?: boolean;
  readonly scheme?: StringMatch;
  readonly method?: StringMatch;
  readonly authority?: StringMatch;
  readonly headers?: Readonly<Record<string, StringMatch>>;
  readonly withoutHeaders?: Readonly<Record<string, StringMatch>>;
  readonly queryParams?: Readonly<Record<string, StringMatch>>;
  readonly port?: number;
  readonly sourceLabels?: Readonly<Record<string, string>>;
  readonly sourceNamespace?: string;
  readonly gateways?: readonly string[];
}

export interface Destination {
  readonly host: string;
  readonly subset?: string;
  readonly port?: number;
}

export interface RouteDestination {
  readonly destination: Destination;
  /** As written; undefined where omitted (Istio: 0 among several destinations, irrelevant for one). */
  readonly weight?: number;
}

export interface HttpFault {
  readonly delay?: { readonly percent: number; readonly fixedDelayUs: number };
  readonly abort?: { readonly percent: number; readonly httpStatus: number };
}

export interface HttpRetry {
  readonly attempts: number;
  readonly perTryTimeoutUs?: number;
  readonly retryOn?: string;
}

export interface HttpRoute {
  readonly name?: string;
  /** Empty: a catch-all. */
  readonly match: readonly HttpMatch[];
  /** Empty where the rule redirects or answers directly. */
  readonly route: readonly RouteDestination[];
  readonly redirect?: { readonly uri?: string; readonly authority?: string; readonly redirectCode?: number };
  readonly directResponse?: { readonly status: number };
  readonly timeoutUs?: number;
  readonly retries?: HttpRetry;
  readonly fault?: HttpFault;
  readonly mirror?: { readonly destination: Destination; readonly percent: number };
}

export interface VirtualService extends ResourceBase {
  readonly kind: 'VirtualService';
  readonly spec: {
    readonly hosts: readonly string[];
    /** As written; empty means ["mesh"]. */
    readonly gateways: readonly string[];
    readonly http: readonly HttpRoute[];
  };
}

export interface Subset {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly loadBalancer?: SimpleLoadBalancer;
}

/** LEAST_CONN and UNSPECIFIED are folded into LEAST_REQUEST, Istio's default since 1.14. */
export type SimpleLoadBalancer = 'LEAST_REQUEST' | 'ROUND_ROBIN' | 'RANDOM' | 'PASSTHROUGH';

export interface DestinationRule extends ResourceBase {
  readonly kind: 'DestinationRule';
  readonly spec: {
    readonly host: string;
    readonly loadBalancer?: SimpleLoadBalancer;
    readonly subsets: readonly Subset[];
  };
}

export interface Gateway extends ResourceBase {
  readonly kind: 'Gateway';
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly servers: readonly {
      readonly port: { readonly number: number; readonly name: string; readonly protocol: string };
      readonly hosts: readonly string[];
    }[];
  };
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  /** A number, or the name of a container port; undefined means the same as `port`. */
  readonly targetPort?: number | string;
}

export interface Service extends ResourceBase {
  readonly kind: 'Service';
  readonly spec: {
    /** Empty: the service selects no pods. */
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly ServicePort[];
  };
}

export interface Deployment extends ResourceBase {
  readonly kind: 'Deployment';
  readonly spec: {
    /** Default 1. */
    readonly replicas: number;
    readonly selector: Readonly<Record<string, string>>;
    readonly template: {
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    };
  };
}

export type Resource = VirtualService | DestinationRule | Gateway | Service | Deployment;
export type Kind = Resource['kind'];

/** What a set of manifest texts came to. */
export interface Manifest {
  readonly resources: readonly Resource[];
  /** Kinds that we do not model, once each with how many documents: `ServiceAccount (4)`. */
  readonly ignoredKinds: readonly { readonly kind: string; readonly count: number; readonly file: string }[];
  /** Known fields of modelled kinds that the model does not read: `VirtualService spec.http[].corsPolicy`, once each. */
  readonly ignoredFields: readonly {
    readonly kind: string;
    readonly field: string;
    readonly file: string;
    readonly line: number;
  }[];
}
