import { subsetOf } from '../../accesslog/subset-of.ts';
import { podOfNodeId } from '../names.ts';

export type SpanKind = 'client' | 'server' | 'producer' | 'consumer' | 'internal' | '';

/** One span of any tracing system, as far as a fit asks; "" for what it does not tell. */
export interface Span {
  /** Hexadecimal, lower case, without leading zeros. */
  readonly traceId: string;
  readonly spanId: string;
  /** "" for the first span of a trace. */
  readonly parentId: string;
  /** The parent only caused it: nobody waits for it (OpenTracing's FOLLOWS_FROM). */
  readonly follows: boolean;
  /** Client and server side bear one id, and this is the server's half (Zipkin's `shared`). */
  readonly shared: boolean;
  /** As written, but of a proxy by the cluster that it called: older Envoys call all their spans CLIENT (envoy#13141). */
  readonly kind: SpanKind;
  readonly name: string;
  /** Its reader moved its start to make up for clocks that differ. */
  readonly clockCorrected: boolean;
  /** Since 1970, by the clock of the node that wrote it; may have a fraction. */
  readonly startUs: number;
  readonly durationUs: number;
  /** Without a namespace: a sidecar writes `reviews.bookinfo`, an SDK in the same pod `reviews`. */
  readonly service: string;
  readonly namespace: string;
  readonly version: string;
  readonly pod: string;
  readonly ip: string;
  readonly node: string;
  /** An Envoy wrote it. */
  readonly isProxy: boolean;
  readonly isGateway: boolean;
  /** Of a proxy: towards its own application, or towards another service. */
  readonly direction: 'inbound' | 'outbound' | '';
  /** Whom it called: a service's short name, or a host's full name outside the mesh. */
  readonly host: string;
  readonly port: number | undefined;
  readonly subset: string;
  /** Host that was asked for, as its client wrote it (Host header), without a port. */
  readonly authority: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number | undefined;
  /** Envoy's response flags; "" for none. */
  readonly flags: string;
  /** It says that it failed, or its status is 500 or more. */
  readonly isError: boolean;
  readonly requestId: string;
}

/** What every format has, before its tags are understood. */
export interface RawSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly follows?: boolean;
  readonly shared?: boolean;
  readonly clockCorrected?: boolean;
  readonly kind: SpanKind;
  readonly name: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly service: string;
  readonly isError?: boolean;
  /** Tags of the span and, behind them, of its process or resource. */
  readonly tag: (name: string) => string | undefined;
}

/** OpenTelemetry's and OpenTracing's names of the same things, old and new. */
const words = {
  method: ['http.request.method', 'http.method'],
  url: ['http.url', 'url.full'],
  path: ['url.path', 'http.target', 'http.path', 'http.route'],
  status: ['http.response.status_code', 'http.status_code'],
  grpc: ['rpc.grpc.status_code', 'grpc.status_code', 'rpc.response.status_code'],
  host: ['peer.service', 'server.address', 'net.peer.name', 'http.host', 'rpc.service'],
  pod: ['k8s.pod.name', 'pod', 'pod_name', 'POD_NAME'],
  namespace: ['k8s.namespace.name', 'istio.namespace', 'service.namespace'],
  ip: ['k8s.pod.ip', 'ip'],
  node: ['k8s.node.name'],
  version: ['istio.canonical_revision', 'service.version', 'version'],
} as const;

export function spanOf(raw: RawSpan): Span {
  const first = (names: readonly string[]): string => {
    for (const name of names) {
      const value = raw.tag(name);
      if (value !== undefined && value !== '' && value !== '-') return value;
    }
    return '';
  };
  const nodeId = raw.tag('node_id');
  const proxy = nodeId === undefined ? undefined : podOfNodeId(nodeId);
  const clusterText = raw.tag('upstream_cluster') ?? raw.tag('upstream_cluster.name') ?? '';
  const cluster = subsetOf(clusterText);
  const isProxy = proxy !== undefined || raw.tag('component') === 'proxy';
  const direction = isProxy ? (cluster?.direction ?? '') : '';
  const isGateway = proxy?.isGateway ?? false;
  const url = urlParts(first(words.url));
  const [service, serviceNamespace] = serviceParts(raw.service, isProxy);
  const statusText = first(words.status);
  const grpcStatus = httpOfGrpc[first(words.grpc).toUpperCase()];
  const status = grpcStatus ?? (/^\d{1,3}$/.test(statusText) ? Number(statusText) : undefined);
  const flags = first(['response_flags']);
  const hostname = first(['hostname', 'host.name']);
  return {
    traceId: plainId(raw.traceId),
    spanId: plainId(raw.spanId),
    parentId: plainId(raw.parentId),
    follows: raw.follows ?? false,
    shared: raw.shared ?? false,
    clockCorrected: raw.clockCorrected ?? false,
    kind: isProxy && !isGateway ? proxyKind(direction, raw.kind) : raw.kind,
    name: raw.name,
    startUs: raw.startUs,
    durationUs: raw.durationUs,
    service: isProxy ? first(['istio.canonical_service']) || service : service,
    namespace: proxy?.namespace ?? (first(words.namespace) || serviceNamespace),
    version: first(words.version),
    pod: proxy?.pod ?? (first(words.pod) || (looksLikePod.test(hostname) ? hostname : '')),
    ip: proxy?.ip ?? first(words.ip),
    node: first(words.node),
    isProxy,
    isGateway,
    direction,
    host: direction === 'outbound' ? shortName(cluster!.host) : shortName(first(words.host) || url.host),
    port: direction === 'outbound' ? cluster!.port : url.port,
    subset: direction === 'outbound' ? cluster!.subset : '',
    authority: url.host.toLowerCase(),
    method: first(words.method),
    path: url.path || first(words.path),
    status,
    flags,
    isError:
      (status ?? 0) >= 500 ||
      (status === undefined && (raw.isError === true || raw.tag('error') === 'true')) ||
      failingFlags.test(flags),
    requestId: first(['guid:x-request-id', 'http.request.header.x-request-id', 'x-request-id']),
  };
}

/** Failures of gRPC, by number or name, as the HTTP statuses that they are mapped from (grpc, doc/http-grpc-status-mapping.md). */
const httpOfGrpc: Readonly<Record<string, number>> = {
  2: 500,
  4: 504,
  13: 500,
  14: 503,
  15: 500,
  UNKNOWN: 500,
  DEADLINE_EXCEEDED: 504,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DATA_LOSS: 500,
};

const proxyKind = (direction: Span['direction'], written: SpanKind): SpanKind =>
  direction === 'inbound' ? 'server' : direction === 'outbound' ? 'client' : written;

/** The request came to no answer of its own (Envoy, access_log/usage, "response flags"). */
const failingFlags = /\b(UF|UO|UH|URX|UT|UC|NC|LR|UR|NR|DC|DT|SI)\b/;

const looksLikePod = /^[a-z0-9.-]+-[a-z0-9]{5,10}-[a-z0-9]{5}$|^[a-z][a-z0-9-]*-\d{1,3}$/;

/** Some writers drop leading zeros. */
const plainId = (id: string): string => id.toLowerCase().replace(/^0+/, '');

/** `reviews.bookinfo` of a sidecar -> the service and its namespace. */
const serviceParts = (service: string, isProxy: boolean): readonly [string, string] => {
  const dot = isProxy ? service.lastIndexOf('.') : -1;
  return dot > 0 ? [service.slice(0, dot), service.slice(dot + 1)] : [service, ''];
};

/** The Service's name where a host is one of the cluster: `db` of `db`, `db.shop.svc` or the full name. */
function shortName(host: string): string {
  const bare = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  return /^([^.]+)\.[^.]+\.svc(\.[^.]+)*$/.exec(bare)?.[1] ?? bare;
}

function urlParts(url: string): {
  readonly host: string;
  readonly port: number | undefined;
  readonly path: string;
} {
  const found = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@?#]*@)?(\[[^\]]*\]|[^/:?#]*)(?::(\d+))?([^#]*)/i.exec(url);
  if (found === null) return { host: '', port: undefined, path: url.startsWith('/') ? url : '' };
  const [, host = '', port, path = ''] = found;
  return {
    host,
    port: port === undefined ? undefined : Number(port),
    path: path.startsWith('/') ? path : `/${path}`,
  };
}
