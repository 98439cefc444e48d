/** What requests and limits of CPU become on a node. Source: pkg/kubelet/cm/helpers_linux.go. */

/** The CFS period: quotas are per 100 ms. */
export const CFS_PERIOD_US = 100_000;
const SMALLEST_QUOTA_US = 1_000;
const SMALLEST_SHARES = 2;
const LARGEST_SHARES = 262_144;

/**
 * CPU time of all threads together per period of 100 ms; at least 1 ms. What is used up early is a pause until the next
 * period, what is left over is lost. Undefined without a limit: no quota.
 */
export function quotaUs(limitMilli: number): number | undefined {
  if (limitMilli === 0) return undefined;
  return Math.max(SMALLEST_QUOTA_US, Math.trunc((limitMilli * CFS_PERIOD_US) / 1_000));
}

/** Weight among those who want the CPU at the same time; idle CPU may be used beyond it. */
export function cpuShares(requestMilli: number): number {
  return Math.min(LARGEST_SHARES, Math.max(SMALLEST_SHARES, Math.trunc((requestMilli * 1_024) / 1_000)));
}

/**
 * The highest utilisation that an autoscaler can read, in percent of the request: the limit clips what it sees, and with
 * it the step that it can ask for. Undefined without a limit.
 */
export function saturatedUtilizationPercent(limitMilli: number, requestMilli: number): number | undefined {
  return limitMilli === 0 ? undefined : Math.trunc((100 * limitMilli) / requestMilli);
}
