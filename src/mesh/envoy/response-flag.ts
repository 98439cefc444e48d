/** Envoy's response flags as bits (docs/root/configuration/observability/access_log/usage.rst); a request may have several. */
export const responseFlag = {
  /** No route matched: 404. */
  NR: 1,
  /** The route names a cluster that this proxy does not know: 503. */
  NC: 2,
  /** The cluster has no healthy endpoint: 503. */
  UH: 4,
  /** The caller went away before the answer: no status. */
  DC: 8,
  /** The route's timeout passed: 504. */
  UT: 16,
  /** A fault delayed the request. */
  DI: 32,
  /** A fault answered in place of the service. */
  FI: 64,
} as const;

/** "NC", "UH,DC"; "" for none. */
export function flagText(bits: number): string {
  return Object.entries(responseFlag)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => name)
    .join(',');
}
