import { moduloTotal } from '../weighted-cluster.ts';

/** The hosts of one priority level. */
export interface PriorityHosts {
  /** All of them, excluded ones too. */
  readonly hosts: number;
  readonly healthy: number;
  readonly degraded?: number;
  /** Hosts that count for nothing but total panic (not yet warmed up). */
  readonly excluded?: number;
  /** Sums of weights to take instead of counts, where weighted_priority_health is set; panic goes by counts all the same. */
  readonly weights?: {
    readonly total: number;
    readonly healthy: number;
    readonly degraded: number;
    readonly excluded: number;
  };
}

export interface PrioritySettings {
  /** A priority with a smaller share of healthy and degraded hosts panics. Envoy's default is 50; Istio writes 0. */
  readonly panicThresholdPercent?: number;
  /** Percent of its load that a priority's hosts can carry: 140. */
  readonly overprovisioningPercent?: number;
  /** Whether a panicking priority refuses requests rather than sending them to any host. */
  readonly failTrafficOnPanic?: boolean;
}

/** Which hosts of the priority a pick chooses from. */
export type HostSource = 'healthy' | 'degraded' | 'all' | 'none';

/** Where a request goes. One object per place, shared by all requests that go there. */
export interface PriorityPick {
  readonly priority: number;
  readonly source: HostSource;
  readonly reason:
    | 'healthy load'
    | 'degraded load'
    /** The counter lb_healthy_panic grows by one. */
    | 'panic'
    /** The counter lb_healthy_panic grows by one, and the answer is 503 UH. */
    | 'panic fails traffic';
}

export interface PriorityLoad {
  /** Percent of all requests by priority, to healthy hosts; together with `degraded` 100. */
  readonly healthy: readonly number[];
  readonly degraded: readonly number[];
  readonly panic: readonly boolean[];
  /** min(100, what all priorities can carry), in percent. */
  readonly available: number;
  readonly reason:
    /** Priorities can carry all: nobody panics, however few the hosts of one priority are. */
    | 'all load is carried'
    /** They cannot; their loads are scaled up to 100, and none is below the panic threshold. */
    | 'loads are scaled up'
    /** The same, with a priority that panics, which keeps its load but sends it to any host. */
    | 'some priorities panic'
    /** All panic: load goes by counts of hosts. */
    | 'total panic'
    /** All panic, and no priority has a host: priority 0 gets all, which is 503 UH. */
    | 'no hosts'
    /** Panic is off: priority 0 gets all, which is 503 UH. */
    | 'nothing available';
  /** By h - 1, h = 1 .. 100. */
  readonly picks: readonly PriorityPick[];
}

/**
 * How the load is shared among priorities (Envoy, load_balancer_impl.cc, recalculatePerPriorityState, -Panic and
 * recalculateLoadInTotalPanic), in integers throughout: each quotient is rounded down.
 *
 * It depends on the present counts alone. Envoy keeps the loads of the last change where everything became unavailable while
 * panic is off; as priority 0 then comes first with 100, no request can tell.
 * @throws RangeError without a priority, or for counts that cannot be.
 */
export function priorityLoad(
  priorities: readonly PriorityHosts[],
  settings: PrioritySettings = {},
): PriorityLoad {
  if (priorities.length === 0) throw new RangeError('a cluster has one priority or more');
  priorities.forEach(mustBeCounts);
  const overprovisioning = settings.overprovisioningPercent ?? 140;
  const threshold = Math.min(100, settings.panicThresholdPercent ?? 50);
  const health = priorities.map((level) => availability(level, 'healthy', overprovisioning));
  const degradation = priorities.map((level) => availability(level, 'degraded', overprovisioning));
  const available = Math.min(100, sum(health) + sum(degradation));
  const nobody = priorities.map(() => false);

  if (available === 0 && threshold === 0) {
    const first = priorities.map((_level, index) => (index === 0 ? 100 : 0));
    return loadOf(first, zeros(priorities), nobody, available, 'nothing available', settings);
  }
  const panic = available === 100 ? nobody : priorities.map((level) => isInPanic(level, threshold));
  if (panic.every((yes) => yes)) {
    const { loads, reason } = totalPanic(priorities);
    return loadOf(loads, zeros(priorities), panic, available, reason, settings);
  }
  const healthy = zeros(priorities);
  const degraded = zeros(priorities);
  if (available > 0) {
    const left = distribute(degraded, degradation, distribute(healthy, health, 100, available), available);
    // What rounding left over goes to the first priority that has healthy hosts to speak of, else degraded ones.
    const firstHealthy = health.findIndex((percent) => percent > 0);
    const loads = firstHealthy >= 0 ? healthy : degraded;
    const first = firstHealthy >= 0 ? firstHealthy : degradation.findIndex((percent) => percent > 0);
    loads[first] = loads[first]! + left;
  }
  const reason =
    available === 100
      ? 'all load is carried'
      : panic.includes(true)
        ? 'some priorities panic'
        : 'loads are scaled up';
  return loadOf(healthy, degraded, panic, available, reason, settings);
}

/** Where the 64-bit random number of a pick sends it: h = random mod 100 + 1 walks healthy loads, then degraded ones. */
export function pickPriority(load: PriorityLoad, randomHigh: number, randomLow: number): PriorityPick {
  return load.picks[moduloTotal(randomHigh, randomLow, 100)]!;
}

/** min(100, overprovisioning * healthy / (hosts - excluded)), in percent. */
function availability(level: PriorityHosts, of: 'healthy' | 'degraded', overprovisioning: number): number {
  if (level.hosts - (level.excluded ?? 0) === 0) return 0;
  const counts = level.weights ?? { ...level, total: level.hosts };
  const total = counts.total - (counts.excluded ?? 0);
  return total > 0 ? Math.min(100, Math.floor((overprovisioning * (counts[of] ?? 0)) / total)) : 0;
}

/** Strict: at the threshold itself there is no panic. A priority without hosts has 0 percent. */
function isInPanic(level: PriorityHosts, thresholdPercent: number): boolean {
  const count = level.hosts - (level.excluded ?? 0);
  const usable = level.healthy + (level.degraded ?? 0);
  return (count === 0 ? 0 : (100 * usable) / count) < thresholdPercent;
}

/** Gives each priority in turn what it can carry of `remaining`; returns what is left. */
function distribute(
  loads: number[],
  percents: readonly number[],
  remaining: number,
  available: number,
): number {
  percents.forEach((percent, index) => {
    loads[index] = Math.min(remaining, Math.floor((percent * 100) / available));
    remaining -= loads[index];
  });
  return remaining;
}

/** By counts of all hosts; what rounding leaves goes to the first priority that has any. */
function totalPanic(priorities: readonly PriorityHosts[]): {
  readonly loads: readonly number[];
  readonly reason: 'total panic' | 'no hosts';
} {
  const total = sum(priorities.map((level) => level.hosts));
  if (total === 0) {
    return { loads: priorities.map((_level, index) => (index === 0 ? 100 : 0)), reason: 'no hosts' };
  }
  const loads = priorities.map((level) => Math.floor((100 * level.hosts) / total));
  const first = priorities.findIndex((level) => level.hosts > 0);
  loads[first] = loads[first]! + 100 - sum(loads);
  return { loads, reason: 'total panic' };
}

function loadOf(
  healthy: readonly number[],
  degraded: readonly number[],
  panic: readonly boolean[],
  available: number,
  reason: PriorityLoad['reason'],
  settings: PrioritySettings,
): PriorityLoad {
  const picks: PriorityPick[] = [];
  const fill = (loads: readonly number[], source: 'healthy' | 'degraded'): void => {
    loads.forEach((percent, priority) => {
      const pick: PriorityPick = panic[priority]!
        ? settings.failTrafficOnPanic === true
          ? { priority, source: 'none', reason: 'panic fails traffic' }
          : { priority, source: 'all', reason: 'panic' }
        : { priority, source, reason: source === 'healthy' ? 'healthy load' : 'degraded load' };
      for (let i = 0; i < percent; i += 1) picks.push(pick);
    });
  };
  fill(healthy, 'healthy');
  fill(degraded, 'degraded');
  // Without any load (weights so uneven that all percents round to 0, but no panic) Envoy falls back to priority 0.
  const fallback: PriorityPick = { priority: 0, source: 'healthy', reason: 'healthy load' };
  while (picks.length < 100) picks.push(fallback);
  return { healthy, degraded, panic, available, reason, picks };
}

function mustBeCounts(level: PriorityHosts, index: number): void {
  const { hosts, healthy, degraded = 0, excluded = 0 } = level;
  const counts = [hosts, healthy, degraded, excluded];
  if (
    !counts.every((count) => Number.isInteger(count) && count >= 0) ||
    healthy + degraded + excluded > hosts
  ) {
    throw new RangeError(
      `priority ${index}: ${healthy} healthy, ${degraded} degraded and ${excluded} excluded of ${hosts} hosts cannot be`,
    );
  }
}

function zeros(priorities: readonly PriorityHosts[]): number[] {
  return priorities.map(() => 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
