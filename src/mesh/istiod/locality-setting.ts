import { annotatedDistribution } from '../../manifest/kind/service.ts';
import type { LoadBalancer, LocalitySetting, PolicyBlocks } from '../../manifest/kind/traffic-policy.ts';
import type { DestinationRule, Resource, TrafficDistribution } from '../../manifest/resource.ts';
import { isWorkload } from '../../manifest/scale-target.ts';
import {
  localityOf,
  localityText,
  networkLabel,
  nodeLabel,
  regionLabel,
  subZoneLabel,
  zoneLabel,
  type LocalitySettings,
} from '../envoy/balancer/locality.ts';

/**
 * Which setting of locality acts for a cluster (pilot, loadbalancer.go, GetEffectiveLbSetting): the DestinationRule's
 * zoneAwareLbSetting or localityLbSetting, else the Service's trafficDistribution, else the mesh's. `enabled: false` ends the search
 * where it stands. undefined: the mesh's default, which is on and has no settings.
 */
export function localitySetting(
  rule: LoadBalancer | undefined,
  distribution: TrafficDistribution | undefined,
  mesh: Pick<LoadBalancer, 'locality' | 'zoneAware'> | undefined,
): LocalitySettings | undefined {
  if (rule?.zoneAware !== undefined) return zoneAwareSetting(rule.zoneAware);
  if (rule?.locality !== undefined) return ended(rule.locality);
  if (distribution !== undefined) return { failoverPriority: nearFirst[distribution], forced: true };
  if (mesh?.zoneAware !== undefined) return zoneAwareSetting(mesh.zoneAware);
  return mesh?.locality === undefined ? undefined : ended(mesh.locality);
}

/** Whatever else it says. */
const ended = (setting: LocalitySetting): LocalitySettings =>
  setting.enabled === false ? { enabled: false } : setting;

const zoneAwareSetting = ({
  enabled,
  ...setting
}: NonNullable<LoadBalancer['zoneAware']>): LocalitySettings =>
  enabled === false ? { enabled: false, zoneAware: true } : { ...setting, forced: true, zoneAware: true };

const nearFirst: Readonly<Record<TrafficDistribution, readonly string[]>> = {
  PreferSameZone: [networkLabel, regionLabel, zoneLabel],
  PreferSameNode: [networkLabel, regionLabel, zoneLabel, subZoneLabel, nodeLabel],
};

/**
 * Localities are chosen by their weights before endpoints are: where `distribute` weighs them, or a setting of its own makes
 * endpoints fail over (LocalityLBSettings.ApplyToCluster). Else endpoints of one priority are one pool.
 */
export const weighsLocalities = (setting: LocalitySettings | undefined, judgesOutliers: boolean): boolean =>
  setting !== undefined &&
  setting.enabled !== false &&
  setting.zoneAware !== true &&
  (setting.distribute !== undefined ||
    ((judgesOutliers || setting.forced === true) &&
      (setting.failover !== undefined || setting.failoverPriority !== undefined)));

/**
 * Whether it matters to somebody that an endpoint is not ready: where priorities or weights of localities go by how many of theirs
 * can be used. Elsewhere such endpoints are told, too, and change nothing.
 * @param hasNodes pods are somewhere.
 */
export function countsUnready(resources: readonly Resource[], hasNodes: boolean): boolean {
  const isPlaced =
    hasNodes || resources.some((own) => isWorkload(own) && hasLocality(own.spec.template.labels));
  return resources.some((own) => {
    switch (own.kind) {
      case 'Service':
        return own.spec.trafficDistribution !== undefined && own.spec.trafficDistribution !== 'Any';
      case 'Namespace':
        return annotatedDistribution(own.metadata.annotations) !== undefined;
      case 'DestinationRule':
        return policiesOf(own).some(
          ({ loadBalancer, outlierDetection }) =>
            loadBalancer?.locality?.failoverPriority !== undefined ||
            (isPlaced &&
              (outlierDetection ?? loadBalancer?.locality ?? loadBalancer?.zoneAware) !== undefined),
        );
      default:
        return false;
    }
  });
}

const hasLocality = (labels: Readonly<Record<string, string>>): boolean =>
  localityText(localityOf(labels)) !== '';

const policiesOf = ({ spec }: DestinationRule): readonly PolicyBlocks[] =>
  [spec.trafficPolicy, ...spec.subsets.map((own) => own.trafficPolicy)].flatMap((policy) =>
    policy === undefined ? [] : [policy, ...policy.portLevel],
  );
