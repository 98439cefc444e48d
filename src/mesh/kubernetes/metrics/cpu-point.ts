/** A container's CPU counter as the kubelet serves it: read by cAdvisor at its housekeeping, not at the scrape. */
export interface CpuPoint {
  /** CPU time since the container's start. */
  readonly cumulativeCpuUs: number;
  /** When the counter was read. */
  readonly atUs: number;
  /** When the container started: a later start means that the counter began anew. */
  readonly startUs: number;
}

/** The last two points of a container, as far as there are two of the same life. */
export interface CpuPoints {
  readonly previous: CpuPoint | undefined;
  readonly last: CpuPoint;
}

/** Below this age a container's mean since its start says too little. */
const FRESH_CONTAINER_AGE_US = 10_000_000;

/**
 * What is kept after a scrape found `found`. A container needs two points, but one whose age is at least 10 s and below
 * the resolution is measured from its start; a point that did not change keeps the old rate; a restart begins anew.
 * Source: kubernetes-sigs/metrics-server pkg/storage/pod.go (Store).
 */
export function storePoint(stored: CpuPoints | undefined, found: CpuPoint, resolutionUs: number): CpuPoints {
  const ageUs = found.atUs - found.startUs;
  if (ageUs >= FRESH_CONTAINER_AGE_US && ageUs < resolutionUs) {
    return { last: found, previous: { cumulativeCpuUs: 0, atUs: found.startUs, startUs: found.startUs } };
  }
  if (stored === undefined || found.startUs >= stored.last.atUs) return { last: found, previous: undefined };
  if (found.atUs > stored.last.atUs) return { last: found, previous: stored.last };
  const isPreviousOlder = stored.previous !== undefined && stored.previous.atUs < found.atUs;
  return { last: found, previous: isPreviousOlder ? stored.previous : undefined };
}

/**
 * Mean CPU between two points in millicores. metrics-server cuts to whole nanocores, and Kubernetes rounds a quantity up
 * to thousandths when it reads it as such. Undefined if the counter ran backwards.
 */
export function usageMilliOf(previous: CpuPoint, last: CpuPoint): number | undefined {
  if (last.cumulativeCpuUs < previous.cumulativeCpuUs) return undefined;
  const windowSeconds = (last.atUs - previous.atUs) / 1_000_000;
  const nanocores = Math.trunc(((last.cumulativeCpuUs - previous.cumulativeCpuUs) * 1_000) / windowSeconds);
  return Math.ceil(nanocores / 1_000_000);
}
