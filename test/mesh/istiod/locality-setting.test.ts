import { describe, expect, test } from 'vitest';
import type { LocalitySettings } from '../../../src/mesh/envoy/balancer/locality.ts';
import type { Cluster } from '../../../src/mesh/envoy/route.ts';
import { localitySetting } from '../../../src/mesh/istiod/locality-setting.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { resources } from '../../support/world.ts';

const failover = [{ from: 'r1', to: 'r2' }];
const [network, region, zone] = [
  'topology.istio.io/network',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
];
const sameZone: LocalitySettings = { failoverPriority: [network, region, zone], forced: true };
const sameNode: LocalitySettings = {
  failoverPriority: [network, region, zone, 'topology.istio.io/subzone', 'kubernetes.io/hostname'],
  forced: true,
};
const zoneAware = { forced: true, zoneAware: true } as const;

/** Cases of istio's own test (loadbalancer_test.go, TestGetEffectiveLbSetting). */
describe('of DestinationRule, Service and mesh', () => {
  test.each<{
    because: string;
    rule?: Parameters<typeof localitySetting>[0];
    service?: 'PreferSameZone' | 'PreferSameNode';
    mesh?: Parameters<typeof localitySetting>[2];
    acts: LocalitySettings | undefined;
  }>([
    { because: 'nothing is written', acts: undefined },
    { because: 'the mesh alone says something', mesh: { locality: {} }, acts: {} },
    { because: 'the rule alone does', rule: { locality: { enabled: true } }, acts: { enabled: true } },
    {
      because: 'the rule comes before the mesh',
      mesh: { locality: {} },
      rule: { locality: { failover } },
      acts: { failover },
    },
    {
      because: 'the Service comes before the mesh',
      mesh: { locality: {} },
      service: 'PreferSameZone',
      acts: sameZone,
    },
    { because: 'the Service asks for its node', service: 'PreferSameNode', acts: sameNode },
    { because: 'the mesh is off', mesh: { locality: { enabled: false } }, acts: { enabled: false } },
    {
      because: 'the rule is off, the mesh is on',
      mesh: { locality: { enabled: true } },
      rule: { locality: { enabled: false, failover } },
      acts: { enabled: false },
    },
    {
      because: 'the rule is on, the mesh is off',
      mesh: { locality: { enabled: false } },
      rule: { locality: { enabled: true } },
      acts: { enabled: true },
    },
    { because: 'the mesh is zone-aware', mesh: { zoneAware: {} }, acts: zoneAware },
    {
      because: 'the rule is zone-aware, whatever the mesh says',
      mesh: { zoneAware: {}, locality: { failover } },
      rule: { zoneAware: { failover } },
      acts: { failover, ...zoneAware },
    },
    {
      because: 'the rule has localities, the mesh is zone-aware',
      mesh: { zoneAware: {} },
      rule: { locality: { failover } },
      acts: { failover },
    },
    {
      because: 'zone awareness of the mesh comes before its localities',
      mesh: { locality: {}, zoneAware: { failover } },
      acts: { failover, ...zoneAware },
    },
    {
      because: 'zone awareness is off, and ends the search',
      mesh: { locality: { enabled: true }, zoneAware: { enabled: false } },
      acts: { enabled: false, zoneAware: true },
    },
    {
      because: 'the Service comes before zone awareness of the mesh',
      mesh: { zoneAware: {} },
      service: 'PreferSameZone',
      acts: sameZone,
    },
    {
      because: 'zone awareness of the rule comes before the Service',
      rule: { zoneAware: {} },
      service: 'PreferSameZone',
      acts: zoneAware,
    },
    {
      because: 'localities of the rule come before the Service',
      rule: { locality: { failover } },
      service: 'PreferSameZone',
      acts: { failover },
    },
  ])('that setting acts which comes first: $because', ({ rule, service, mesh, acts }) => {
    expect(localitySetting(rule, service, mesh)).toEqual(acts);
  });
});

/** pilot/pkg/model/service_test.go, TestGetTrafficDistribution: the field, the annotation, that of the namespace; any case will do. */
describe('trafficDistribution', () => {
  const annotation = (value: string): string =>
    `annotations: { networking.istio.io/traffic-distribution: ${value} }`;
  const clusterOf = (field: string, service: string, namespace: string): Cluster => {
    const manifests = resources(
      `{ apiVersion: v1, kind: Namespace, metadata: { name: shop, ${namespace} } }`,
      `
apiVersion: v1
kind: Service
metadata: { name: back, namespace: shop, ${service} }
spec: { selector: { app: back }, ports: [{ port: 80, name: http }], ${field} }`,
    );
    const { registry } = applyResources(emptyRegistry, manifests, 0);
    const proxy = { type: 'sidecar', namespace: 'shop', labels: {} } as const;
    return translate(registry, proxy).clusters[0]!;
  };

  test.each([
    { field: 'trafficDistribution: PreferClose', service: '', namespace: '', acts: sameZone },
    { field: 'trafficDistribution: PreferSameZone', service: '', namespace: '', acts: sameZone },
    {
      field: 'trafficDistribution: PreferSameNode',
      service: annotation('PreferClose'),
      namespace: '',
      acts: sameNode,
    },
    {
      field: '',
      service: annotation('preferclose'),
      namespace: annotation('PreferSameNode'),
      acts: sameZone,
    },
    { field: '', service: annotation('unheard'), namespace: annotation('PreferSameNode'), acts: undefined },
    { field: '', service: '', namespace: annotation('PREFERSAMENODE'), acts: sameNode },
    { field: '', service: '', namespace: '', acts: undefined },
  ])('by $field, $service, $namespace', ({ field, service, namespace, acts }) => {
    const cluster = clusterOf(field, service, namespace);
    expect(cluster.locality_lb_setting).toEqual(acts);
    // LocalityLBSettings.ApplyToCluster: forced, with priorities of its own.
    expect(cluster.common_lb_config?.locality_weighted_lb_config !== undefined).toBe(acts !== undefined);
  });
});
