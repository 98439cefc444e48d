import { describe, expect, test } from 'vitest';
import { emptyHpaLogs, type HpaLogs, type ScaleEvent } from '../../../../src/mesh/kubernetes/hpa/logs.ts';
import {
  limitWithBehavior,
  limitWithoutBehavior,
  scaleDownLimit,
  scaleUpLimit,
} from '../../../../src/mesh/kubernetes/hpa/policies.ts';
import { logScaleEvent } from '../../../../src/mesh/kubernetes/hpa/scale-events.ts';
import {
  hpaDefaults,
  type ScalingPolicy,
  type ScalingRules,
} from '../../../../src/mesh/kubernetes/hpa/spec.ts';
import { now, second } from '../support.ts';

/** `[change, seconds ago]` */
const events = (...entries: readonly (readonly [number, number])[]): ScaleEvent[] =>
  entries.map(([change, secondsAgo]) => ({ change, atUs: now - secondsAgo * second, outdated: false }));
const logs = (ups: ScaleEvent[], downs: ScaleEvent[] = []): HpaLogs => ({
  ...emptyHpaLogs,
  scaleUps: ups,
  scaleDowns: downs,
});
const podsPolicy = (value: number, periodSeconds = 60): ScalingPolicy => ({
  type: 'Pods',
  value,
  periodSeconds,
});
const percentPolicy = (value: number, periodSeconds = 60): ScalingPolicy => ({
  type: 'Percent',
  value,
  periodSeconds,
});
const rules = (
  policies: readonly ScalingPolicy[],
  selectPolicy: ScalingRules['selectPolicy'] = 'Max',
): ScalingRules => ({ stabilizationWindowSeconds: 0, selectPolicy, policies });

describe('without behavior', () => {
  test.each([
    { current: 1, desired: 100, replicas: 4, because: 'at least 4 are always allowed' },
    { current: 2, desired: 100, replicas: 4, because: 'twice 2' },
    { current: 3, desired: 100, replicas: 6, because: 'twice 3' },
    { current: 10, desired: 100, replicas: 20, because: 'twice 10' },
    { current: 10, desired: 20, replicas: 20, because: 'exactly twice is within' },
    { current: 10, desired: 1, replicas: 1, because: 'down has no limit of pace' },
  ])('from $current to $desired goes to $replicas: $because', ({ current, desired, replicas }) => {
    expect(limitWithoutBehavior(desired, current, 1, 1000).replicas).toBe(replicas);
  });

  test.each([
    { current: 5, desired: 30, min: 1, max: 20, replicas: 10, reason: 'ScaleUpLimit' },
    {
      current: 5,
      desired: 30,
      min: 1,
      max: 10,
      replicas: 10,
      reason: 'TooManyReplicas',
      because: 'equal: the bound is named',
    },
    { current: 5, desired: 1, min: 3, max: 10, replicas: 3, reason: 'TooFewReplicas' },
    { current: 5, desired: 7, min: 3, max: 10, replicas: 7, reason: 'DesiredWithinRange' },
  ])(
    '$current -> $desired within $min..$max: $replicas, $reason',
    ({ current, desired, min, max, replicas, reason }) => {
      expect(limitWithoutBehavior(desired, current, min, max)).toMatchObject({ replicas, reason });
    },
  );
});

describe('policies of scaling up', () => {
  const limitOf = (
    policies: readonly ScalingPolicy[],
    current: number,
    select?: ScalingRules['selectPolicy'],
  ) => scaleUpLimit(current, rules(policies, select), emptyHpaLogs, now);

  test.each([
    { current: 1, limit: 5, because: '1 + 4 pods beat 1 + 100 %' },
    { current: 3, limit: 7, because: '3 + 4 pods' },
    { current: 4, limit: 8, because: 'both alike' },
    { current: 5, limit: 10, because: '100 % beat 4 pods' },
  ])('the defaults allow $current to become $limit: $because', ({ current, limit }) => {
    const { behavior } = hpaDefaults({ maxReplicas: 100, behavior: {} });
    expect(scaleUpLimit(current, behavior!.scaleUp, emptyHpaLogs, now)).toBe(limit);
  });

  // The exact product is a whole number in each row. In doubles 1 + 10/100 is a little more than 1.1.
  test.each([50, 90, 100, 110, 170, 180, 190, 200])(
    '10 %% more than %i is one more than arithmetic says',
    (current) => {
      expect(limitOf([percentPolicy(10)], current)).toBe((current * 11) / 10 + 1);
    },
  );

  test.each([10, 20, 30, 40, 60, 70, 80, 120, 130])(
    '10 %% more than %i is what arithmetic says',
    (current) => {
      expect(limitOf([percentPolicy(10)], current)).toBe((current * 11) / 10);
    },
  );

  test.each([
    { current: 1, value: 10, limit: 2, because: 'up is rounded up, or one pod would never grow' },
    { current: 3, value: 50, limit: 5, because: '4.5' },
    { current: 7, value: 0, limit: 7, because: 'nothing' },
  ])('$value % more than $current allows $limit: $because', ({ current, value, limit }) => {
    expect(limitOf([percentPolicy(value)], current)).toBe(limit);
  });

  test.each([
    { select: 'Max' as const, limit: 20, because: 'the widest' },
    { select: 'Min' as const, limit: 14, because: 'the narrowest' },
    { select: 'Disabled' as const, limit: 10, because: 'none' },
  ])('$select of +4 pods and +100 % lets 10 become $limit: $because', ({ select, limit }) => {
    expect(limitOf([podsPolicy(4), percentPolicy(100)], 10, select)).toBe(limit);
  });
});

describe('policies of scaling down', () => {
  test.each([
    { current: 80, value: 10, limit: 72, because: "the documentation's first step" },
    { current: 72, value: 10, limit: 64, because: 'its second: 7.2 removed are rounded up to 8' },
    { current: 3, value: 50, limit: 1, because: '1.5 left are cut to 1' },
    { current: 5, value: 100, limit: 0, because: 'all' },
  ])('$value % of $current leaves $limit: $because', ({ current, value, limit }) => {
    expect(scaleDownLimit(current, rules([percentPolicy(value)]), emptyHpaLogs, now)).toBe(limit);
  });

  test.each([
    { select: 'Max' as const, limit: 5, because: 'the largest change' },
    { select: 'Min' as const, limit: 6, because: 'the smallest change' },
    { select: 'Disabled' as const, limit: 10, because: 'none' },
  ])('$select of -4 pods and -50 % lets 10 become $limit: $because', ({ select, limit }) => {
    const policies = [podsPolicy(4), percentPolicy(50)];
    expect(scaleDownLimit(10, rules(policies, select), emptyHpaLogs, now)).toBe(limit);
  });
});

describe('what happened within the period', () => {
  test.each([
    { ups: events([3, 10]), downs: events(), limit: 11, because: 'it began at 7' },
    { ups: events(), downs: events([3, 10]), limit: 17, because: 'it began at 13' },
    { ups: events([3, 10], [2, 20]), downs: events([1, 30]), limit: 10, because: '10 - 5 + 1 + 4' },
    { ups: events([3, 60]), downs: events(), limit: 14, because: 'exactly one period old is forgotten' },
    { ups: events([3, 59.999999]), downs: events(), limit: 11, because: 'a microsecond younger is not' },
  ])('10 may become $limit at 4 pods in 60 s: $because', ({ ups, downs, limit }) => {
    expect(scaleUpLimit(10, rules([podsPolicy(4)]), logs(ups, downs), now)).toBe(limit);
  });

  test('each policy looks at its own period', () => {
    // 30 s: began at 10, allows 20. 60 s: began at 4, allows 8.
    const both = [percentPolicy(100, 30), percentPolicy(100, 60)];
    const happened = logs(events([6, 45]));
    expect(scaleUpLimit(10, rules(both), happened, now)).toBe(20);
    expect(scaleUpLimit(10, rules(both, 'Min'), happened, now)).toBe(8);
  });

  test('the default 15 s against a sync of exactly 15 s allow 100 % at every sync', () => {
    const { behavior } = hpaDefaults({ maxReplicas: 1000, behavior: {} });
    expect(scaleUpLimit(20, behavior!.scaleUp, logs(events([10, 15])), now)).toBe(40);
    expect(scaleUpLimit(20, behavior!.scaleUp, logs(events([10, 14.999999])), now)).toBe(20);
  });
});

describe('bounds around the pace', () => {
  const behavior = { scaleUp: rules([podsPolicy(4)]), scaleDown: rules([podsPolicy(2)]) };
  const limitOf = (current: number, desired: number, min: number, max: number, happened = emptyHpaLogs) =>
    limitWithBehavior(desired, current, min, max, behavior, happened, now);

  test.each([
    {
      current: 5,
      desired: 30,
      min: 1,
      max: 20,
      replicas: 9,
      reason: 'ScaleUpLimit',
      because: 'the pace is narrower',
    },
    {
      current: 5,
      desired: 30,
      min: 1,
      max: 9,
      replicas: 9,
      reason: 'TooManyReplicas',
      because: 'equal: max is named',
    },
    {
      current: 5,
      desired: 30,
      min: 1,
      max: 7,
      replicas: 7,
      reason: 'TooManyReplicas',
      because: 'max is narrower',
    },
    {
      current: 5,
      desired: 1,
      min: 1,
      max: 9,
      replicas: 3,
      reason: 'ScaleDownLimit',
      because: 'the pace is narrower',
    },
    {
      current: 5,
      desired: 1,
      min: 3,
      max: 9,
      replicas: 3,
      reason: 'TooFewReplicas',
      because: 'equal: min is named',
    },
    {
      current: 5,
      desired: 1,
      min: 4,
      max: 9,
      replicas: 4,
      reason: 'TooFewReplicas',
      because: 'min is narrower',
    },
    {
      current: 5,
      desired: 5,
      min: 1,
      max: 9,
      replicas: 5,
      reason: 'DesiredWithinRange',
      because: 'nothing to do',
    },
    {
      current: 5,
      desired: 8,
      min: 1,
      max: 9,
      replicas: 8,
      reason: 'DesiredWithinRange',
      because: 'inside all',
    },
  ])('$current -> $desired within $min..$max: $replicas, as $because', (row) => {
    const { current, desired, min, max, replicas, reason } = row;
    expect(limitOf(current, desired, min, max)).toMatchObject({ replicas, reason });
  });

  test('a limit that lies on the wrong side of the current number keeps it', () => {
    // 12 pods were added by another hand within the minute: 20 - 12 + 4 = 12 < 20.
    expect(limitOf(20, 25, 1, 100, logs(events([12, 10]))).replicas).toBe(20);
    // 12 were removed: 8 + 12 - 2 = 18 > 8.
    expect(limitOf(8, 1, 1, 100, logs([], events([12, 10]))).replicas).toBe(8);
  });
});

// horizontal_test.go, TestStoreScaleEvents: which slot a change of 5 takes, by its policies' longest period.
describe('the log of changes', () => {
  const store = (
    log: ScaleEvent[],
    periods: readonly number[],
    direction: 'up' | 'down',
  ): readonly ScaleEvent[] => {
    const policies = periods.map((period) => podsPolicy(10, period));
    const behavior = { scaleUp: rules(policies), scaleDown: rules(policies) };
    const stored =
      direction === 'up'
        ? logScaleEvent(logs(log), behavior, 10, 15, now).scaleUps
        : logScaleEvent(logs([], log), behavior, 15, 10, now).scaleDowns;
    return stored;
  };
  const outdated = (log: ScaleEvent[]): ScaleEvent[] => log.map((event) => ({ ...event, outdated: true }));

  const cases = [
    { name: 'empty entries', before: events(), periods: [60, 60], after: events([5, 0]) },
    {
      name: 'one outdated entry is replaced',
      before: events([7, 61]),
      periods: [60, 60],
      after: events([5, 0]),
    },
    {
      name: 'one actual entry is kept',
      before: events([7, 58]),
      periods: [60, 60],
      after: events([7, 58], [5, 0]),
    },
    {
      name: 'of two entries the outdated one is replaced',
      before: events([7, 61], [6, 59]),
      periods: [60],
      after: events([5, 0], [6, 59]),
    },
    {
      name: 'the longest period counts, and the last outdated slot is taken',
      before: events([8, 29], [6, 59], [7, 61], [9, 61]),
      periods: [60, 30],
      after: [...events([8, 29], [6, 59]), ...outdated(events([7, 61])), ...events([5, 0])],
    },
    {
      name: 'two actual entries are kept',
      before: events([7, 58], [6, 59]),
      periods: [120, 30],
      after: events([7, 58], [6, 59], [5, 0]),
    },
    {
      name: 'exactly one period old is not outdated yet',
      before: events([7, 60]),
      periods: [60],
      after: events([7, 60], [5, 0]),
    },
  ];
  test.each(cases)('$name', ({ before, periods, after }) => {
    expect(store(before, periods, 'up')).toEqual(after);
    expect(store(before, periods, 'down')).toEqual(after);
  });

  test('without behavior nothing is logged or touched', () => {
    const before = logs(events([7, 61]));
    expect(logScaleEvent(before, undefined, 10, 15, now)).toBe(before);
  });
});
