import { envoyOutlierDefaults, type OutlierSettings } from './outlier.ts';
import type { OutlierDetection } from './route.ts';
import { microseconds } from '../../manifest/microseconds.ts';

/** A cluster's outlier detection as the rule reads it; what is left out is Envoy's default. */
export function outlierSettings(own: OutlierDetection, alwaysEjectOneHost: boolean): OutlierSettings {
  const defaults = envoyOutlierDefaults;
  const time = (text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : microseconds(text);
  const baseEjectionUs = time(own.base_ejection_time, defaults.baseEjectionUs);
  return {
    ...defaults,
    alwaysEjectOneHost,
    intervalUs: time(own.interval, defaults.intervalUs),
    baseEjectionUs,
    // Left out, it is the base time where that is longer; written below it, the cluster is refused (cluster-refusal.ts).
    maxEjectionUs: time(own.max_ejection_time, Math.max(baseEjectionUs, defaults.maxEjectionUs)),
    consecutive5xx: own.consecutive_5xx ?? defaults.consecutive5xx,
    consecutiveGatewayFailure: own.consecutive_gateway_failure ?? defaults.consecutiveGatewayFailure,
    consecutiveLocalOriginFailure:
      own.consecutive_local_origin_failure ?? defaults.consecutiveLocalOriginFailure,
    maxEjectionPercent: own.max_ejection_percent ?? defaults.maxEjectionPercent,
    splitExternalLocalOriginErrors:
      own.split_external_local_origin_errors ?? defaults.splitExternalLocalOriginErrors,
    enforcing: {
      ...defaults.enforcing,
      'consecutive-5xx': own.enforcing_consecutive_5xx ?? defaults.enforcing['consecutive-5xx'],
      'consecutive-gateway-failure':
        own.enforcing_consecutive_gateway_failure ?? defaults.enforcing['consecutive-gateway-failure'],
      'consecutive-local-origin-failure':
        own.enforcing_consecutive_local_origin_failure ??
        defaults.enforcing['consecutive-local-origin-failure'],
      'success-rate': own.enforcing_success_rate ?? defaults.enforcing['success-rate'],
      'local-origin-success-rate':
        own.enforcing_local_origin_success_rate ?? defaults.enforcing['local-origin-success-rate'],
    },
  };
}
