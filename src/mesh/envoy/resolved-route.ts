import { microseconds } from '../../manifest/microseconds.ts';
import { hashOf, laidOver, turnedLeft, type Hash64 } from './balancer/xxhash64.ts';
import type { FaultRule } from './fault.ts';
import type { ResolvedRetry } from './resolved-retry.ts';
import type { RequestHead } from './route-match.ts';
import type { HashPolicy, Route, RouteAction } from './route.ts';

/** A route as the hot path reads it: clusters and keys as numbers, weights as running sums. */
export interface ResolvedRoute {
  /** Row in `ConfigTables.routes`. */
  readonly row: number;
  /** Row in `variants`; -1 where there is nothing to split (no route, direct response, redirect). */
  readonly variant: number;
  /** Service that the request is counted under; "" and row -1 where no route names one. */
  readonly service: string;
  readonly serviceRow: number;
  /** Sum of the weights; 0 for a single destination. */
  readonly total: number;
  readonly cumulative: Float64Array;
  /** Rows in `Clusters`. */
  readonly clusters: Int32Array;
  /** Key of each destination; -1: told by the pod. */
  readonly keys: Int32Array;
  /** True where the balancer decides over endpoints of several keys. */
  readonly keysByPod: boolean;
  /** A TCP proxy's: per connection; and how long that may be idle, Infinity: for ever. */
  readonly isTcp: boolean;
  readonly idleUs: number;
  /** Status of the answer where this proxy does not know the chosen cluster. */
  readonly unknownClusterStatus: number;
  /** undefined: what fails is not tried again. */
  readonly retry: ResolvedRetry | undefined;
  /** Of the request's headers, cookies or query parameters by which endpoints are chosen; undefined: it has none of them. */
  readonly hash: Hash64 | undefined;
  /** The hash of the caller's address is turned left by so many bits and laid over it, once for each; empty: it is not asked for. */
  readonly sourceTurns: readonly number[];
  /** Cookies that the proxy makes, as the request brings none: their lines of Set-Cookie without the value, and the turns of its hash. */
  readonly newCookies: readonly NewCookie[];
  /** Copies to make of so many requests in so many. */
  readonly mirrors: readonly {
    readonly cluster: number;
    readonly service: string;
    readonly numerator: number;
    readonly denominator: number;
  }[];
  /** Status of a local answer (404 for no route, or a direct response's); 0: route it. */
  readonly localStatus: number;
  /** Of the route, in microseconds; 0: none. It begins when the request leaves the proxy, after a fault's delay. */
  readonly timeoutUs: number;
  /** undefined: the fault filter has nothing to do. */
  readonly fault: FaultRule | undefined;
  /** To the address that was dialled, as if there were no proxy. */
  readonly passes: boolean;
  /** Requests leave with another path, or other headers, than those that they came with. */
  readonly changesRequests: boolean;
  /** Values of Set-Cookie on the answers, by destination; empty: none. */
  readonly setCookies: readonly (readonly string[])[];
  readonly route: Route | undefined;
}

/** A cookie of a hash policy with a time to live. */
export interface NewCookie {
  readonly name: string;
  /** "; Max-Age=3600; Path=/; HttpOnly", as Envoy writes them; 0 s is no age: it lasts as long as a session. */
  readonly attributes: string;
  readonly turns: number;
}

/**
 * A route of so much, which otherwise leads nowhere. All are made by this one expression, whatever they have: routes of one shape are what
 * the event loop reads in a single way.
 */
export const resolvedRoute = ({
  row = -1,
  variant = -1,
  service = '',
  serviceRow = -1,
  total = 0,
  cumulative = new Float64Array(),
  clusters = new Int32Array(),
  keys = new Int32Array(),
  keysByPod = false,
  isTcp = false,
  idleUs = Infinity,
  unknownClusterStatus = 503,
  retry,
  hash,
  sourceTurns = [],
  newCookies = [],
  mirrors = [],
  localStatus = 404,
  timeoutUs = 0,
  fault,
  passes = false,
  changesRequests = false,
  setCookies = [],
  route,
}: Partial<ResolvedRoute>): ResolvedRoute => ({
  row,
  variant,
  service,
  serviceRow,
  total,
  cumulative,
  clusters,
  keys,
  keysByPod,
  isTcp,
  idleUs,
  unknownClusterStatus,
  retry,
  hash,
  sourceTurns,
  newCookies,
  mirrors,
  localStatus,
  timeoutUs,
  fault,
  passes,
  changesRequests,
  setCookies,
  route,
});

/**
 * What the request has for the route's hash policies: the hash so far is turned left by one bit, and that of the next laid over it
 * (Envoy, hash_policy.cc, generateHash). A policy that the request has nothing for changes nothing, but for a cookie with a time to
 * live, which the proxy makes then (CookieHashMethod::evaluate).
 */
export function hashesOf(
  action: RouteAction,
  head: RequestHead,
): Pick<ResolvedRoute, 'hash' | 'sourceTurns' | 'newCookies'> {
  let hash: Hash64 | undefined;
  let sourceTurns: number[] = [];
  let newCookies: NewCookie[] = [];
  for (const policy of action.hash_policy ?? []) {
    const value = valueOf(policy, head);
    const ofSource = policy.connection_properties?.source_ip === true;
    const made = (value ?? '') === '' ? newCookieOf(policy) : undefined;
    if (value === undefined && !ofSource && made === undefined) continue;
    // Turning goes through laying over, so what is known only later keeps its turns apart.
    const turned = hash && turnedLeft(hash, 1);
    sourceTurns = sourceTurns.map((turns) => turns + 1);
    newCookies = newCookies.map((own) => ({ ...own, turns: own.turns + 1 }));
    if (ofSource) sourceTurns.push(0);
    if (made !== undefined) newCookies.push(made);
    hash = value === undefined || made !== undefined ? turned : laidOver(turned, hashOf(value));
  }
  return { hash, sourceTurns, newCookies };
}

/** source/common/http/utility.cc, makeSetCookieValue. */
function newCookieOf({ cookie }: HashPolicy): NewCookie | undefined {
  if (cookie?.ttl === undefined) return undefined;
  const seconds = Math.floor(microseconds(cookie.ttl) / 1e6);
  const age = seconds === 0 ? '' : `; Max-Age=${seconds}`;
  const path = cookie.path === undefined ? '' : `; Path=${cookie.path}`;
  return { name: cookie.name, attributes: `${age}${path}; HttpOnly`, turns: 0 };
}

/** The hash of a request with that of the cookies that its proxy makes, which have one value. */
export const withNewCookies = (
  hash: Hash64 | undefined,
  { newCookies }: Pick<ResolvedRoute, 'newCookies'>,
  value: Hash64,
): Hash64 | undefined =>
  newCookies.reduce<Hash64 | undefined>((own, { turns }) => laidOver(own, turnedLeft(value, turns)), hash);

const valueOf = (
  { header, cookie, query_parameter: parameter }: HashPolicy,
  head: RequestHead,
): string | undefined =>
  header !== undefined
    ? head.headers[header.header_name.toLowerCase()]
    : cookie !== undefined
      ? cookieOf(head, cookie.name)
      : parameter === undefined
        ? undefined
        : queryOf(head, parameter.name);

/** The hash of a request with that of its caller's address. */
export const withSource = (
  { hash, sourceTurns }: Pick<ResolvedRoute, 'hash' | 'sourceTurns'>,
  source: Hash64,
): Hash64 | undefined =>
  sourceTurns.reduce<Hash64 | undefined>((own, turns) => laidOver(own, turnedLeft(source, turns)), hash);

const cookieOf = (head: RequestHead, name: string): string | undefined =>
  (head.headers['cookie'] ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

const queryOf = (head: RequestHead, name: string): string | undefined =>
  (head.path.split('?')[1] ?? '')
    .split('&')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/**
 * The HTTP status that tells of a gRPC one (source/common/grpc/common.cc, grpcToHttpStatus). Envoy answers a gRPC call with 200 and
 * the gRPC status beside it, which is what the caller goes by; here the call has the status that says the same. A caller of plain
 * HTTP would get 200 and the words "fault filter abort".
 */
const httpStatusOf = (grpc: number | undefined): number =>
  grpc === undefined
    ? 0
    : ([200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401][grpc] ?? 500);

/** The fault filter's settings as numbers. */
export function faultOf(route: Route): FaultRule | undefined {
  const { delay, abort } = route.typed_per_filter_config?.['envoy.filters.http.fault'] ?? {};
  if (delay === undefined && abort === undefined) return undefined;
  return {
    delayUs: delay === undefined ? 0 : microseconds(delay.fixed_delay),
    delayNumerator: delay?.percentage.numerator ?? 0,
    abortStatus: abort?.http_status ?? httpStatusOf(abort?.grpc_status),
    abortNumerator: abort?.percentage.numerator ?? 0,
    denominator: 1_000_000,
    // Istio never limits them.
    maxActiveFaults: Infinity,
  };
}
