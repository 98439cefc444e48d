import { describe, expect, test } from 'vitest';
import { Chance } from '../../../../src/kernel/chance.ts';
import { hashOf } from '../../../../src/mesh/envoy/balancer/xxhash64.ts';
import { clusterSettings } from '../../../../src/mesh/envoy/cluster-settings.ts';
import type { Cluster } from '../../../../src/mesh/envoy/route.ts';
import type { Pod } from '../../../../src/mesh/kubernetes/pod.ts';
import { ClusterBalancer } from '../../../../src/mesh/envoy/balancer/cluster-balancer.ts';
import { loadAssignment } from '../../../../src/mesh/envoy/load-assignment.ts';

const pod = (name: string, locality = ''): Pod => ({
  name,
  workload: name,
  namespace: 'default',
  labels: locality === '' ? {} : { 'istio-locality': locality },
  sidecar: true,
  ip: `10.244.0.${name.charCodeAt(0)}`,
  cpuLimitMilli: Infinity,
});

/** Picks of one balancer over pods; `out` are ejected. */
function picks(
  cluster: Partial<Cluster>,
  pods: readonly Pod[],
  n: number,
  more: {
    out?: readonly number[];
    from?: string;
    hash?: string;
    /** Each pick has a hash of its own. */
    many?: boolean;
    addedUs?: readonly number[];
    nowUs?: number;
    changedUs?: number;
    active?: readonly number[];
    seed?: string;
  } = {},
): number[] {
  const balancer = new ClusterBalancer(
    clusterSettings(
      { name: 'c', type: 'EDS', host: 'h', subset: '', port: 80, lb_policy: 'LEAST_REQUEST', ...cluster },
      false,
    ),
    { pods, active: (row) => more.active?.[row] ?? 0, addedUs: (row) => more.addedUs?.[row] ?? -1e12 },
    new Chance(more.seed ?? '1').stream('t'),
    -1e12,
  );
  const assignment = loadAssignment(
    Int32Array.from(pods.keys()),
    pods,
    { labels: { 'istio-locality': more.from ?? '' } },
    cluster.locality_lb_setting,
    cluster.outlier_detection !== undefined,
  );
  const counts = pods.map(() => 0);
  let none = 0;
  for (let i = 0; i < n; i++) {
    const picked = balancer.pick(
      assignment,
      0,
      more.changedUs ?? more.nowUs ?? 0,
      (row) => more.out?.includes(row) ?? false,
      more.hash === undefined ? undefined : hashOf(more.many === true ? `${more.hash}${i}` : more.hash),
      0,
      more.nowUs ?? 0,
    );
    if (picked < 0) none += 1;
    else counts[picked]! += 1;
  }
  return [...counts, none];
}

const four = [pod('a'), pod('b'), pod('c'), pod('d')];
const outlier = { outlier_detection: { consecutive_5xx: 1 } };
const byLocality = { common_lb_config: { locality_weighted_lb_config: {} } };
const noPanic = { common_lb_config: { healthy_panic_threshold: { value: 0 } } };

describe('the balancer of one worker', () => {
  test('goes round by turns, so that each of four gets a quarter exactly', () => {
    expect(picks({ lb_policy: 'ROUND_ROBIN' }, four, 400)).toEqual([100, 100, 100, 100, 0]);
  });

  test('leaves an ejected endpoint out, and has none to give when all are out and panic is off', () => {
    const policy = { lb_policy: 'ROUND_ROBIN' as const, ...outlier, ...noPanic };
    expect(picks(policy, four, 300, { out: [1] })).toEqual([100, 0, 100, 100, 0]);
    expect(picks(policy, four, 10, { out: [0, 1, 2, 3] })).toEqual([0, 0, 0, 0, 10]);
  });

  test('panics below half: the ejected get requests again (Envoy’s default threshold)', () => {
    const policy = { lb_policy: 'ROUND_ROBIN' as const, ...outlier };
    // One of four healthy is 25 % < 50 %: all four take part. Two of four are exactly half: no panic.
    expect(picks(policy, four, 400, { out: [1, 2, 3] })).toEqual([100, 100, 100, 100, 0]);
    expect(picks(policy, four, 400, { out: [2, 3] })).toEqual([200, 200, 0, 0, 0]);
  });

  test('hashes one header to one endpoint, and many headers over all', () => {
    for (const lb_policy of ['MAGLEV', 'RING_HASH'] as const) {
      const one = picks({ lb_policy }, four, 50, { hash: 'jason' });
      expect(Math.max(...one)).toBe(50);
      const used = new Set<number>();
      for (let user = 0; user < 60; user++) {
        used.add(picks({ lb_policy }, four, 1, { hash: `user-${user}` }).indexOf(1));
      }
      expect(used.size).toBe(4);
    }
  });

  test('prefers the own zone, then the region, then the failover region, and only with outlier detection', () => {
    const places = [pod('a', 'r1.z1'), pod('b', 'r1.z2'), pod('c', 'r2.z3'), pod('d', 'r3.z4')];
    const policy = {
      lb_policy: 'ROUND_ROBIN' as const,
      ...noPanic,
      locality_lb_setting: { failover: [{ from: 'r1', to: 'r2' }] },
    };
    const from = 'r1/z1';
    expect(picks({ ...policy, ...outlier }, places, 100, { from })).toEqual([100, 0, 0, 0, 0]);
    expect(picks({ ...policy, ...outlier }, places, 100, { from, out: [0] })).toEqual([0, 100, 0, 0, 0]);
    expect(picks({ ...policy, ...outlier }, places, 100, { from, out: [0, 1] })).toEqual([0, 0, 100, 0, 0]);
    expect(picks({ ...policy, ...outlier }, places, 100, { from, out: [0, 1, 2] })).toEqual([
      0, 0, 0, 100, 0,
    ]);
    expect(picks(policy, places, 100, { from })).toEqual([25, 25, 25, 25, 0]);
  });

  test('distributes over localities by their percents', () => {
    const places = [pod('a', 'r1.z1'), pod('b', 'r1.z2'), pod('c', 'r2.z3')];
    const counts = picks(
      {
        lb_policy: 'ROUND_ROBIN',
        ...byLocality,
        locality_lb_setting: { distribute: [{ from: 'r1/z1/*', to: { 'r1/z1/*': 80, 'r1/z2/*': 20 } }] },
      },
      places,
      1000,
      { from: 'r1/z1' },
    );
    // A schedule, not a draw: within one pick of 80/20, and nothing for what is not listed.
    expect(Math.abs(counts[0]! - 800)).toBeLessThanOrEqual(1);
    expect(counts[0]! + counts[1]!).toBe(1000);
  });

  test('distributes without counting the endpoints of localities that are not listed: two of three out is panic', () => {
    const places = [...'abc']
      .map((name) => pod(name, 'r1.z1'))
      .concat([...'def'].map((name) => pod(name, 'r2.z3')));
    const policy = {
      lb_policy: 'ROUND_ROBIN' as const,
      ...outlier,
      locality_lb_setting: { distribute: [{ from: '*', to: { 'r1/*': 100 } }] },
    };
    // One of three healthy is 33 % < 50 %. Were the other region's counted, four of six would be no panic.
    expect(picks(policy, places, 300, { from: 'r1/z1', out: [0, 1] })).toEqual([100, 100, 100, 0, 0, 0, 0]);
    expect(picks({ ...policy, ...noPanic }, places, 300, { from: 'r1/z1', out: [0, 1] })).toEqual([
      0, 0, 300, 0, 0, 0, 0,
    ]);
  });

  test('RANDOM chooses by the number that chose the priority: 64 bits modulo the count of hosts', () => {
    const chance = new Chance('1').stream('t');
    // Two for the seed, when the balancer is made; then high and low half of each pick.
    chance.uint32();
    chance.uint32();
    const expected = [0, 0, 0];
    for (let pick = 0; pick < 100; pick++) {
      const random = (BigInt(chance.uint32()) << 32n) | BigInt(chance.uint32());
      expected[Number(random % 3n)]! += 1;
    }
    expect(picks({ lb_policy: 'RANDOM' }, four.slice(0, 3), 100)).toEqual([...expected, 0]);
  });

  test('least request with unequal weights enters hosts by weight over requests in hand, and goes on by it', () => {
    // One old host with 3 requests open: 1 / 4. One at half of its window with none: 1/2 / 1. Shares 1/3 and 2/3, though
    // the weights alone say the opposite.
    const toFirst = (n: number, seed: string): number =>
      picks(
        {
          lb_policy: 'LEAST_REQUEST',
          least_request_lb_config: { slow_start_config: { slow_start_window: '60s' } },
        },
        [pod('a'), pod('b')],
        n,
        { addedUs: [-1e9, 0], nowUs: 30_000_000, active: [3, 0], seed },
      )[0]!;
    expect(Math.abs(toFirst(900, '1') - 300)).toBeLessThanOrEqual(1);
    // The phase in which a schedule begins is random, so the share holds for first picks over many balancers, too.
    const first = Array.from({ length: 900 }, (_, seed) => toFirst(1, String(seed)));
    const share = first.reduce((sum, own) => sum + own, 0) / 900;
    expect(Math.abs(share - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / 900));
  });

  test('warms a new endpoint up: at half of its window it gets half of another’s share', () => {
    const counts = picks(
      {
        lb_policy: 'ROUND_ROBIN',
        round_robin_lb_config: { slow_start_config: { slow_start_window: '60s' } },
      },
      [pod('a'), pod('b')],
      900,
      { addedUs: [-1e9, 0], nowUs: 30_000_000 },
    );
    // Weights 1 and 1/2: two thirds and one third.
    expect(Math.abs(counts[0]! - 600)).toBeLessThanOrEqual(1);
  });

  test('fails over by the hash where the policy hashes: one key stays on one endpoint (chooseHost)', () => {
    // Two near, one of them out, and two far: 70 % of the hashes stay near, the others go far, each always to one endpoint.
    const places = [pod('a', 'r1.z1'), pod('b', 'r1.z1'), pod('c', 'r2.z1'), pod('d', 'r2.z1')];
    for (const lb_policy of ['MAGLEV', 'RING_HASH'] as const) {
      const policy = { lb_policy, ...noPanic, ...outlier };
      let near = 0;
      const users = 400;
      for (let user = 0; user < users; user++) {
        const got = picks(policy, places, 5, { from: 'r1/z1', out: [0], hash: `user-${user}` });
        expect(Math.max(...got)).toBe(5);
        near += got[1]! / 5;
      }
      // min(100, 140 * 1 / 2) = 70 percent.
      expect(Math.abs(near / users - 0.7)).toBeLessThan(4 * Math.sqrt((0.7 * 0.3) / users));
    }
  });

  test('distributes in one table where the policy hashes: one key stays on one endpoint (normalizeLocalityWeights)', () => {
    const places = [pod('a', 'r1.z1'), pod('b', 'r1.z2'), pod('c', 'r1.z2'), pod('d', 'r2.z1')];
    for (const lb_policy of ['MAGLEV', 'RING_HASH'] as const) {
      const policy = {
        lb_policy,
        ...byLocality,
        ring_hash_lb_config: { minimum_ring_size: 100_000 },
        locality_lb_setting: { distribute: [{ from: '*', to: { 'r1/z1/*': 80, 'r1/z2/*': 20 } }] },
      };
      for (const hash of ['jason', 'mary', 'paul']) {
        expect(Math.max(...picks(policy, places, 20, { from: 'r1/z1', hash }))).toBe(20);
      }
      const users = 600;
      const total = picks(policy, places, users, { from: 'r1/z1', hash: 'user-', many: true });
      [0.8, 0.1, 0.1, 0].forEach((share, place) => {
        const spread = 4 * Math.sqrt((share * (1 - share)) / users) + 0.02;
        expect(Math.abs(total[place]! / users - share)).toBeLessThan(spread);
      });
    }
  });

  test('panics over all endpoints, whatever the localities weigh (hostSourceToUse)', () => {
    const places = [pod('a', 'r1.z1'), pod('b', 'r1.z1'), pod('c', 'r1.z1'), pod('d', 'r1.z2')];
    const policy = {
      lb_policy: 'ROUND_ROBIN' as const,
      ...outlier,
      ...byLocality,
      locality_lb_setting: { distribute: [{ from: '*', to: { 'r1/z1/*': 10, 'r1/z2/*': 90 } }] },
    };
    // One of four healthy is 25 % < 50 %: a quarter each.
    expect(picks(policy, places, 400, { out: [0, 1, 2] })).toEqual([100, 100, 100, 100, 0]);
    // All healthy: a tenth for the three of z1, the rest for the one of z2.
    const counts = picks(policy, places, 1000);
    expect(Math.abs(counts[3]! - 900)).toBeLessThanOrEqual(1);
  });

  test('a new endpoint alone in its zone gets its zone’s share at once where localities are weighed, warm or not', () => {
    // Zones weigh as much as they have endpoints; within one, a single endpoint has no one to be weighed against.
    const places = [pod('a', 'r1.z1'), pod('b', 'r1.z1'), pod('c', 'r1.z1'), pod('d', 'r1.z2')];
    const policy = (common: Cluster['common_lb_config']): Partial<Cluster> => ({
      lb_policy: 'ROUND_ROBIN' as const,
      ...outlier,
      round_robin_lb_config: { slow_start_config: { slow_start_window: '60s' } },
      locality_lb_setting: { failoverPriority: ['app'] },
      common_lb_config: { healthy_panic_threshold: { value: 0 }, ...common },
    });
    const added = { addedUs: [-1e9, -1e9, -1e9, 0], nowUs: 6_000_000 };
    const weighted = picks(policy({ locality_weighted_lb_config: {} }), places, 1000, added);
    expect(Math.abs(weighted[3]! - 250)).toBeLessThanOrEqual(1);
    // Without: at a tenth of its window it weighs 1/10 against 1, 1, 1.
    const flat = picks(policy({}), places, 1000, added);
    expect(Math.abs(flat[3]! - 1000 / 31)).toBeLessThanOrEqual(1);
  });

  test('keeps its schedule when the slow start window ends, until hosts or health change (EdfLoadBalancerBase::refresh)', () => {
    const policy = {
      lb_policy: 'LEAST_REQUEST' as const,
      least_request_lb_config: { slow_start_config: { slow_start_window: '60s' } },
    };
    const world = { active: [3, 0], addedUs: [-1e9, 0] };
    // Decided while it was on, asked a second after its end: by weight over active + 1, 1/4 against 1.
    const kept = picks(policy, [pod('a'), pod('b')], 1000, { ...world, changedUs: 0, nowUs: 61_000_000 });
    expect(Math.abs(kept[0]! - 200)).toBeLessThanOrEqual(1);
    // Decided after its end: the busier of two is chosen when it is drawn twice.
    const fresh = picks(policy, [pod('a'), pod('b')], 1000, {
      ...world,
      changedUs: 61_000_000,
      nowUs: 61_000_000,
    });
    expect(Math.abs(fresh[0]! / 1000 - 1 / 4)).toBeLessThan(4 * Math.sqrt(3 / 16 / 1000));
  });
});
