/**
 * Envoy's response flags as bits, in the order in which an access log writes several of one request
 * (envoy/stream_info/stream_info.h, CoreResponseFlag; docs/root/configuration/observability/access_log/usage.rst).
 */
export const responseFlag = {
  /** No healthy endpoint in the cluster, or the cluster vanished before a retry: 503. */
  UH: 1 << 0,
  /** The route's timeout, or that of the last try, passed: 504. */
  UT: 1 << 1,
  /** The proxy itself reset the request: 503. */
  LR: 1 << 2,
  /** The server reset the request: 503. */
  UR: 1 << 3,
  /** No connection to the endpoint: 503. */
  UF: 1 << 4,
  /** The connection ended in the middle of the request: 503. */
  UC: 1 << 5,
  /** A circuit breaker refused it: 503. */
  UO: 1 << 6,
  /** No route matched: 404. */
  NR: 1 << 7,
  /** A fault delayed the request. */
  DI: 1 << 8,
  /** A fault answered in place of the service. */
  FI: 1 << 9,
  /** The caller went away before the answer: no status. */
  DC: 1 << 10,
  /** Every try that the retry policy allows has failed; beside the flags of the last one. */
  URX: 1 << 11,
  /** The server broke the protocol: 502. */
  UPE: 1 << 12,
  /** The route names a cluster that this proxy does not know: 503. */
  NC: 1 << 13,
} as const;

export type ResponseFlag = keyof typeof responseFlag;

/** Bits that a set of flags takes. */
export const flagBits = 14;

/** Which bit a flag is. */
export const flagBit = (flag: ResponseFlag): number => 31 - Math.clz32(responseFlag[flag]);

export const responseFlags = Object.keys(responseFlag) as ResponseFlag[];

/** "NC", "UH,DC"; "" for none. */
export function flagText(bits: number): string {
  return responseFlags.filter((name) => (bits & responseFlag[name]) !== 0).join(',');
}
