/** What a request of CPU becomes on a node. Source: pkg/kubelet/cm/helpers_linux.go. */

const SMALLEST_SHARES = 2;
const LARGEST_SHARES = 262_144;

/** Weight among those who want the CPU at the same time; idle CPU may be used beyond it. */
export function cpuShares(requestMilli: number): number {
  return Math.min(LARGEST_SHARES, Math.max(SMALLEST_SHARES, Math.trunc((requestMilli * 1_024) / 1_000)));
}
