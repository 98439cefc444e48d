import type { Cursor } from '../cursor.ts';
import { parseDuration } from '../quantity.ts';

/** Words of `simple`, and what each stands for: LEAST_CONN is an older name, UNSPECIFIED Istio's default since 1.14. */
export const simpleLoadBalancers = {
  UNSPECIFIED: 'LEAST_REQUEST',
  LEAST_CONN: 'LEAST_REQUEST',
  RANDOM: 'RANDOM',
  PASSTHROUGH: 'PASSTHROUGH',
  ROUND_ROBIN: 'ROUND_ROBIN',
  LEAST_REQUEST: 'LEAST_REQUEST',
} as const;

const slowStarters: ReadonlySet<string> = new Set(['ROUND_ROBIN', 'LEAST_REQUEST']);

export type SimpleLoadBalancer = (typeof simpleLoadBalancers)[keyof typeof simpleLoadBalancers];

/** The parts of a traffic policy that a subset or a port may override one by one. */
export interface PolicyBlocks {
  readonly loadBalancer?: LoadBalancer;
  readonly connectionPool?: ConnectionPoolPolicy;
  readonly outlierDetection?: OutlierDetectionPolicy;
  /** How the caller's proxy begins connections; the model asks nobody whether that is taken. */
  readonly tls?: TlsMode;
}

/** istio/api, ClientTLSSettings.TLSmode. */
export const tlsModes = ['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'] as const;

export type TlsMode = (typeof tlsModes)[number];

export interface TrafficPolicy extends PolicyBlocks {
  readonly portLevel: readonly (PolicyBlocks & { readonly port: number })[];
  readonly retryBudget?: { readonly percent: number; readonly minRetryConcurrency: number };
}

export interface LoadBalancer {
  readonly simple?: SimpleLoadBalancer;
  readonly consistentHash?: ConsistentHash;
  readonly warmup?: Warmup;
  readonly locality?: LocalitySetting;
  /** zoneAwareLbSetting, in place of `locality`. */
  readonly zoneAware?: Omit<LocalitySetting, 'distribute'>;
}

/** One of header, cookie, sourceIp and queryParameter; Maglev where a table size is given, else a ring. */
export interface ConsistentHash {
  readonly header?: string;
  readonly cookie?: { readonly name: string; readonly ttlUs?: number; readonly path?: string };
  readonly sourceIp?: boolean;
  readonly queryParameter?: string;
  readonly maglevTableSize?: number;
  readonly minimumRingSize?: number;
}

export interface Warmup {
  readonly durationUs: number;
  readonly minimumPercent?: number;
  readonly aggression?: number;
}

/**
 * The balancer beside which a warm-up does nothing, for Envoy has slow start for two alone (cluster_traffic_policy.go writes it for
 * these); undefined: it acts, or there is none.
 */
export function inertWarmup({ warmup, consistentHash, simple }: LoadBalancer): string | undefined {
  if (warmup === undefined) return undefined;
  if (consistentHash !== undefined) return 'consistentHash';
  return simple === undefined || slowStarters.has(simple) ? undefined : simple;
}

export interface LocalitySetting {
  readonly enabled?: boolean;
  readonly distribute?: readonly { readonly from: string; readonly to: Readonly<Record<string, number>> }[];
  readonly failover?: readonly { readonly from: string; readonly to: string }[];
  /** Labels, "key" or "key=value", in the order of their importance. */
  readonly failoverPriority?: readonly string[];
}

/** As written; 0 and absent mean: no limit. */
export interface ConnectionPoolPolicy {
  readonly maxConnections?: number;
  readonly http1MaxPendingRequests?: number;
  readonly http2MaxRequests?: number;
  readonly maxRequestsPerConnection?: number;
  readonly maxRetries?: number;
  /** On one connection of HTTP/2; 0: as Envoy likes. */
  readonly maxConcurrentStreams?: number;
  readonly upgradesToHttp2?: boolean;
  readonly connectTimeoutUs?: number;
  /** Of a TCP connection, and of a connection that carries HTTP requests; 0: it may be idle for ever. */
  readonly tcpIdleTimeoutUs?: number;
  readonly httpIdleTimeoutUs?: number;
}

export interface OutlierDetectionPolicy {
  readonly consecutive5xxErrors?: number;
  readonly consecutiveGatewayErrors?: number;
  readonly consecutiveLocalOriginFailures?: number;
  readonly splitExternalLocalOriginErrors?: boolean;
  readonly intervalUs?: number;
  readonly baseEjectionTimeUs?: number;
  readonly maxEjectionPercent?: number;
  readonly minHealthPercent?: number;
}

/** A traffic policy that has been checked, as data; undefined where none is written. */
export function readTrafficPolicy(policy: Cursor): TrafficPolicy | undefined {
  if (!policy.isSet) return undefined;
  const budget = policy.at('retryBudget');
  return {
    ...readBlocks(policy),
    portLevel: policy.at('portLevelSettings').items.map((own) => ({
      port: own.at('port', 'number').number ?? 0,
      ...readBlocks(own),
    })),
    ...(budget.isSet
      ? {
          retryBudget: {
            percent: budget.at('percent').number ?? 20,
            minRetryConcurrency: budget.at('minRetryConcurrency').number ?? 3,
          },
        }
      : {}),
  };
}

function readBlocks(policy: Cursor): PolicyBlocks {
  const balancer = policy.at('loadBalancer');
  const pool = policy.at('connectionPool');
  const outlier = policy.at('outlierDetection');
  const tls = policy.at('tls');
  return {
    ...(balancer.isSet ? { loadBalancer: readLoadBalancer(balancer) } : {}),
    ...(pool.isSet ? { connectionPool: readConnectionPool(pool) } : {}),
    ...(outlier.isSet ? { outlierDetection: readOutlierDetection(outlier) } : {}),
    // The first of the enumeration is what stands where none is written.
    ...(tls.isSet ? { tls: tlsModes.find((each) => each === tls.at('mode').text) ?? 'DISABLE' } : {}),
  };
}

function readLoadBalancer(balancer: Cursor): LoadBalancer {
  const simple = simpleOf(balancer.at('simple').text);
  const hash = balancer.at('consistentHash');
  const warmup = warmupOf(balancer);
  const [locality, zoneAware] = [balancer.at('localityLbSetting'), balancer.at('zoneAwareLbSetting')];
  return {
    ...(simple === undefined ? {} : { simple }),
    ...(hash.isSet ? { consistentHash: readHash(hash) } : {}),
    ...(warmup === undefined ? {} : { warmup }),
    ...(locality.isSet ? { locality: readLocality(locality) } : {}),
    ...(zoneAware.isSet ? { zoneAware: readLocality(zoneAware) } : {}),
  };
}

const simpleOf = (word: string | undefined): SimpleLoadBalancer | undefined =>
  word !== undefined && Object.hasOwn(simpleLoadBalancers, word)
    ? simpleLoadBalancers[word as keyof typeof simpleLoadBalancers]
    : undefined;

function readHash(hash: Cursor): ConsistentHash {
  const cookie = hash.at('httpCookie');
  const ttlUs = durationUs(cookie.at('ttl'));
  return given({
    header: hash.at('httpHeaderName').text,
    cookie: cookie.isSet
      ? {
          name: cookie.at('name').text ?? '',
          ...(ttlUs === undefined ? {} : { ttlUs }),
          ...((cookie.at('path').text ?? '') === '' ? {} : { path: cookie.at('path').text! }),
        }
      : undefined,
    sourceIp: hash.at('useSourceIp').boolean,
    queryParameter: hash.at('httpQueryParameterName').text,
    maglevTableSize: hash.at('maglev', 'tableSize').number,
    minimumRingSize: hash.at('ringHash', 'minimumRingSize').number ?? hash.at('minimumRingSize').number,
  });
}

/** `warmup`, or the older warmupDurationSecs. */
function warmupOf(balancer: Cursor): Warmup | undefined {
  const warmup = balancer.at('warmup');
  const durationOf = durationUs(warmup.at('duration')) ?? durationUs(balancer.at('warmupDurationSecs'));
  if (durationOf === undefined) return undefined;
  return {
    durationUs: durationOf,
    ...given({
      minimumPercent: warmup.at('minimumPercent').number,
      aggression: warmup.at('aggression').number,
    }),
  };
}

export function readLocality(setting: Cursor): LocalitySetting {
  const distribute = setting.at('distribute').items.map((own) => ({
    from: own.at('from').text ?? '',
    to: Object.fromEntries(own.at('to').entries.map(([name, weight]) => [name, weight.number ?? 0] as const)),
  }));
  const failover = setting
    .at('failover')
    .items.map((own) => ({ from: own.at('from').text ?? '', to: own.at('to').text ?? '' }));
  const priorities = setting.at('failoverPriority').items.map((own) => own.text ?? '');
  return given({
    enabled: setting.at('enabled').boolean,
    distribute: distribute.length === 0 ? undefined : distribute,
    failover: failover.length === 0 ? undefined : failover,
    failoverPriority: priorities.length === 0 ? undefined : priorities,
  });
}

function readConnectionPool(pool: Cursor): ConnectionPoolPolicy {
  const [tcp, http] = [pool.at('tcp'), pool.at('http')];
  return given({
    maxConnections: tcp.at('maxConnections').number,
    http1MaxPendingRequests: http.at('http1MaxPendingRequests').number,
    http2MaxRequests: http.at('http2MaxRequests').number,
    maxRequestsPerConnection: http.at('maxRequestsPerConnection').number,
    maxRetries: http.at('maxRetries').number,
    maxConcurrentStreams: http.at('maxConcurrentStreams').number,
    upgradesToHttp2: http.at('h2UpgradePolicy').text === 'UPGRADE' ? true : undefined,
    connectTimeoutUs: durationUs(tcp.at('connectTimeout')),
    tcpIdleTimeoutUs: durationUs(tcp.at('idleTimeout')),
    httpIdleTimeoutUs: durationUs(http.at('idleTimeout')),
  });
}

function readOutlierDetection(outlier: Cursor): OutlierDetectionPolicy {
  return given({
    consecutive5xxErrors: outlier.at('consecutive5xxErrors').number,
    consecutiveGatewayErrors: outlier.at('consecutiveGatewayErrors').number,
    consecutiveLocalOriginFailures: outlier.at('consecutiveLocalOriginFailures').number,
    splitExternalLocalOriginErrors: outlier.at('splitExternalLocalOriginErrors').boolean,
    intervalUs: durationUs(outlier.at('interval')),
    baseEjectionTimeUs: durationUs(outlier.at('baseEjectionTime')),
    maxEjectionPercent: outlier.at('maxEjectionPercent').number,
    minHealthPercent: outlier.at('minHealthPercent').number,
  });
}

function durationUs(cursor: Cursor): number | undefined {
  if (cursor.text === undefined) return undefined;
  const parsed = parseDuration(cursor.text);
  return 'us' in parsed ? parsed.us : undefined;
}

type Given<T> = { -readonly [K in keyof T]: Exclude<T[K], undefined> };

/** Without the fields that are undefined. */
function given<T extends object>(fields: T): Partial<Given<T>> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Given<T>>;
}
