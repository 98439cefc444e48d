import { microseconds } from '../../manifest/microseconds.ts';
import { isMaglevTableSize, MAGLEV_TABLE_LIMIT } from './balancer/maglev.ts';
import { RING_SIZE_LIMIT } from './balancer/ring-hash.ts';
import { envoyOutlierDefaults } from './outlier.ts';
import type { ClusterConfiguration } from './route.ts';

/**
 * Why Envoy does not take a cluster, in its words; undefined: it does. Istio's webhook lets most of these pass. Envoy answers
 * the update with a NACK and goes on with the clusters that it had.
 *
 * Sources: the limits in api/envoy/config/cluster/v3/cluster.proto, ring_hash_lb.cc, maglev_lb.cc, outlier_detection_impl.cc
 * (DetectorImpl::create).
 */
export function clusterRefusal({
  ring_hash_lb_config: ring,
  maglev_lb_config: maglev,
  outlier_detection: outlier,
}: ClusterConfiguration): string | undefined {
  const smallest = ring?.minimum_ring_size ?? 1024;
  const largest = ring?.maximum_ring_size ?? RING_SIZE_LIMIT;
  if (smallest > RING_SIZE_LIMIT || largest > RING_SIZE_LIMIT) {
    const field = smallest > RING_SIZE_LIMIT ? 'MinimumRingSize' : 'MaximumRingSize';
    return `RingHashLbConfig.${field}: value must be less than or equal to ${RING_SIZE_LIMIT}`;
  }
  if (smallest > largest)
    return `ring hash: minimum_ring_size (${smallest}) > maximum_ring_size (${largest})`;
  if (maglev !== undefined && maglev.table_size > MAGLEV_TABLE_LIMIT) {
    return `MaglevLbConfig.TableSize: value must be less than or equal to ${MAGLEV_TABLE_LIMIT}`;
  }
  if (maglev !== undefined && !isMaglevTableSize(maglev.table_size)) {
    return 'The table size of maglev must be prime number';
  }
  if (outlier?.max_ejection_time !== undefined) {
    const baseUs =
      outlier.base_ejection_time === undefined
        ? envoyOutlierDefaults.baseEjectionUs
        : microseconds(outlier.base_ejection_time);
    if (microseconds(outlier.max_ejection_time) < baseUs) {
      return "outlier detector's max_ejection_time cannot be smaller than base_ejection_time";
    }
  }
  return undefined;
}
