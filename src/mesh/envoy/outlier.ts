import { copyColumns, growColumns, nextLength } from '../../kernel/columns.ts';

/**
 * Passive health checking: a proxy counts how each host of a cluster answers it, and stops choosing one that stands out.
 * Every client process judges for itself. Source: source/common/upstream/outlier_detection_impl.cc. One file, as there: counters,
 * judgement and return share the state of a host, and apart they would be read apart.
 *
 *   recordResponse ... --counter equals its limit--> detection (bits) --on the main thread--> detected --> ejected or not
 *   tick (each interval): un-eject who has served its time; success rate and failure percentage; decay of multipliers
 */
export interface OutlierSettings {
  readonly intervalUs: number;
  readonly baseEjectionUs: number;
  /** Envoy: 300 s, or the base if that is longer. */
  readonly maxEjectionUs: number;
  /** Whole milliseconds are drawn from 0 up to and including this. */
  readonly maxEjectionJitterUs: number;
  /** Errors in a row; 0: never. */
  readonly consecutive5xx: number;
  readonly consecutiveGatewayFailure: number;
  readonly consecutiveLocalOriginFailure: number;
  /** Of all hosts of the cluster, over all priorities. */
  readonly maxEjectionPercent: number;
  /**
   * The first ejection is always allowed. Envoy's current default is false, so that with 10 % a cluster of fewer than ten
   * hosts never ejects; older versions behaved as if it were true.
   */
  readonly alwaysEjectOneHost: boolean;
  /** Connection failures, resets and timeouts have a counter of their own, instead of counting as 503 and 504. */
  readonly splitExternalLocalOriginErrors: boolean;
  readonly successRateMinimumHosts: number;
  readonly successRateRequestVolume: number;
  /** In thousandths: 1900 is 1.9 standard deviations. */
  readonly successRateStdevFactor: number;
  readonly failurePercentageThreshold: number;
  readonly failurePercentageMinimumHosts: number;
  readonly failurePercentageRequestVolume: number;
  /** Percent of the detections of each kind that are acted upon. */
  readonly enforcing: Readonly<Record<EjectionCause, number>>;
}

/** Why a host stands out, in Envoy's words (api/envoy/data/cluster/v3/outlier_detection_event.proto). */
export type EjectionCause =
  | 'consecutive-gateway-failure'
  | 'consecutive-5xx'
  | 'consecutive-local-origin-failure'
  | 'success-rate'
  | 'failure-percentage'
  | 'local-origin-success-rate'
  | 'local-origin-failure-percentage';

export const envoyOutlierDefaults: OutlierSettings = {
  intervalUs: 10_000_000,
  baseEjectionUs: 30_000_000,
  maxEjectionUs: 300_000_000,
  maxEjectionJitterUs: 0,
  consecutive5xx: 5,
  consecutiveGatewayFailure: 5,
  consecutiveLocalOriginFailure: 5,
  maxEjectionPercent: 10,
  alwaysEjectOneHost: false,
  splitExternalLocalOriginErrors: false,
  successRateMinimumHosts: 5,
  successRateRequestVolume: 100,
  successRateStdevFactor: 1900,
  failurePercentageThreshold: 85,
  failurePercentageMinimumHosts: 5,
  failurePercentageRequestVolume: 50,
  enforcing: {
    'consecutive-gateway-failure': 0,
    'consecutive-5xx': 100,
    'consecutive-local-origin-failure': 100,
    'success-rate': 100,
    'failure-percentage': 0,
    'local-origin-success-rate': 100,
    'local-origin-failure-percentage': 0,
  },
};

/** Bits of what a result set off; 0: nothing. The gateway counter is tested before the 5xx counter. */
export const detection = { none: 0, gatewayFailure: 1, status5xx: 2, localOrigin: 4 } as const;

/** Whether a host was ejected, with the numbers behind it. */
export interface EjectionDecision {
  readonly host: number;
  readonly cause: EjectionCause;
  readonly ejected: boolean;
  readonly because: 'enforced' | 'enforcing-percent' | 'max-ejection-percent' | 'ejected-already';
  /** Errors in a row, success rate or failure percentage, and what it was held against. */
  readonly measured: number;
  readonly limit: number;
  /** Hosts out, this one included if it is ejected, of how many. */
  readonly ejectedHosts: number;
  readonly hosts: number;
  /** Of an ejection: the multiplier of the base time, and the time (jitter included) before the first tick that ends it. */
  readonly multiplier: number;
  readonly ejectionUs: number;
}

export interface UnejectionDecision {
  readonly host: number;
  readonly because: 'time-served' | 'health-check-passed';
  readonly ejectedForUs: number;
  readonly multiplier: number;
}

/** In the order in which they happened: who came back, then who was judged. */
export interface OutlierTick {
  readonly unejected: readonly UnejectionDecision[];
  readonly judged: readonly EjectionDecision[];
}

/** Whether one more host may be out: `100 * (ejected + 1) / hosts <= maxEjectionPercent`, or the first one regardless. */
export function mayEject(
  ejected: number,
  hosts: number,
  maxEjectionPercent: number,
  alwaysEjectOneHost: boolean,
): boolean {
  if (alwaysEjectOneHost && ejected === 0) return true;
  return (100 * (ejected + 1)) / hosts <= Math.min(100, maxEjectionPercent);
}

/** Envoy's feature test: certain at 0 and 100, where nothing is drawn; else `random mod 100 < percent`. */
export function isEnforced(percent: number, random: () => number): boolean {
  if (percent <= 0) return false;
  return percent >= 100 || random() % 100 < percent;
}

/** Mean less `factor` population standard deviations; a host strictly below it stands out. */
export function successRateThreshold(successRates: readonly number[], factor: number): number {
  let sum = 0;
  for (const rate of successRates) sum += rate;
  const mean = sum / successRates.length;
  let squares = 0;
  for (const rate of successRates) squares += (rate - mean) * (rate - mean);
  return mean - factor * Math.sqrt(squares / successRates.length);
}

/** Multiplier after one more ejection: it grows while `multiplier * base < max + base`. */
export function nextMultiplier(multiplier: number, baseEjectionUs: number, maxEjectionUs: number): number {
  return multiplier * baseEjectionUs < maxEjectionUs + baseEjectionUs ? multiplier + 1 : multiplier;
}

const EXTERNAL = 0;
const LOCAL = 1;

/** The judge of one (client process, cluster). Hosts are small whole numbers that the caller gives out. */
export class OutlierDetector {
  readonly settings: OutlierSettings;
  hostCount = 0;
  ejectedCount = 0;
  /** Detections that the limit on ejected hosts held back (ejections_overflow). */
  overflows = 0;

  readonly #hosts = {
    known: new Uint8Array(0),
    ejected: new Uint8Array(0),
    consecutive5xx: new Int32Array(0),
    consecutiveGateway: new Int32Array(0),
    consecutiveLocal: new Int32Array(0),
    multiplier: new Int32Array(0),
    ejectedAtUs: new Float64Array(0),
    /** -1: never. */
    unejectedAtUs: new Float64Array(0),
    jitterUs: new Float64Array(0),
  };
  /** Two per host, external and local origin: of the interval under way, and of the last whole one. */
  readonly #results = {
    total: new Float64Array(0),
    success: new Float64Array(0),
    lastTotal: new Float64Array(0),
    lastSuccess: new Float64Array(0),
  };

  constructor(settings: OutlierSettings) {
    if (settings.maxEjectionUs < settings.baseEjectionUs) {
      throw new Error(
        `maxEjectionUs ${settings.maxEjectionUs} is below baseEjectionUs ${settings.baseEjectionUs}`,
      );
    }
    this.settings = settings;
  }

  addHost(host: number): void {
    if (host >= this.#hosts.known.length) this.#grow(host + 1);
    if (this.#hosts.known[host] === 1) throw new Error(`host ${host} is known already`);
    this.#hosts.known[host] = 1;
    this.#hosts.ejected[host] = 0;
    this.#clearCounters(host);
    this.#hosts.multiplier[host] = 0;
    this.#hosts.unejectedAtUs[host] = -Infinity;
    for (const column of Object.values(this.#results)) {
      column.fill(0, 2 * host, 2 * host + 2);
    }
    this.hostCount += 1;
  }

  removeHost(host: number): void {
    if (this.#hosts.known[host] !== 1) return;
    this.#hosts.known[host] = 0;
    this.hostCount -= 1;
    if (this.#hosts.ejected[host] === 1) this.ejectedCount -= 1;
    this.#hosts.ejected[host] = 0;
  }

  isEjected(host: number): boolean {
    return this.#hosts.ejected[host] === 1;
  }

  /** Since when; Infinity: it is not ejected. */
  ejectedSinceUs(host: number): number {
    return this.isEjected(host) ? this.#hosts.ejectedAtUs[host]! : Infinity;
  }

  multiplierOf(host: number): number {
    return this.#hosts.multiplier[host]!;
  }

  /** A response of the host, of whatever attempt. Returns bits of `detection`. */
  recordResponse(host: number, status: number): number {
    if (this.#hosts.known[host] !== 1) return detection.none;
    this.#results.total[2 * host + EXTERNAL]! += 1;
    if (status < 500 || status > 599) {
      this.#results.success[2 * host + EXTERNAL]! += 1;
      this.#hosts.consecutive5xx[host] = 0;
      this.#hosts.consecutiveGateway[host] = 0;
      return detection.none;
    }
    let detected: number = detection.none;
    if (status >= 502 && status <= 504) {
      this.#hosts.consecutiveGateway[host]! += 1;
      if (this.#hosts.consecutiveGateway[host] === this.settings.consecutiveGatewayFailure) {
        detected |= detection.gatewayFailure;
      }
    } else {
      this.#hosts.consecutiveGateway[host] = 0;
    }
    this.#hosts.consecutive5xx[host]! += 1;
    if (this.#hosts.consecutive5xx[host] === this.settings.consecutive5xx) detected |= detection.status5xx;
    return detected;
  }

  /**
   * No connection, or a stream that was reset: a 503, or a local-origin failure in split mode. Not for a breaker's
   * overflow, which is no fault of the host. A reset by the host counts as local origin too, as in Envoy.
   */
  recordFailure(host: number): number {
    return this.settings.splitExternalLocalOriginErrors
      ? this.#recordLocalFailure(host)
      : this.recordResponse(host, 503);
  }

  /** The host did not answer in time: a 504, or a local-origin failure in split mode. */
  recordTimeout(host: number): number {
    return this.settings.splitExternalLocalOriginErrors
      ? this.#recordLocalFailure(host)
      : this.recordResponse(host, 504);
  }

  /** A stream got its connection: a local-origin success. Counts in split mode alone. */
  recordConnected(host: number): void {
    if (!this.settings.splitExternalLocalOriginErrors || this.#hosts.known[host] !== 1) return;
    this.#results.total[2 * host + LOCAL]! += 1;
    this.#results.success[2 * host + LOCAL]! += 1;
    this.#hosts.consecutiveLocal[host] = 0;
  }

  #recordLocalFailure(host: number): number {
    if (this.#hosts.known[host] !== 1) return detection.none;
    this.#results.total[2 * host + LOCAL]! += 1;
    this.#hosts.consecutiveLocal[host]! += 1;
    return this.#hosts.consecutiveLocal[host] === this.settings.consecutiveLocalOriginFailure
      ? detection.localOrigin
      : detection.none;
  }

  /**
   * What the main thread makes of a detection: at once, or a little after the result if the way there is modelled; more
   * results may have come meanwhile. Gateway failures are judged before 5xx. A host that is gone or ejected already is
   * passed over; otherwise the counter starts anew, whether or not the host was ejected.
   *
   * @param random whole numbers of 32 bits or more: for the enforcing percentage and the jitter.
   */
  detected(host: number, bits: number, nowUs: number, random: () => number): readonly EjectionDecision[] {
    const { settings } = this;
    const decided: EjectionDecision[] = [];
    if ((bits & detection.gatewayFailure) !== 0 && this.#isIn(host)) {
      const limit = settings.consecutiveGatewayFailure;
      const measured = this.#hosts.consecutiveGateway[host]!;
      decided.push(this.#judge(host, 'consecutive-gateway-failure', measured, limit, nowUs, random));
      this.#hosts.consecutiveGateway[host] = 0;
    }
    if ((bits & detection.status5xx) !== 0 && this.#isIn(host)) {
      const limit = settings.consecutive5xx;
      const measured = this.#hosts.consecutive5xx[host]!;
      decided.push(this.#judge(host, 'consecutive-5xx', measured, limit, nowUs, random));
      this.#hosts.consecutive5xx[host] = 0;
    }
    if ((bits & detection.localOrigin) !== 0 && this.#isIn(host)) {
      const limit = settings.consecutiveLocalOriginFailure;
      const measured = this.#hosts.consecutiveLocal[host]!;
      decided.push(this.#judge(host, 'consecutive-local-origin-failure', measured, limit, nowUs, random));
      this.#hosts.consecutiveLocal[host] = 0;
    }
    return decided;
  }

  /**
   * The end of an interval. Hosts are gone through in the order of their numbers (Envoy's order is that of a hash map,
   * which matters only where the limit on ejected hosts lets some through and not others).
   */
  tick(nowUs: number, random: () => number): OutlierTick {
    const unejected: UnejectionDecision[] = [];
    const judged: EjectionDecision[] = [];
    for (let host = 0; host < this.#hosts.known.length; host += 1) {
      if (this.#hosts.known[host] !== 1) continue;
      if (this.#hosts.ejected[host] === 1) {
        const heldUs = nowUs - this.#hosts.ejectedAtUs[host]!;
        if (this.#ejectionUs(host) <= heldUs) unejected.push(this.#uneject(host, nowUs, 'time-served'));
      }
      for (const kind of [2 * host + EXTERNAL, 2 * host + LOCAL]) {
        this.#results.lastTotal[kind] = this.#results.total[kind]!;
        this.#results.lastSuccess[kind] = this.#results.success[kind]!;
        this.#results.total[kind] = 0;
        this.#results.success[kind] = 0;
      }
    }
    this.#judgeRates(EXTERNAL, nowUs, random, judged);
    this.#judgeRates(LOCAL, nowUs, random, judged);
    for (let host = 0; host < this.#hosts.known.length; host += 1) {
      if (!this.#isIn(host) || this.#hosts.unejectedAtUs[host] === -Infinity) continue;
      if (
        nowUs - this.#hosts.unejectedAtUs[host]! >= this.settings.intervalUs &&
        this.#hosts.multiplier[host]! > 0
      ) {
        this.#hosts.multiplier[host]! -= 1;
      }
    }
    return { unejected, judged };
  }

  /** An active health check passed: undefined if the host was not ejected. */
  healthCheckPassed(host: number, nowUs: number): UnejectionDecision | undefined {
    return this.#hosts.ejected[host] === 1 ? this.#uneject(host, nowUs, 'health-check-passed') : undefined;
  }

  #judgeRates(kind: number, nowUs: number, random: () => number, judged: EjectionDecision[]): void {
    const { settings } = this;
    const volumes = [settings.successRateRequestVolume, settings.failurePercentageRequestVolume] as const;
    const comparable: number[] = [];
    const countable: number[] = [];
    for (let host = 0; host < this.#hosts.known.length; host += 1) {
      const total = this.#results.lastTotal[2 * host + kind]!;
      if (!this.#isIn(host) || total === 0) continue;
      if (total >= volumes[0]) comparable.push(host);
      if (total >= volumes[1]) countable.push(host);
    }
    if (comparable.length >= settings.successRateMinimumHosts) {
      const rates = comparable.map((host) => this.#successRate(host, kind));
      const threshold = successRateThreshold(rates, settings.successRateStdevFactor / 1000);
      const cause = kind === EXTERNAL ? 'success-rate' : 'local-origin-success-rate';
      for (const [at, host] of comparable.entries()) {
        const rate = rates[at]!;
        if (rate < threshold) judged.push(this.#judge(host, cause, rate, threshold, nowUs, random));
      }
    }
    if (countable.length >= settings.failurePercentageMinimumHosts) {
      const threshold = settings.failurePercentageThreshold;
      const cause = kind === EXTERNAL ? 'failure-percentage' : 'local-origin-failure-percentage';
      for (const host of countable) {
        const failures = 100 - this.#successRate(host, kind);
        if (failures >= threshold) {
          judged.push(this.#judge(host, cause, failures, threshold, nowUs, random));
        }
      }
    }
  }

  /** Percent, of the last whole interval. */
  #successRate(host: number, kind: number): number {
    return (this.#results.lastSuccess[2 * host + kind]! * 100) / this.#results.lastTotal[2 * host + kind]!;
  }

  #judge(
    host: number,
    cause: EjectionCause,
    measured: number,
    limit: number,
    nowUs: number,
    random: () => number,
  ): EjectionDecision {
    const { settings } = this;
    let because: EjectionDecision['because'] = 'enforced';
    if (this.#hosts.ejected[host] === 1) {
      // A stated choice: a host that one tick finds by both of its rules is ejected once (Envoy's counts would run off).
      because = 'ejected-already';
    } else if (
      !mayEject(this.ejectedCount, this.hostCount, settings.maxEjectionPercent, settings.alwaysEjectOneHost)
    ) {
      this.overflows += 1;
      because = 'max-ejection-percent';
    } else if (!isEnforced(settings.enforcing[cause], random)) {
      because = 'enforcing-percent';
    } else {
      this.ejectedCount += 1;
      this.#hosts.ejected[host] = 1;
      this.#hosts.ejectedAtUs[host] = nowUs;
      const jitterMsMax = Math.trunc(settings.maxEjectionJitterUs / 1000);
      this.#hosts.jitterUs[host] = (random() % (jitterMsMax + 1)) * 1000;
      this.#hosts.multiplier[host] = nextMultiplier(
        this.#hosts.multiplier[host]!,
        settings.baseEjectionUs,
        settings.maxEjectionUs,
      );
    }
    const ejected = because === 'enforced';
    return {
      host,
      cause,
      ejected,
      because,
      measured,
      limit,
      ejectedHosts: this.ejectedCount,
      hosts: this.hostCount,
      multiplier: this.#hosts.multiplier[host]!,
      ejectionUs: ejected ? this.#ejectionUs(host) : 0,
    };
  }

  /** How long a host stays out at least: the end is noticed by a tick alone. */
  #ejectionUs(host: number): number {
    const { baseEjectionUs, maxEjectionUs } = this.settings;
    return (
      Math.min(baseEjectionUs * this.#hosts.multiplier[host]!, maxEjectionUs) + this.#hosts.jitterUs[host]!
    );
  }

  #uneject(host: number, nowUs: number, because: UnejectionDecision['because']): UnejectionDecision {
    this.ejectedCount -= 1;
    this.#hosts.ejected[host] = 0;
    this.#hosts.unejectedAtUs[host] = nowUs;
    this.#clearCounters(host);
    return {
      host,
      because,
      ejectedForUs: nowUs - this.#hosts.ejectedAtUs[host]!,
      multiplier: this.#hosts.multiplier[host]!,
    };
  }

  #clearCounters(host: number): void {
    this.#hosts.consecutive5xx[host] = 0;
    this.#hosts.consecutiveGateway[host] = 0;
    this.#hosts.consecutiveLocal[host] = 0;
  }

  #isIn(host: number): boolean {
    return this.#hosts.known[host] === 1 && this.#hosts.ejected[host] === 0;
  }

  #grow(hosts: number): void {
    const capacity = nextLength(this.#hosts.known.length, hosts);
    growColumns(this.#hosts, capacity);
    growColumns(this.#results, 2 * capacity);
  }

  copyFrom(other: OutlierDetector): void {
    this.hostCount = other.hostCount;
    this.ejectedCount = other.ejectedCount;
    this.overflows = other.overflows;
    copyColumns(this.#hosts, other.#hosts);
    copyColumns(this.#results, other.#results);
  }
}
