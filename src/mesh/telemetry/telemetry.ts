import type { Stream } from '../../kernel/chance.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { responseFlag } from '../envoy/response-flag.ts';
import { Prometheus, type PrometheusSettings } from './prometheus.ts';
import { RequestSeries } from './request-series.ts';

/** What telemetry reads of a request's row; see `RequestColumns`. */
export interface CountedColumns {
  readonly caller: ArrayLike<number>;
  readonly pod: ArrayLike<number>;
  readonly service: ArrayLike<number>;
  readonly status: ArrayLike<number>;
  readonly flags: ArrayLike<number>;
  readonly startedUs: ArrayLike<number>;
  readonly enteredUs: ArrayLike<number>;
  /** Nobody waits for the answer any more; of a mirrored copy nobody ever did, which is another thing. */
  isUnwanted(row: number): boolean;
}

/**
 * What the mesh counts of itself, as Istio's proxies do (https://istio.io/latest/docs/reference/config/metrics/): requests and
 * their durations at the caller's proxy and at the one beside the pod, and the Prometheus that reads both. Sizes are left
 * out; exchanges over TCP are counted as requests, where Istio counts connections and bytes under names of their own.
 */
export class Telemetry {
  /** Requests as the callers' proxies see them: once, whatever was tried again. */
  readonly source = new RequestSeries();
  /** As the pods' side sees them: each try. Those of pods without a sidecar are here, too, and nobody reads them. */
  readonly destination = new RequestSeries();
  readonly prometheus: Prometheus;
  readonly #rows: CountedColumns;
  readonly #isRead: boolean;

  /** @param isRead false: nobody will ask, so nothing is counted. */
  constructor(
    simulation: Simulation,
    rows: CountedColumns,
    settings: PrometheusSettings,
    proxyOfPod: readonly number[],
    chance: Stream,
    isRead: boolean,
  ) {
    this.#rows = rows;
    this.#isRead = isRead;
    this.prometheus = new Prometheus(simulation, settings, this, proxyOfPod, chance);
  }

  /** Takes over what another run of the same settings has counted and read. */
  copyFrom(other: Telemetry): void {
    this.source.copyFrom(other.source);
    this.destination.copyFrom(other.destination);
    this.prometheus.copyFrom(other.prometheus);
  }

  /** What is told from now on was counted since now. The Prometheus goes on with what it has read. */
  startOver(): void {
    this.source.startOver();
    this.destination.startOver();
  }

  /** The answer, a local reply or the end of patience has reached the caller of the request in `row`. */
  answered(row: number, nowUs: number): void {
    if (!this.#isRead) return;
    const { caller, pod, service, status, flags, startedUs } = this.#rows;
    if (caller[row]! < 0) return;
    this.source.add(
      caller[row]!,
      pod[row]!,
      service[row]!,
      status[row]!,
      flags[row]!,
      nowUs - startedUs[row]!,
    );
  }

  /** The pod of the try in `row` has answered; a caller that has gone by now is told as status 0, DC. */
  replied(row: number, nowUs: number): void {
    if (!this.#isRead) return;
    const { caller, pod, service, status, enteredUs } = this.#rows;
    const gone = this.#rows.isUnwanted(row);
    this.destination.add(
      caller[row]!,
      pod[row]!,
      service[row]!,
      gone ? 0 : status[row]!,
      gone ? responseFlag.DC : 0,
      nowUs - enteredUs[row]!,
    );
  }
}
