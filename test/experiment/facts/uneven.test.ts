import { expect, test } from 'vitest';
import { unevenIn } from '../../../src/experiment/facts/uneven.ts';
import type { PolicyBlocks } from '../../../src/manifest/kind/traffic-policy.ts';
import type { Nearness } from '../../../src/mesh/istiod/cluster.ts';
import type { ActingDestinationRule } from '../../../src/mesh/istiod/destination-rules.ts';
import type { MeshService } from '../../../src/mesh/istiod/mesh-service.ts';

const judged: PolicyBlocks = { outlierDetection: {} };
const failover = [{ from: 'r1', to: 'r2' }];
const distribute = [{ from: '*', to: { 'r1/*': 100 } }];

// loadbalancer.go, GetEffectiveLbSetting and ApplyLocalityLoadBalancer: which of them acts, and whether anything does.
test.each<{ policy: PolicyBlocks; near?: Nearness; how: string | undefined; because: string }>([
  { policy: {}, how: undefined, because: 'nobody would fail over' },
  { policy: judged, how: 'failover', because: 'outlier detection alone turns it on' },
  { policy: { loadBalancer: { locality: { failover } } }, how: undefined, because: 'nobody judges outliers' },
  {
    policy: { ...judged, loadBalancer: { locality: { enabled: false } } },
    how: undefined,
    because: 'it is off',
  },
  {
    policy: judged,
    near: { mesh: { locality: { enabled: false } } },
    how: undefined,
    because: 'it is off in the mesh',
  },
  {
    policy: { loadBalancer: { locality: { distribute } } },
    how: 'distribute',
    because: 'weights need no judge',
  },
  {
    policy: {},
    near: { mesh: { locality: { distribute } } },
    how: 'distribute',
    because: 'the mesh has weights',
  },
  { policy: {}, near: { distribution: 'PreferSameZone' }, how: 'near', because: 'the Service asks for it' },
  {
    policy: { loadBalancer: { locality: { enabled: false } } },
    near: { distribution: 'PreferSameZone' },
    how: undefined,
    because: 'the rule comes before the Service',
  },
  {
    policy: { loadBalancer: { zoneAware: {} } },
    how: 'failover',
    because: 'zone awareness keeps to the region',
  },
])('$policy beside $near: $how, as $because', ({ policy, near = {}, how }) => {
  const rule = {
    policy: { ...policy, portLevel: [] },
    subsets: [],
    from: [],
  } as unknown as ActingDestinationRule;
  const found = unevenIn({ ports: [{ port: 80 }] } as unknown as MeshService, 'back', rule, near, []);
  expect(found.map((own) => own.by === 'locality' && own.how)).toEqual(how === undefined ? [] : [how]);
});
