import { describe, expect, test } from 'vitest';
import { sampler } from '../../../src/kernel/distribution.ts';
import { Chance } from '../../../src/kernel/chance.ts';
import { actsAtOnce, controlPlanePresets, slowPushUs } from '../../../src/mesh/istiod/control-plane.ts';

describe.each(['small', 'large'] as const)('the control plane "%s"', (name) => {
  const preset = controlPlanePresets[name];

  test('debounces as Istio does: PILOT_DEBOUNCE_AFTER 100 ms, PILOT_DEBOUNCE_MAX 10 s', () => {
    expect(preset.debounce).toEqual({ afterUs: 100_000, maxUs: 10_000_000 });
  });

  // istio/istio pilot/pkg/features/tuning.go: PILOT_PUSH_THROTTLE 0 is min(15 + 5 x cores, 100); of 2 and of 4 cores.
  test('pushes to as many proxies at once as an istiod of its size', () => {
    expect(preset.throttle).toBe({ small: 25, large: 35 }[name]);
  });

  test('takes as long as its description says, from change to proxy', () => {
    const chance = new Chance('1');
    const names = ['watch', 'snapshot', 'send', 'network', 'apply', 'worker'] as const;
    const draws = names.map((own) => sampler(preset[own], chance.stream(own)));
    // Clusters are applied first, then the routes that follow them.
    const once = (): number => draws.reduce((sum, draw) => sum + draw(), preset.debounce.afterUs);
    const seconds = Array.from({ length: 20_000 }, () => once() / 1e6).sort((a, b) => a - b);
    const [median, p90, p99] = [0.5, 0.9, 0.99].map((share) => seconds[share * seconds.length]!);
    const told = { small: [0.13, 0.17, 0.2], large: [1.1, 2.6, 9] }[name];
    // "About": within a third.
    [median, p90, p99].forEach((value, index) => {
      expect(value!).toBeGreaterThan(told[index]! / 1.33);
      expect(value!).toBeLessThan(told[index]! * 1.33);
    });
  });
});

test('a slow push is each part of the way at its slowest of a hundred, the proxy’s own work twice', () => {
  const constant = (value: number) => ({ dist: 'constant' as const, value });
  const own = {
    ...controlPlanePresets.off,
    debounce: { afterUs: 1, maxUs: 7e9 },
    watch: constant(10),
    snapshot: constant(100),
    send: constant(1_000),
    network: constant(10_000),
    apply: constant(100_000),
    worker: constant(1_000_000),
  };
  expect(slowPushUs(own)).toBe(1_211_111);
  expect(actsAtOnce(own)).toBe(false);
  expect(actsAtOnce({ ...controlPlanePresets.off, worker: constant(1) })).toBe(false);
  expect(actsAtOnce(controlPlanePresets.off)).toBe(true);
});

// Of an even span from a to b the slowest of a hundred is a + 0.99 (b - a); of the others it is what the preset says.
test.each([
  { name: 'small' as const, ms: 100 + 100 + 2 + 50 + 5 + 2 * (1 + 0.99 * 9) + 0.99 },
  { name: 'large' as const, ms: 100 + 500 + 800 + 1_000 + 8_000 + 2 * (5 + 0.99 * 45) + 0.99 * 5 },
])('hardly a proxy of a $name mesh waits longer than $ms ms', ({ name, ms }) => {
  expect(slowPushUs(controlPlanePresets[name]) / 1000).toBeCloseTo(ms, 3);
});

test('the control plane "off" takes no time at all', () => {
  const { debounce, ...rest } = controlPlanePresets.off;
  expect(debounce).toEqual({ afterUs: 0, maxUs: 0 });
  for (const time of [rest.watch, rest.snapshot, rest.send, rest.network, rest.apply, rest.worker])
    expect(time).toEqual({ dist: 'constant', value: 0 });
});
