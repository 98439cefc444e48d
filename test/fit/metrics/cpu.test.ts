import { describe, expect, test } from 'vitest';
import type { Series } from '../../../src/accesslog/series.ts';
import { Counter } from '../../../src/fit/metrics/counter.ts';
import { MetricShelf } from '../../../src/fit/metrics/metric-shelf.ts';
import { Names } from '../../../src/fit/names.ts';
import { poisson, streamOf } from '../../support/made-logs.ts';

const zero = 1_772_366_400;
const step = 15;

const series = (labels: Record<string, string>, values: readonly number[], from = zero): Series => ({
  labels,
  times: Float64Array.from(values, (_, at) => from + step * at),
  values: Float64Array.from(values),
});

describe('a counter', () => {
  test('goes on where it was set back', () => {
    const counter = new Counter([series({}, [100, 130, 5, 20])]);
    expect([...counter.grown]).toEqual([0, 30, 35, 50]);
    expect(counter.wasReset(zero + 20, zero + 40)).toBe(true);
    expect(counter.wasReset(zero + 31, zero + 45)).toBe(false);
  });

  test('of several series counts what a later one begins with', () => {
    const counter = new Counter([series({}, [100, 110, 120]), series({ code: '500' }, [2, 3], zero + step)]);
    expect(counter.grown.at(-1)).toBe(23);
  });

  test('sees a gap, and readings that were only repeated', () => {
    const repeated = new Counter([series({}, [0, 100, 200, 200, 200, 200, 600, 700])]);
    expect(repeated.hasGap(zero + 30, zero + 75)).toBe(true);
    expect(repeated.hasGap(zero, zero + 15)).toBe(false);
  });
});

/** Two pods: 3 ms a request and 8 m idle, 0.2 ms a pass and 4 m idle beside; the CPU is read 7 s late, the first proxy restarts once. */
function given(rates: readonly { at: number; rps: number }[]): MetricShelf {
  const shelf = new MetricShelf();
  const names = new Names();
  for (const [index, pod] of ['web-7d9c6b5f4d-4hk2m', 'web-7d9c6b5f4d-x8zq9'].entries()) {
    const times = poisson(rates, 1200, streamOf(`${pod} ${rates.length}`));
    const until = (time: number): number => times.filter((own) => own < time).length;
    const readings = Array.from({ length: 81 }, (_, at) => at * step);
    const requests = readings.map((time) => {
      const count = until(time);
      return index === 0 && time > 600 ? count - until(607) : 5000 + count;
    });
    const cpu = (perRequest: number, idle: number): number[] =>
      readings.map((time) => 90 + until(time - 7) * perRequest + Math.max(0, time) * idle);
    shelf.add(
      [
        series(
          {
            __name__: 'istio_requests_total',
            reporter: 'destination',
            pod,
            destination_workload: 'web',
            response_code: '200',
          },
          requests,
        ),
        series({ __name__: 'container_cpu_usage_seconds_total', pod, container: 'app' }, cpu(0.003, 0.008)),
        series(
          { __name__: 'container_cpu_usage_seconds_total', pod, container: 'istio-proxy' },
          cpu(0.0002, 0.004),
        ),
      ],
      names,
    );
  }
  return shelf;
}

describe('CPU of a request', () => {
  const moving = [
    { at: 0, rps: 5 },
    { at: 400, rps: 20 },
    { at: 800, rps: 10 },
  ];

  test('is told from that of an idle pod, though it is read late and a proxy restarts', () => {
    const found = given(moving).appCpu('web', new Names())!;
    expect(found.isTold).toBe(true);
    expect(found.perRequestMs.value).toBeCloseTo(3, 1);
    expect(found.idleMilli.value).toBeCloseTo(8, 0);
    for (const { seconds } of found.lags) expect(Math.abs(seconds - 7)).toBeLessThanOrEqual(2);
  });

  test('of sidecars is by the pass', () => {
    const found = given(moving).sidecarCpu(new Names())!;
    expect(found.perRequestMs.value).toBeCloseTo(0.2, 2);
    expect(found.idleMilli.value).toBeCloseTo(4, 0);
  });

  test('is not told from idle CPU at a rate that hardly moves, and says so', () => {
    // A reading a minute counts 6,000 requests: chance moves the rate by a few per cent.
    const found = given([{ at: 0, rps: 100 }]).appCpu('web', new Names())!;
    expect(found.isTold).toBe(false);
    expect(found.perRequestMs.low).toBe(0);
    // 3 ms and 8 m over 100 a second.
    expect(found.perRequestMs.value).toBeCloseTo(3.08, 1);
  });
});

test('requests and errors of a workload are those at the destination', () => {
  const shelf = new MetricShelf();
  const labels = {
    __name__: 'istio_requests_total',
    reporter: 'destination',
    pod: 'web-1',
    destination_workload: 'web',
  };
  shelf.add(
    [
      series({ ...labels, response_code: '200' }, [1000, 1400, 1900]),
      series({ ...labels, response_code: '503' }, [4, 100], zero + step),
      series({ ...labels, reporter: 'source', response_code: '200' }, [0, 5000, 9000]),
    ],
    new Names(),
  );
  expect(shelf.workloads()).toMatchObject([{ workload: 'web', requests: 1000, failed: { value: 0.1 } }]);
});
