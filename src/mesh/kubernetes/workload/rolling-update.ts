export interface RollingUpdate {
  /** Pods, or percent of the replicas as `25%`. */
  readonly maxSurge: number | string;
  readonly maxUnavailable: number | string;
}

/** Source: pkg/apis/apps/v1/defaults.go. */
export const rollingUpdateDefaults: RollingUpdate = { maxSurge: '25%', maxUnavailable: '25%' };

export interface RollingUpdateLimits {
  /** Pods beyond the replicas: percent are rounded up. */
  readonly surge: number;
  /** Pods that may be missing: percent are rounded down. */
  readonly unavailable: number;
}

/**
 * How many pods a rolling update may add and lack. If rounding leaves nothing of both, one may be unavailable, or it would
 * never move. Source: pkg/controller/deployment/util/deployment_util.go (ResolveFenceposts).
 */
export function rollingUpdateLimits(
  replicas: number,
  { maxSurge, maxUnavailable }: RollingUpdate = rollingUpdateDefaults,
): RollingUpdateLimits {
  const surge = Math.ceil(podsOf(maxSurge, replicas));
  const unavailable = Math.floor(podsOf(maxUnavailable, replicas));
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

function podsOf(value: number | string, replicas: number): number {
  if (typeof value === 'number') return value;
  const digits = /^(\d+)%$/.exec(value)?.[1];
  if (digits === undefined) throw new Error(`"${value}" is neither a number of pods nor a percentage`);
  return (Number(digits) * replicas) / 100;
}
