/** What a limit of CPU becomes on a node. Source: pkg/kubelet/cm/helpers_linux.go. */

/** The CFS period: quotas are per 100 ms. */
export const CFS_PERIOD_US = 100_000;
const SMALLEST_QUOTA_US = 1_000;

/**
 * CPU time of all threads together per period of 100 ms; at least 1 ms. What is used up early is a pause until the next
 * period, what is left over is lost. Undefined without a limit: no quota.
 *
 * @example
 * quotaUs(500); // => 50000
 */
export function quotaUs(limitMilli: number): number | undefined {
  if (limitMilli === 0) return undefined;
  return Math.max(SMALLEST_QUOTA_US, Math.trunc((limitMilli * CFS_PERIOD_US) / 1_000));
}
