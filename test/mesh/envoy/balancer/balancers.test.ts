import { describe, expect, test } from 'vitest';
import { Chance, type Stream } from '../../../../src/kernel/chance.ts';
import type { Balancer, HostSet } from '../../../../src/mesh/envoy/balancer/balancer.ts';
import { ClusterBalancer } from '../../../../src/mesh/envoy/balancer/cluster-balancer.ts';
import { balancers } from '../../../../src/mesh/envoy/balancer/index.ts';
import { hashOf, type Hash64 } from '../../../../src/mesh/envoy/balancer/xxhash64.ts';
import { clusterSettings } from '../../../../src/mesh/envoy/cluster-settings.ts';
import { loadAssignment } from '../../../../src/mesh/envoy/load-assignment.ts';
import type { BalancerName, ClusterConfiguration } from '../../../../src/mesh/envoy/route.ts';

const names = Object.keys(balancers) as BalancerName[];

const cluster = (lb_policy: BalancerName): ClusterConfiguration => ({
  name: 'outbound|80||h',
  type: 'EDS',
  host: 'h',
  subset: '',
  port: 80,
  lb_policy,
  // Large enough that a table's own unevenness stays far below that of the draws.
  ring_hash_lb_config: { minimum_ring_size: 100_000 },
});

/** Hosts that have nothing in hand. */
const hostSet = (weights: readonly number[]): HostSet => ({
  hosts: weights.map((_, place) => 100 + place),
  weight: (place) => weights[place]!,
  active: () => 0,
  key: (place) => `10.0.0.${place}:80`,
  slowStarting: false,
  nowUs: 0,
});

/** Requests by place: each has a fresh number, as one without a hash has, or one user each. */
function counts(balancer: Balancer, hosts: HostSet, n: number, numbers: Stream): number[] {
  const got = Array.from(hosts.hosts, () => 0);
  for (let pick = 0; pick < n; pick += 1) {
    const place = balancer.pick(0, hosts, numbers.uint32(), numbers.uint32(), 0);
    got[place]! += 1;
  }
  return got;
}

const born = (name: BalancerName, seed = '1'): { balancer: Balancer; numbers: Stream } => {
  const chance = new Chance(seed);
  const balancer = balancers[name].create(cluster(name), chance.stream('balancer'));
  return { balancer, numbers: chance.stream('numbers') };
};

/** Four standard errors of a binomial share, and for a table of 100,000 points what it strays by itself, likewise. */
const tolerance = (share: number, n: number): number => {
  const table = 4 * Math.sqrt(share / 100_000) * Math.sqrt(1 + share);
  return 4 * Math.sqrt((share * (1 - share)) / n) + table;
};

describe.each(names)('%s', (name) => {
  test('hears how tries end, if it wants to: else nobody would tell it, nor the time', () => {
    expect('tryEnded' in born(name).balancer).toBe(balancers[name].hears === true);
  });

  test('has words for people', () => {
    expect(balancers[name].words).toMatch(/^[a-z].*endpoint/);
  });

  test('picks nobody where nobody is', () => {
    const { balancer } = born(name);
    const nobody = hostSet([]);
    balancer.refresh(0, nobody);
    expect(balancer.pick(0, nobody, 1, 2, 0)).toBe(-1);
  });

  test('picks the only one', () => {
    const { balancer, numbers } = born(name);
    const one = hostSet([1]);
    balancer.refresh(0, one);
    expect(counts(balancer, one, 50, numbers)).toEqual([50]);
  });

  test('gives equal hosts equal shares, and nobody else anything', () => {
    const { balancer, numbers } = born(name);
    const five = hostSet([1, 1, 1, 1, 1]);
    balancer.refresh(0, five);
    const n = 20_000;
    const got = counts(balancer, five, n, numbers);
    expect(got).toHaveLength(5);
    for (const own of got) expect(Math.abs(own / n - 1 / 5)).toBeLessThan(tolerance(1 / 5, n));
  });

  test.runIf(balancers[name].usesNumber !== true)('gives hosts shares by their weights', () => {
    const { balancer, numbers } = born(name);
    const unequal = hostSet([1, 2, 5]);
    balancer.refresh(0, unequal);
    const n = 20_000;
    counts(balancer, unequal, n, numbers).forEach((own, place) => {
      const share = [1, 2, 5][place]! / 8;
      expect(Math.abs(own / n - share)).toBeLessThan(tolerance(share, n));
    });
  });

  test('goes on where hosts come and go', () => {
    const { balancer, numbers } = born(name);
    for (const count of [3, 1, 4, 2, 5]) {
      const hosts = hostSet(Array.from({ length: count }, () => 1));
      balancer.refresh(0, hosts);
      const got = counts(balancer, hosts, 400, numbers);
      expect(got).toHaveLength(count);
      expect(Math.min(...got)).toBeGreaterThan(0);
    }
  });

  test('repeats itself for the same seed', () => {
    const picks = (seed: string): number[] => {
      const { balancer, numbers } = born(name, seed);
      const hosts = hostSet([1, 1, 1]);
      balancer.refresh(0, hosts);
      return Array.from({ length: 60 }, () => balancer.pick(0, hosts, numbers.uint32(), numbers.uint32(), 0));
    };
    expect(picks('7')).toEqual(picks('7'));
    expect(picks('7')).not.toEqual(picks('8'));
  });

  test('goes on alike in a copy', () => {
    const countedStream = (drawn: { count: number }): Stream => ({
      uint32: () => Math.imul(drawn.count++, 0x9e3779b1) >>> 0,
      below: (count) => (Math.imul(drawn.count++, 0x9e3779b1) >>> 0) % count,
      uniform: () => 0,
      fill: () => {},
    });
    for (const hosts of [hostSet([1, 1, 1]), hostSet([1, 2, 5])]) {
      const drawn = { count: 0 };
      const balancer = balancers[name].create(cluster(name), countedStream(drawn));
      balancer.refresh(0, hosts);
      for (let pick = 0; pick < 17; pick += 1) balancer.pick(0, hosts, pick, pick, 0);
      const own = { count: 0 };
      const copy = balancers[name].create(cluster(name), countedStream(own));
      copy.copyFrom(balancer);
      own.count = drawn.count;
      const picks = (of: Balancer): number[] =>
        Array.from({ length: 40 }, (_, pick) => of.pick(0, hosts, pick, 7 * pick, 0));
      expect(picks(copy)).toEqual(picks(balancer));
    }
  });

  test('keeps sources apart', () => {
    const { balancer, numbers } = born(name);
    const [three, two] = [hostSet([1, 1, 1]), hostSet([1, 4])];
    balancer.refresh(0, three);
    balancer.refresh(1, two);
    for (let pick = 0; pick < 200; pick += 1) {
      const [high, low] = [numbers.uint32(), numbers.uint32()];
      expect(balancer.pick(0, three, high, low, 0)).toBeLessThan(3);
      expect(balancer.pick(1, two, high, low, 0)).toBeLessThan(2);
    }
  });

  test('never picks an endpoint that is ejected while others are left', () => {
    const pods = [...'abcdef'].map((pod, row) => ({
      name: pod,
      workload: pod,
      namespace: 'default',
      labels: {},
      sidecar: true,
      ip: `10.0.0.${row}`,
      cpuLimitMilli: Infinity,
    }));
    const settings = clusterSettings({ ...cluster(name), outlier_detection: {} }, false);
    const chance = new Chance('1').stream('t');
    const balancer = new ClusterBalancer(settings, { pods, active: () => 0, addedUs: () => 0 }, chance, 0);
    const assignment = loadAssignment(Int32Array.from(pods.keys()), pods, { labels: {} }, undefined, true);
    const out = [1, 4];
    const used = new Set<number>();
    for (let user = 0; user < 300; user += 1) {
      const hash: Hash64 = hashOf(`user-${user}`);
      used.add(balancer.pick(assignment, 1, 0, (pod) => out.includes(pod), hash, 0, 0));
    }
    expect([...used].sort()).toEqual([0, 2, 3, 5]);
  });

  test.runIf(balancers[name].hashes)('sends one hash to one host, as long as that is there', () => {
    const { balancer } = born(name);
    const [four, three] = [hostSet([1, 1, 1, 1]), hostSet([1, 1, 1])];
    let moved = 0;
    const users = 1000;
    for (let user = 0; user < users; user += 1) {
      const { high, low } = hashOf(`user-${user}`);
      balancer.refresh(0, four);
      const before = balancer.pick(0, four, high, low, 0);
      expect(balancer.pick(0, four, high, low, 0)).toBe(before);
      balancer.refresh(0, three);
      if (before < 3 && balancer.pick(0, three, high, low, 0) !== before) moved += 1;
    }
    // The ring keeps its size, so a quarter of its points are new and of any of three: of the 3/4 of users who need not move,
    // 1/4 * 2/3 do. A table of Maglev moves few of them (NSDI 2016, section 5.3: about 2 % of 65537 slots).
    const share = name === 'RING_HASH' ? (3 / 4) * (1 / 4) * (2 / 3) : 0.02;
    expect(moved / users).toBeLessThan(share + 4 * Math.sqrt((share * (1 - share)) / users));
  });
});

test('two balancers of one cluster share nothing that a pick changes', () => {
  for (const name of names) {
    const chance = new Chance('1');
    const [a, b] = ['a', 'b'].map((own) => balancers[name].create(cluster(name), chance.stream(own)));
    const hosts = hostSet([1, 1, 1]);
    const alone = balancers[name].create(cluster(name), new Chance('1').stream('b'));
    const picks = (balancer: Balancer): number[] =>
      Array.from({ length: 30 }, (_, pick) => balancer.pick(0, hosts, pick, pick, 0));
    picks(a!);
    expect(picks(b!)).toEqual(picks(alone));
  }
});
