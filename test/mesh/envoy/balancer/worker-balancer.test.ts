import { describe, expect, test } from 'vitest';
import { Chance } from '../../../../src/kernel/chance.ts';
import { hashOf } from '../../../../src/mesh/envoy/balancer/xxhash64.ts';
import { clusterSettings } from '../../../../src/mesh/envoy/cluster-settings.ts';
import type { Cluster } from '../../../../src/mesh/envoy/route.ts';
import type { Pod } from '../../../../src/mesh/kubernetes/pod.ts';
import { WorkerBalancer } from '../../../../src/mesh/envoy/balancer/worker-balancer.ts';

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
    addedUs?: readonly number[];
    nowUs?: number;
    active?: readonly number[];
    seed?: string;
  } = {},
): number[] {
  const balancer = new WorkerBalancer(
    clusterSettings(
      { name: 'c', host: 'h', subset: '', port: 80, labels: {}, lb_policy: 'LEAST_REQUEST', ...cluster },
      false,
    ),
    more.from ?? '',
    { pods, active: (row) => more.active?.[row] ?? 0, addedUs: (row) => more.addedUs?.[row] ?? -1e12 },
    new Chance(more.seed ?? '1').stream('t'),
    -1e12,
  );
  const endpoints = Int32Array.from(pods.keys());
  const counts = pods.map(() => 0);
  let none = 0;
  for (let i = 0; i < n; i++) {
    const picked = balancer.pick(
      endpoints,
      0,
      (row) => more.out?.includes(row) ?? false,
      more.hash === undefined ? undefined : hashOf(more.hash),
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
});
