import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { usageMilliOf } from '../../../../src/mesh/kubernetes/metrics/cpu-point.ts';
import {
  firstHousekeepingUs,
  nextHousekeepingUs,
} from '../../../../src/mesh/kubernetes/metrics/housekeeping.ts';
import { MetricsServer } from '../../../../src/mesh/kubernetes/metrics/metrics-server.ts';
import { second } from '../support.ts';

const started = (at = 0, containers = ['app']): MetricsServer => {
  const server = new MetricsServer();
  for (const container of containers) server.containerStarted('a', container, at * second);
  return server;
};
/** The container has used `cpuSeconds` since its start when it is read at `at` seconds. */
const read = (server: MetricsServer, at: number, cpuSeconds: number, container = 'app'): void =>
  server.housekeeping('a', container, cpuSeconds * second, at * second);
const cpuOf = (server: MetricsServer): number | undefined =>
  server.sampleOf('a')?.containers[0]?.usageMilli.cpu;

describe('a sample', () => {
  test('is the mean between two readings of the counter, with the time of the later one', () => {
    const server = started();
    read(server, 20, 2);
    server.scrape();
    read(server, 32, 8);
    server.scrape();
    // 6 CPU seconds in 12 s.
    expect(server.sampleOf('a')).toEqual({
      pod: 'a',
      timestampUs: 32 * second,
      windowUs: 12 * second,
      containers: [{ name: 'app', usageMilli: { cpu: 500 } }],
    });
  });

  test('is as old as the last reading, however late the scrape', () => {
    const server = started();
    read(server, 20, 0);
    server.scrape();
    read(server, 30, 1);
    read(server, 41, 10);
    expect(cpuOf(server)).toBeUndefined();
    server.scrape();
    // The reading at 30 s was never scraped: 10 CPU seconds in 21 s, rounded up to millicores.
    expect(cpuOf(server)).toBe(477);
    expect(server.sampleOf('a')?.timestampUs).toBe(41 * second);
  });

  test('keeps the old rate and time while the kubelet has nothing new', () => {
    const server = started();
    read(server, 20, 0);
    server.scrape();
    read(server, 30, 3);
    server.scrape();
    const before = server.sampleOf('a');
    server.scrape();
    server.scrape();
    expect(server.sampleOf('a')).toEqual(before);
    expect(cpuOf(server)).toBe(300);
  });

  test.each([
    { cpuUs: 3_000_000, windowUs: 10 * second, milli: 300, because: 'even' },
    {
      cpuUs: 3_000_001,
      windowUs: 10 * second,
      milli: 301,
      because: 'a quantity is rounded up to thousandths',
    },
    { cpuUs: 0, windowUs: 10 * second, milli: 0, because: 'idle' },
    { cpuUs: 1, windowUs: 15 * second, milli: 1, because: 'hardly anything is not nothing' },
  ])('of $cpuUs us in $windowUs us is $milli m: $because', ({ cpuUs, windowUs, milli }) => {
    const point = (cumulativeCpuUs: number, atUs: number) => ({ cumulativeCpuUs, atUs, startUs: 0 });
    expect(usageMilliOf(point(0, 0), point(cpuUs, windowUs))).toBe(milli);
  });

  test('a step of load is seen in full only when both readings lie behind it', () => {
    // 0.2 CPU until 60 s, 1.0 from then on; read every 10 s at 5, 15, ...; scraped at 0, 15, 30, ...
    const used = (at: number): number => 0.2 * Math.min(at, 60) + Math.max(0, at - 60);
    const server = started();
    const seen: [number, number | undefined][] = [];
    for (let at = 0; at <= 105; at += 5) {
      if (at % 10 === 5) read(server, at, used(at));
      if (at % 15 === 0) {
        server.scrape();
        seen.push([at, cpuOf(server)]);
      }
    }
    // At 75 s the readings of 55 s and 75 s are compared: 5 s at 0.2 and 15 s at 1 make 0.8.
    expect(seen.slice(4)).toEqual([
      [60, 200],
      [75, 800],
      [90, 1000],
      [105, 1000],
    ]);
  });
});

describe('a new pod', () => {
  test('needs two points', () => {
    const server = started();
    read(server, 16, 8);
    server.scrape();
    expect(server.sampleOf('a')).toBeUndefined();
    read(server, 28, 14);
    server.scrape();
    expect(cpuOf(server)).toBe(500);
  });

  test.each([
    { age: 9.999999, seen: undefined, because: 'younger than 10 s it is not measured' },
    { age: 10, seen: 500, because: 'from 10 s on its start stands for the first point' },
    { age: 14.999999, seen: 500, because: 'below the resolution' },
    { age: 15, seen: undefined, because: 'from the resolution on it needs two' },
  ])('read at an age of $age s it has $seen m: $because', ({ age, seen }) => {
    const server = started(100);
    read(server, 100 + age, age / 2);
    server.scrape();
    expect(cpuOf(server)).toBe(seen);
    if (seen !== undefined) expect(server.sampleOf('a')?.windowUs).toBe(age * second);
  });

  test('is hidden as a whole while one container lacks two points', () => {
    const server = started(0, ['app', 'istio-proxy']);
    read(server, 20, 2);
    server.scrape();
    read(server, 30, 3);
    read(server, 31, 1, 'istio-proxy');
    server.scrape();
    expect(server.sampleOf('a')).toBeUndefined();
    read(server, 41, 2, 'istio-proxy');
    server.scrape();
    expect(server.sampleOf('a')).toEqual({
      pod: 'a',
      timestampUs: 30 * second,
      windowUs: 10 * second,
      containers: [
        { name: 'app', usageMilli: { cpu: 100 } },
        { name: 'istio-proxy', usageMilli: { cpu: 100 } },
      ],
    });
  });

  test('of which nothing was ever read is not there', () => {
    const server = started();
    server.scrape();
    expect(server.sampleOf('a')).toBeUndefined();
    expect(server.sampleOf('b')).toBeUndefined();
  });
});

describe('a restart', () => {
  test('is what a point looks like that was read at the very instant of the start', () => {
    const server = started(20);
    read(server, 20, 0);
    server.scrape();
    read(server, 40, 1);
    server.scrape();
    expect(server.sampleOf('a')).toBeUndefined();
  });

  test('hides the pod until it has two points again', () => {
    const server = started();
    read(server, 20, 10);
    server.scrape();
    read(server, 30, 20);
    server.scrape();
    server.containerStarted('a', 'app', 35 * second);
    // Until it is scraped again, the last sample of the former life is served.
    expect(cpuOf(server)).toBe(1000);
    server.scrape();
    expect(server.sampleOf('a')).toBeUndefined();
    read(server, 40, 1);
    server.scrape();
    expect(server.sampleOf('a')).toBeUndefined();
    read(server, 52, 4);
    server.scrape();
    // 3 CPU seconds in 12 s; the 20 s of the former life are forgotten.
    expect(cpuOf(server)).toBe(250);
  });

  test('of one container hides its pod, though the other has its points', () => {
    const server = started(0, ['app', 'istio-proxy']);
    for (const [at, cpu] of [
      [20, 2],
      [30, 3],
    ] as const) {
      read(server, at, cpu);
      read(server, at, cpu, 'istio-proxy');
      server.scrape();
    }
    expect(server.sampleOf('a')).toBeDefined();
    server.containerStarted('a', 'istio-proxy', 31 * second);
    read(server, 33, 0.1, 'istio-proxy');
    server.scrape();
    expect(server.sampleOf('a')).toBeUndefined();
  });
});

test('a removed pod leaves nothing behind', () => {
  const server = started();
  read(server, 20, 2);
  server.scrape();
  read(server, 30, 3);
  server.scrape();
  server.podRemoved('a');
  expect(server.samplesOf(['a'])).toEqual([]);
  server.containerStarted('a', 'app', 40 * second);
  read(server, 60, 2);
  server.scrape();
  expect(server.samplesOf(['a'])).toEqual([]);
});

test('a copy goes its own way', () => {
  const server = started();
  read(server, 20, 0);
  server.scrape();
  const copy = new MetricsServer(server.settings);
  copy.copyFrom(server);
  read(server, 30, 1);
  server.scrape();
  read(copy, 30, 9);
  copy.scrape();
  copy.containerStarted('b', 'app', 30 * second);
  expect([cpuOf(server), cpuOf(copy)]).toEqual([100, 900]);
  expect(() => server.housekeeping('b', 'app', 0, 31 * second)).toThrow('never started');
});

test('housekeeping comes at once, then every 10 to 15 s, in a phase of its own', () => {
  expect([0, 0.5, 0.999999999].map((uniform) => nextHousekeepingUs(100 * second, uniform))).toEqual([
    110 * second,
    112.5 * second,
    115 * second - 1,
  ]);
  expect([0, 0.5, 0.999999999].map((uniform) => firstHousekeepingUs(100 * second, uniform))).toEqual([
    100 * second + 1,
    100.05 * second + 1,
    100.1 * second,
  ]);
});

/*
 * A point is read within 0.1 s of the start and then every 15 s at most, so the first scrape that finds one comes before
 * 15.1 s, and the next, 15 s later, finds a newer one: the first sample is there before 30.1 s. Nothing younger than 10 s counts.
 * A sample ends at the last reading: at a scrape it is at most 15 s old.
 */
test('whatever the phases, a pod is measured 10 to 30 s after its start, by samples that end within 15 s', () => {
  const draws = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 12,
    maxLength: 12,
  });
  fc.assert(
    fc.property(draws, fc.integer({ min: 1, max: 15 * second }), (uniforms, scrapePhaseUs) => {
      const server = started();
      let readUs = firstHousekeepingUs(0, uniforms[0]!);
      let firstSeenUs = Infinity;
      let draw = 1;
      for (let scrapeUs = scrapePhaseUs; scrapeUs < 100 * second; scrapeUs += 15 * second) {
        for (; readUs <= scrapeUs; draw += 1) {
          server.housekeeping('a', 'app', readUs / 2, readUs);
          readUs = nextHousekeepingUs(readUs, uniforms[draw % uniforms.length]!);
        }
        server.scrape();
        const sample = server.sampleOf('a');
        if (sample === undefined) continue;
        firstSeenUs = Math.min(firstSeenUs, scrapeUs);
        expect(scrapeUs - sample.timestampUs).toBeLessThanOrEqual(15 * second);
        // The counter runs at half a CPU: whatever the window, that is read, but for rounding up.
        expect(sample.containers[0]!.usageMilli.cpu).toBeOneOf([500, 501]);
      }
      expect(firstSeenUs).toBeGreaterThanOrEqual(10 * second);
      expect(firstSeenUs).toBeLessThanOrEqual(30.1 * second);
    }),
  );
});
