import { formatIsoTime } from '../../accesslog/iso-time.ts';
import type { EvidenceLevels } from '../../verdict/rule-of-evidence.ts';
import type { Failing } from '../../verdict/failing.ts';
import type { Weights } from '../../verdict/sighting.ts';
import { Watch } from '../../verdict/watch.ts';
import { FailureWatch } from './failure-watch.ts';
import type { Window } from './question.ts';
import { refusal } from './refused.ts';

/** Hears of each window that ends, and of the first request in one at which luck is ruled out. */
export interface WindowListener {
  ended(title: string, watch: Watch): void;
  alarm(title: string, watch: Watch): void;
  /** At the first request in it at which requests are shown to fail. */
  failing(title: string, failing: Failing): void;
}

/**
 * A watch per window, begun anew each time: what breaks after an hour of good requests shows within a few requests, where a
 * single count would have to outweigh the hour. Window k gets its levels over k (k + 1), which sums to
 * them over all windows.
 */
export class Windows {
  readonly #length: Window;
  readonly #levels: EvidenceLevels;
  readonly #listener: WindowListener;
  #weights: Weights;
  #number = 0;
  #watch: Watch | undefined;
  #endUs = Number.NaN;
  #saidAlarm = false;
  #failures: FailureWatch | undefined;

  constructor(length: Window, weights: Weights, levels: EvidenceLevels, listener: WindowListener) {
    this.#length = length;
    this.#weights = weights;
    this.#levels = levels;
    this.#listener = listener;
  }

  /** Other weights from here on, in a new window. */
  begin(weights: Weights): void {
    this.#weights = weights;
    this.#watch = undefined;
    this.#endUs = Number.NaN;
  }

  /** One more request; one that began before its window counts in it all the same: the weights are one. */
  observe(row: number, startUs: number, key = '', failure?: string): void {
    this.#turn(startUs);
    this.#watch!.observe(row);
    const failing = this.#failures!.observe(row, key, failure);
    if (failing !== undefined) this.#listener.failing(this.#title(), failing);
    if (!this.#saidAlarm && this.#watch!.alarm) {
      this.#saidAlarm = true;
      this.#listener.alarm(this.#title(), this.#watch!);
    }
  }

  /** The window ends here, where one is open. */
  end(): void {
    if (this.#watch === undefined) return;
    this.#listener.ended(this.#title(), this.#watch);
    this.#watch = undefined;
  }

  #turn(startUs: number): void {
    const length = this.#length;
    if ('requests' in length) {
      if (this.#watch !== undefined && this.#watch.n >= length.requests) this.end();
    } else {
      if (Number.isNaN(startUs)) {
        throw refusal('usage', 'MS4008', 'the data carries no times: give --window as a number of requests');
      }
      if (Number.isNaN(this.#endUs)) this.#endUs = startUs + length.us;
      else if (startUs >= this.#endUs) {
        this.end();
        this.#endUs += Math.floor((startUs - this.#endUs) / length.us + 1) * length.us;
      }
    }
    if (this.#watch !== undefined) return;
    this.#number += 1;
    this.#saidAlarm = false;
    const part = this.#number * (this.#number + 1);
    const { fault, suspicious } = this.#levels;
    this.#failures = new FailureWatch(fault / part);
    this.#watch = new Watch(this.#weights, { alpha: fault / part, missing: suspicious / part });
  }

  #title(): string {
    const until = 'us' in this.#length ? ` (until ${formatIsoTime(this.#endUs).slice(11, 19)})` : '';
    return `window ${this.#number}${until}`;
  }
}
