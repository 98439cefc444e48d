import { describe, expect, test } from 'vitest';
import { loadAssignment } from '../../../src/index.ts';
import { localityLabel } from '../../../src/mesh/envoy/load-assignment.ts';
import type { LocalitySettings } from '../../../src/mesh/envoy/balancer/locality.ts';

interface Own {
  readonly labels: Readonly<Record<string, string>>;
}

const at = (locality: string, labels: Readonly<Record<string, string>> = {}): Own => ({
  labels: { 'istio-locality': locality, ...labels },
});

/** Priority by pod; -1: the proxy does not know it. */
function priorities(pods: readonly Own[], proxy: Own, setting?: LocalitySettings, judges = true): number[] {
  const rows = Int32Array.from(pods.keys());
  const assignment = loadAssignment(rows, pods, proxy, setting, judges);
  return pods.map((_, pod) =>
    assignment.priorities.findIndex((groups) => groups.some((own) => own.pods.includes(pod))),
  );
}

describe('endpoints of a cluster, as one proxy is told of them', () => {
  const near = [at('r1.z1.s1'), at('r1.z1.s2'), at('r1.z2.s1'), at('r2.z1.s1')];

  test.each([
    { setting: undefined, judges: true, expected: [0, 1, 2, 3], because: 'the mesh’s default is on' },
    { setting: undefined, judges: false, expected: [0, 0, 0, 0], because: 'nobody would fail over' },
    { setting: { enabled: false }, judges: true, expected: [0, 0, 0, 0], because: 'it is off' },
    {
      setting: { enabled: false, distribute: [{ from: '*', to: { 'r1/*': 100 } }] },
      judges: true,
      expected: [0, 0, 0, 0],
      because: 'it is off, whatever else it says',
    },
    {
      setting: { distribute: [{ from: 'r1/*', to: { 'r1/z1/*': 100 } }] },
      judges: true,
      expected: [0, 0, -1, -1],
      because: 'what is given nothing is not told',
    },
  ])('$setting, outlier detection $judges: priorities $expected, as $because', (row) => {
    expect(priorities(near, at('r1.z1.s1'), row.setting, row.judges)).toEqual(row.expected);
  });

  // endpoint_builder.go, LocalityEndpoints.refreshWeight; loadbalancer.go, applyLocalityWeights.
  test('a locality weighs what its endpoints do, until distribute says otherwise, and what fits one pattern shares its part', () => {
    const weightsOf = (setting?: LocalitySettings) =>
      loadAssignment(
        Int32Array.of(0, 1, 2),
        near,
        at('r1.z1.s1'),
        setting,
        false,
        undefined,
        new Map([[0, 5]]),
      ).priorities[0]!.map(({ locality, weight }) => [locality, weight]);
    expect(weightsOf()).toEqual([
      ['r1/z1/s1', 5],
      ['r1/z1/s2', 1],
      ['r1/z2/s1', 1],
    ]);
    expect(weightsOf({ distribute: [{ from: 'r1/*', to: { 'r1/z1/*': 60, 'r1/z2/*': 40 } }] })).toEqual([
      ['r1/z1/s1', 50],
      ['r1/z1/s2', 10],
      ['r1/z2/s1', 40],
    ]);
  });

  test('an endpoint that distribute gives nothing is not among the proxy’s hosts, so its ejections are no part of 100 %', () => {
    const setting = { distribute: [{ from: 'r1/*', to: { 'r1/z1/*': 80, 'r1/z2/*': 20 } }] };
    const { pods, priorities: told } = loadAssignment(
      Int32Array.of(0, 1, 2, 3),
      near,
      at('r1.z1.s1'),
      setting,
      true,
    );
    expect([...pods]).toEqual([0, 1, 2]);
    // 80 for two localities of one endpoint each, 20 for one.
    expect(told[0]!.map(({ locality, weight }) => [locality, weight])).toEqual([
      ['r1/z1/s1', 40],
      ['r1/z1/s2', 40],
      ['r1/z2/s1', 20],
    ]);
  });
});

/** Cases of istio's own test (loadbalancer_test.go, TestApplyLocalitySetting, FailoverPriority): endpoints 1.1.1.1 and 2.2.2.2 ... */
describe('failoverPriority', () => {
  const [key, network, cluster] = ['key', 'topology.istio.io/network', 'topology.istio.io/cluster'] as const;
  const proxy = at('', { [key]: 'value', [network]: 'n2', [cluster]: 'c2' });

  test.each([
    {
      labels: { [key]: 'value', [network]: 'n2', [cluster]: 'c2' },
      priority: 0,
      because: 'all agree',
    },
    { labels: { [key]: 'value', [network]: 'n2' }, priority: 1, because: 'the third does not' },
    { labels: { [key]: 'value', [cluster]: 'c2' }, priority: 2, because: 'the second does not' },
    { labels: { [network]: 'n2', [cluster]: 'c2' }, priority: 3, because: 'the first does not' },
  ])('$labels: $priority, as $because', ({ labels, priority }) => {
    const all = [
      { [key]: 'value', [network]: 'n2', [cluster]: 'c2' },
      { [key]: 'value', [network]: 'n2' },
      { [key]: 'value' },
      {},
      labels,
    ].map((own) => at('', own));
    const setting = { failoverPriority: [key, network, cluster] };
    expect(priorities(all, proxy, setting)).toEqual([0, 1, 2, 3, priority]);
  });

  test('takes a value of its own in place of the proxy’s, and leaves no gaps', () => {
    const setting = { failoverPriority: [`${network}=n9`, cluster] };
    const pods = [at('', { [network]: 'n9' }), at('', { [network]: 'n2', [cluster]: 'c2' })];
    expect(priorities(pods, proxy, setting)).toEqual([0, 1]);
  });

  // loadbalancer_test.go, "FailoverPriority including locality".
  test('that begins with the network ranks all of another network after all of its own, each in the order of the rest', () => {
    const own = at('', { [network]: 'n1', region: 'r2', zone: 'z2' });
    const pods = [
      ['n1', 'r1', 'z1'],
      ['n2', 'r1', 'z2'],
      ['n1', 'r2', 'z2'],
      ['n2', 'r3', 'z3'],
      ['n2', 'r2', 'z2'],
      ['n1', 'r3', 'z3'],
    ].map(([n, region, zone]) => at('', { [network]: n!, region: region!, zone: zone! }));
    const setting = { failoverPriority: [network, 'region', 'zone'] };
    expect(priorities(pods, own, setting)).toEqual([1, 3, 0, 3, 2, 1]);
  });

  test('with failover beside it goes on by region within its priorities', () => {
    const own = at('r1.z1', { [network]: 'n1' });
    const pods = [
      at('r1.z1', { [network]: 'n1' }),
      at('r2.z1', { [network]: 'n1' }),
      at('r3.z1', { [network]: 'n1' }),
      at('r1.z1', { [network]: 'n2' }),
    ];
    const setting = { failoverPriority: [network], failover: [{ from: 'r1', to: 'r2' }] };
    expect(priorities(pods, own, setting)).toEqual([0, 1, 2, 3]);
  });

  test('with failover beside it has all five steps of localities before the next of its labels', () => {
    const own = at('r1.z1.s1', { [network]: 'n1' });
    const places = ['r1.z1.s1', 'r1.z1.s2', 'r1.z2.s1', 'r2.z1.s1', 'r3.z1.s1'];
    const pods = ['n1', 'n2'].flatMap((name) => places.map((place) => at(place, { [network]: name })));
    const setting = { failoverPriority: [network], failover: [{ from: 'r1', to: 'r2' }] };
    expect(priorities(pods, own, setting)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

/** ApplyZoneAwareLoadBalancer: priorities by region alone, whoever judges outliers. */
describe('zone awareness', () => {
  const pods = [at('r1.z1'), at('r1.z2'), at('r2.z1'), at('r3.z1')];

  test.each([
    { setting: { forced: true, zoneAware: true } as const, expected: [0, 0, 1, 1] },
    {
      setting: { forced: true, zoneAware: true, failover: [{ from: 'r1', to: 'r3' }] } as const,
      expected: [0, 0, 2, 1],
    },
    { setting: { enabled: false, zoneAware: true } as const, expected: [0, 0, 0, 0] },
  ])('$setting: priorities $expected', ({ setting, expected }) => {
    expect(priorities(pods, at('r1.z1'), setting, false)).toEqual(expected);
  });

  test('comes after the labels of failoverPriority, three steps for each', () => {
    const labelled = ['blue', 'green'].flatMap((colour) =>
      pods.map((own) => at(own.labels['istio-locality']!, { colour })),
    );
    const setting = { forced: true, zoneAware: true, failoverPriority: ['colour'] } as const;
    expect(priorities(labelled, at('r1.z1', { colour: 'blue' }), setting, false)).toEqual([
      0, 0, 1, 1, 2, 2, 3, 3,
    ]);
  });
});

describe('endpoints that are not ready', () => {
  const pods = [at('r1.z1'), at('r1.z1'), at('r1.z2'), at('r1.z3')];

  test('are told of beside the others, weigh with their locality, and make a priority of their own', () => {
    const { pods: ready, priorities: told } = loadAssignment(
      Int32Array.of(1, 3),
      pods,
      at('r1.z2'),
      undefined,
      true,
      Int32Array.of(0, 2),
    );
    expect([...ready]).toEqual([1, 3]);
    expect(told).toEqual([
      [{ locality: 'r1/z2', weight: 1, pods: [], unready: 1 }],
      [
        { locality: 'r1/z1', weight: 2, pods: [1], unready: 1 },
        { locality: 'r1/z3', weight: 1, pods: [3], unready: 0 },
      ],
    ]);
  });
});

describe('where something runs', () => {
  test.each([
    { labels: { 'istio-locality': 'r1.z1.s1', 'topology.kubernetes.io/region': 'r9' }, is: 'r1/z1/s1' },
    { labels: { 'istio-locality': 'r1/z.1' }, is: 'r1/z.1' },
    {
      labels: {
        'topology.kubernetes.io/region': 'r1',
        'topology.kubernetes.io/zone': 'z1',
        'topology.istio.io/subzone': 's1',
      },
      is: 'r1/z1/s1',
    },
    { labels: { 'topology.kubernetes.io/region': 'r1' }, is: 'r1' },
    { labels: {}, is: '' },
  ])('$labels: "$is"', ({ labels, is }) => {
    expect(localityLabel({ labels })).toBe(is);
  });
});
