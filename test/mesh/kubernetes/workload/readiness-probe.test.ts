import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  probeAtUs,
  probedUs,
  readinessDelayUs,
  readinessProbeDefaults,
  type ReadinessProbe,
} from '../../../../src/mesh/kubernetes/workload/readiness-probe.ts';
import { afterProbe, unprobed } from '../../../../src/mesh/kubernetes/view/probe-by-probe.ts';
import { second } from '../support.ts';

const probe = (own: Partial<ReadinessProbe> = {}): ReadinessProbe => ({ ...readinessProbeDefaults, ...own });
const times = (own: Partial<ReadinessProbe>, phaseSeconds: number): number[] =>
  [0, 1, 2].map((index) => probeAtUs(probe(own), index, phaseSeconds * second) / second);

test.each([
  {
    own: {},
    phase: 7,
    seconds: [0, 7, 17],
    because: 'one right after the start, then the ticker in its own phase',
  },
  { own: { periodUs: 5 * second }, phase: 1, seconds: [0, 1, 6], because: 'the ticker may follow at once' },
  {
    own: { initialDelaySeconds: 5 },
    phase: 7,
    seconds: [7, 17, 27],
    because: 'the first tick after the delay',
  },
  {
    own: { initialDelaySeconds: 7 },
    phase: 7,
    seconds: [7, 17, 27],
    because: 'an age of 7 s is not below 7',
  },
  {
    own: { initialDelaySeconds: 7 },
    phase: 6.999999,
    seconds: [16.999999, 26.999999, 36.999999],
    because: 'whole seconds are compared: 6.99 is 6',
  },
  {
    own: { initialDelaySeconds: 20 },
    phase: 7,
    seconds: [27, 37, 47],
    because: 'ticks within the delay are left out',
  },
])('$own with phase $phase s probes at $seconds s: $because', ({ own, phase, seconds }) => {
  expect(times(own, phase)).toEqual(seconds);
});

test.each([
  { own: {}, serving: 0, phase: 7, delay: 0, because: 'it serves when the first probe comes' },
  { own: {}, serving: 3, phase: 7, delay: 7, because: 'the next tick finds it' },
  { own: {}, serving: 7, phase: 7, delay: 7, because: 'a tick at that very instant does' },
  { own: {}, serving: 7.000001, phase: 7, delay: 17, because: 'a microsecond late costs a period' },
  {
    own: { initialDelaySeconds: 30 },
    serving: 3,
    phase: 7,
    delay: 37,
    because: 'the delay is longer than the start',
  },
  {
    own: { successThreshold: 2 },
    serving: 0,
    phase: 7,
    delay: 7,
    because: 'the second success comes with the ticker',
  },
  { own: { successThreshold: 3 }, serving: 3, phase: 7, delay: 27, because: 'three ticks' },
])('$own, serving after $serving s, phase $phase s: Ready after $delay s, as $because', (row) => {
  const delayUs = readinessDelayUs(probe(row.own), row.serving * second, row.phase * second);
  expect(delayUs).toBe(row.delay * second);
});

test('probe by probe it becomes ready when the formula says', () => {
  fc.assert(
    fc.property(
      fc.record({
        initialDelaySeconds: fc.integer({ min: 0, max: 30 }),
        periodUs: fc.integer({ min: second, max: 20 * second }),
        successThreshold: fc.integer({ min: 1, max: 3 }),
        failureThreshold: fc.integer({ min: 1, max: 3 }),
      }),
      fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 * second })),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      (settings, servingUs, phase) => {
        const phaseUs = Math.ceil(phase * settings.periodUs);
        let state = unprobed;
        let index = 0;
        for (; !state.isReady; index += 1) {
          state = afterProbe(settings, state, probeAtUs(settings, index, phaseUs) >= servingUs);
        }
        expect(probeAtUs(settings, index - 1, phaseUs)).toBe(readinessDelayUs(settings, servingUs, phaseUs));
      },
    ),
  );
});

describe('thresholds', () => {
  const play = (own: Partial<ReadinessProbe>, results: string): string => {
    let state = unprobed;
    let told = '';
    for (const result of results) {
      state = afterProbe(probe(own), state, result === '+');
      told += state.isReady ? 'R' : '.';
    }
    return told;
  };

  test.each([
    { own: {}, results: '-+', told: '.R', because: 'one success is enough' },
    { own: {}, results: '+--+--', told: 'RRRRRR', because: 'two failures are not three in a row' },
    { own: {}, results: '+---', told: 'RRR.', because: 'the third failure in a row' },
    { own: {}, results: '+---+', told: 'RRR.R', because: 'and back with one success' },
    { own: { successThreshold: 2 }, results: '+-++', told: '...R', because: 'two in a row' },
    { own: { failureThreshold: 1 }, results: '+-', told: 'R.', because: 'one failure where one is enough' },
  ])('$own: $results is $told: $because', ({ own, results, told }) => {
    expect(play(own, results)).toBe(told);
  });
});

// pkg/kubelet/prober: worker.go, prober_manager.go (UpdatePodStatus asks for probes of the start and of readiness alone), Kubernetes'
// "Configure Liveness, Readiness and Startup Probes": a liveness probe waits for the startup probe, and otherwise for its own delay.
test.each([
  { liveness: { periodSeconds: 1, failureThreshold: 1 }, boot: 2, fails: 0.5, because: 'the first tick' },
  { liveness: { periodSeconds: 10 }, boot: 25, fails: 20.5, because: 'the third failure, by default' },
  { liveness: { periodSeconds: 10 }, boot: 20, fails: undefined, because: 'it serves before the third' },
  {
    liveness: { periodSeconds: 10, initialDelaySeconds: 30 },
    boot: 25,
    fails: undefined,
    because: 'it waits for longer',
  },
  {
    liveness: { periodSeconds: 1, failureThreshold: 1 },
    startup: { periodSeconds: 1, failureThreshold: 60 },
    boot: 25,
    fails: undefined,
    because: 'it waits for the startup probe',
  },
  {
    liveness: { periodSeconds: 1, failureThreshold: 1, asks: 'command' as const },
    boot: 25,
    fails: undefined,
    because: 'what a command finds nobody knows',
  },
])('an application that serves after $boot s with $liveness: $because', (row) => {
  const asked = (own: object) => ({
    asks: 'port' as const,
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
    ...own,
  });
  const container = {
    name: 'app',
    image: 'app',
    resources: {},
    ports: [],
    livenessProbe: asked(row.liveness),
    ...(row.startup === undefined ? {} : { startupProbe: asked(row.startup) }),
  };
  const { failsUs } = probedUs([container], row.boot * second, () => 0.5 * second);
  expect(failsUs).toBe(row.fails === undefined ? undefined : row.fails * second);
});
