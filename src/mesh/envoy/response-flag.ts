/**
 * Envoy's response flags as bits, in the order of its own table (envoy/stream_info/stream_info.h, CoreResponseFlag;
 * docs/root/configuration/observability/access_log/usage.rst).
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

/**
 * The flags of a request with one more. Envoy logs flags in the order in which they were set, each once
 * (StreamInfoImpl::setResponseFlag appends; ResponseFlagUtils::toShortString). So the bits of the set carry, above them, four
 * bits for each of the first four: which flag came first, second ... No request has more.
 */
export function withFlag(flags: number, flag: number): number {
  if ((flags & flag) !== 0) return flags;
  let place = flagBits;
  while (place < orderEnd && ((flags >> place) & 15) !== 0) place += orderBits;
  return flags | flag | (place < orderEnd ? (32 - Math.clz32(flag)) << place : 0);
}

const orderBits = 4;
const orderEnd = flagBits + 4 * orderBits;

/** Which flags are set, without their order. */
export const flagSet = (flags: number): number => flags & ((1 << flagBits) - 1);

/** "NC", "URX,UF"; "" for none. In the order in which they were set; a mere set of bits in that of the table. */
export function flagText(flags: number): string {
  const names: ResponseFlag[] = [];
  for (let place = flagBits; place < orderEnd; place += orderBits) {
    const nth = (flags >> place) & 15;
    if (nth !== 0) names.push(responseFlags[nth - 1]!);
  }
  for (const name of responseFlags) {
    if ((flags & responseFlag[name]) !== 0 && !names.includes(name)) names.push(name);
  }
  return names.join(',');
}
