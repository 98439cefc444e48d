import { expect, test } from 'vitest';
import { sampler } from '../../../src/kernel/distribution.ts';
import { Chance } from '../../../src/kernel/chance.ts';
import { kubernetesDefaults, type KubernetesSettings } from '../../../src/mesh/kubernetes/settings.ts';

type Step = {
  [Name in keyof KubernetesSettings]: KubernetesSettings[Name] extends { dist: string } ? Name : never;
}[keyof KubernetesSettings];

/** What a warm start takes, as it is told to users; a span is even, so that its mean is the middle. */
test.each<{ step: Step; from: number; to: number }>([
  { step: 'create', from: 0.05, to: 0.5 },
  { step: 'schedule', from: 0.05, to: 0.2 },
  { step: 'pull', from: 0, to: 0 },
  { step: 'start', from: 1, to: 3 },
  { step: 'kubeProxy', from: 0, to: 1 },
])('without settings of its own a cluster takes $from to $to s for "$step"', ({ step, from, to }) => {
  const draw = sampler(kubernetesDefaults[step], new Chance('1').stream(step));
  const seconds = Array.from({ length: 10_000 }, () => draw() / 1e6).sort((a, b) => a - b);
  const [least, most] = [seconds[0]!, seconds.at(-1)!];
  expect(least).toBeGreaterThanOrEqual(from);
  expect(most).toBeLessThanOrEqual(to);
  // Of 10,000 even draws the outermost are within a thousandth of the span, but once in 20,000 samples.
  expect(least - from).toBeLessThanOrEqual((to - from) / 1000);
  expect(to - most).toBeLessThanOrEqual((to - from) / 1000);
});

test('a change of readiness is in the slices within a second in 99 of 100 cases, and in half of them within 0.1 s', () => {
  expect(kubernetesDefaults.endpoint).toEqual({ dist: 'lognormal', p50: 100_000, p99: 1_000_000 });
});

// metrics-server's --metric-resolution is 15 s.
test('metrics are read every 15 s, and nothing is too small where no nodes are told', () => {
  const { scrapeUs, cpuMilli, nodes, countsSidecars } = kubernetesDefaults;
  expect({ scrapeUs, cpuMilli, nodes, countsSidecars }).toEqual({
    scrapeUs: 15_000_000,
    cpuMilli: Infinity,
    nodes: [],
    countsSidecars: true,
  });
});
