import { describe, expect, test } from 'vitest';
import { saturatedUtilizationPercent } from '../../../../src/mesh/kubernetes/view/saturated-utilization.ts';
import { conditionOf, cpuTarget, pods, requesting, sync, using } from '../support.ts';

/*
 * A planner's ramp: 1200 requests/s; v1 costs 8 ms of CPU each, v3 11.2 ms; request = limit = 500m; target 70 %;
 * v1 has 6 to 40 replicas, v3 2 to 30. Demand in millicores is rate * milliseconds, shared evenly; the limit clips what
 * can be read. One pod on target uses 350m.
 */
const LIMIT_MILLI = 500;
const v1 = { cpuMsPerRequest: 8, minReplicas: 6, maxReplicas: 40 };
const v3 = { cpuMsPerRequest: 11.2, minReplicas: 2, maxReplicas: 30 };

/** The sync of `replicas` ready pods of a version that gets `share` of the requests. */
function syncAt(version: typeof v1, share: number, replicas: number) {
  const { minReplicas, maxReplicas, cpuMsPerRequest } = version;
  const demandMilli = Math.round(1200 * share * cpuMsPerRequest);
  const cpu = Math.min(LIMIT_MILLI, Math.ceil(demandMilli / replicas));
  const running = pods(replicas, requesting(LIMIT_MILLI));
  return sync({
    spec: { minReplicas, maxReplicas, metrics: [cpuTarget(70)] },
    currentReplicas: replicas,
    pods: running,
    samples: { resource: using(running, cpu) },
  });
}

test.each([
  { version: v1, share: 1, from: 40, wanted: 28, because: '9600m / 350m = 27.4 pods' },
  { version: v1, share: 1, from: 28, wanted: 28, because: 'and there it rests: 343m of 500m is 68 %' },
  { version: v1, share: 0.5, from: 28, wanted: 14, because: '4800m / 350m = 13.7' },
  { version: v3, share: 0.5, from: 14, wanted: 20, because: '6720m / 350m = 19.2' },
  { version: v3, share: 0.5, from: 20, wanted: 20, because: '336m of 500m is 67 %' },
])('$share of the traffic on $from pods of $version.cpuMsPerRequest ms asks for $wanted: $because', (row) => {
  expect(syncAt(row.version, row.share, row.from).replicas).toBe(row.wanted);
});

describe('all traffic on v3', () => {
  test('39 are wanted; 30 are allowed and run at 90 %', () => {
    const output = syncAt(v3, 1, 30);
    // 13 440m / 30 = 448m, 89.6 % of 500m, read as 89 %: ceil(89/70 * 30) = ceil(38.14).
    expect(output.logs.recommendations.at(-1)?.replicas).toBe(39);
    expect(output.replicas).toBe(30);
    expect(output.currentMetrics[0]?.averageUtilization).toBe(89);
    expect(conditionOf(output, 'ScalingLimited')).toBe('True TooManyReplicas');
  });

  test('30 pods hold the target up to 78 % of the traffic', () => {
    // 30 * 350m = 10 500m of the 13 440m.
    expect(10_500 / (1200 * 11.2)).toBeCloseTo(0.781, 3);
    expect(syncAt(v3, 0.78, 30).currentMetrics[0]?.averageUtilization).toBeLessThanOrEqual(70);
    expect(syncAt(v3, 0.8, 30).currentMetrics[0]?.averageUtilization).toBeGreaterThan(70);
  });

  test('from 20 pods the first ask is 29, not 39: the limit clips the reading at 100 %', () => {
    // 13 440m are offered to 20 * 500m: 134 %. What can be read is 100 %: ceil(100/70 * 20) = ceil(28.57).
    const output = syncAt(v3, 1, 20);
    expect(saturatedUtilizationPercent(LIMIT_MILLI, LIMIT_MILLI)).toBe(100);
    expect(output.currentMetrics[0]?.averageUtilization).toBe(100);
    expect(output.logs.recommendations.at(-1)?.replicas).toBe(29);
    expect(output.replicas).toBe(29);
  });
});
