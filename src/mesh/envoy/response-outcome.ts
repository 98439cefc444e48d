import { responseFlag, withFlag } from './response-flag.ts';
import type { RouteAction } from './route.ts';

/** What a proxy answers by itself, or adds to an answer, and what its access log then shows. */
export interface ResponseOutcome {
  /** `unchanged`: of the answer that it is added to; `configured`: from the fault's own setting. 0: the caller saw none. */
  readonly status: number | 'unchanged' | 'configured';
  readonly flag: keyof typeof responseFlag;
  readonly because: string;
}

/**
 * Local replies by cause. A 5xx of the service itself has no flag at all (shown as "-").
 * Source: source/common/router/router.cc, source/common/http/conn_manager_impl.cc, usage.rst of the access log.
 */
export const responseOutcomes = {
  'no-route': { status: 404, flag: 'NR', because: 'no route matched, or the weights of the route sum to 0' },
  'unknown-cluster': {
    status: 503,
    flag: 'NC',
    because: 'the route names a cluster that this proxy does not have, or not yet',
  },
  'no-host': {
    status: 503,
    flag: 'UH',
    because: 'the cluster has no endpoint to choose, or vanished before a retry',
  },
  'connect-failure': {
    status: 503,
    flag: 'UF',
    because: 'the connection was refused, or not there within the connect timeout',
  },
  'connection-closed': {
    status: 503,
    flag: 'UC',
    because: 'the connection closed in the middle of the request',
  },
  'remote-reset': { status: 503, flag: 'UR', because: 'the endpoint reset the stream' },
  'local-reset': { status: 503, flag: 'LR', because: 'this proxy reset the stream' },
  overflow: { status: 503, flag: 'UO', because: 'a circuit breaker of the cluster was open' },
  'protocol-error': { status: 502, flag: 'UPE', because: 'the endpoint did not speak the protocol' },
  timeout: { status: 504, flag: 'UT', because: "the route's timeout, or the last try's own, passed" },
  'retries-exhausted': {
    status: 'unchanged',
    flag: 'URX',
    because: 'the result deserved a retry and none was left',
  },
  'caller-gone': { status: 0, flag: 'DC', because: 'the caller went away before the answer' },
  'fault-delay': { status: 'unchanged', flag: 'DI', because: 'a fault rule delayed the request' },
  'fault-abort': {
    status: 'configured',
    flag: 'FI',
    because: 'a fault rule answered in place of the service',
  },
} as const satisfies Readonly<Record<string, ResponseOutcome>>;

export type OutcomeCause = keyof typeof responseOutcomes;

/** Causes by which a request ends with a status of the proxy's own. */
export type FinalCause = {
  [C in OutcomeCause]: (typeof responseOutcomes)[C]['status'] extends number ? C : never;
}[OutcomeCause];

/** The flags of a request with that of one more cause, at their end; a flag is set once. */
export function withOutcome(flags: number, cause: OutcomeCause): number {
  return withFlag(flags, responseFlag[responseOutcomes[cause].flag]);
}

/**
 * Status of a request whose route names a cluster that the proxy does not know (flag NC): 503 unless the route says otherwise
 * (route_components.proto, cluster_not_found_response_code); istiod says 500 for routes of Gateway API.
 */
export function unknownClusterStatus(
  code: RouteAction['cluster_not_found_response_code'] = 'SERVICE_UNAVAILABLE',
): number {
  return { SERVICE_UNAVAILABLE: 503, NOT_FOUND: 404, INTERNAL_SERVER_ERROR: 500 }[code];
}
