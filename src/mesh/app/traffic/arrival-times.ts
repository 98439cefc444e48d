import type { Stream } from '../../../kernel/chance.ts';
import { ln } from '../../../kernel/math.ts';

/**
 * Arrival times of an open stream whose rate follows a profile. Works on the integral of the rate: arrivals are where
 * it passes the next point, one unit on (even spacing) or an exponential unit on (Poisson; Cinlar 1975, by inversion
 * of the expected count). The process keeps its own time as a double; whoever schedules rounds.
 */
export class ArrivalTimes {
  readonly #profile: readonly { readonly atUs: number; readonly rps: number }[];
  readonly #ramp: boolean;
  readonly #stream: Stream | undefined;
  /** Where it stands: segment of the profile, own time, and whether nobody has come yet. */
  readonly memory = { segment: 0, timeUs: 0, first: true };

  /** @param stream chance for a Poisson process; undefined for even spacing, which begins at once. */
  constructor(
    profile: readonly { readonly atUs: number; readonly rps: number }[],
    shape: 'steps' | 'ramp',
    stream: Stream | undefined,
  ) {
    this.#profile = profile;
    this.#ramp = shape === 'ramp';
    this.#stream = stream;
    this.memory.timeUs = profile[0]?.atUs ?? Infinity;
  }

  /** Time of the next arrival in microseconds; Infinity when none will come. */
  next(): number {
    let left = this.#stream === undefined ? (this.memory.first ? 0 : 1) : -ln(1 - this.#stream.uniform());
    this.memory.first = false;
    for (;;) {
      const entry = this.#profile[this.memory.segment];
      if (entry === undefined) return Infinity;
      const after = this.#profile[this.memory.segment + 1];
      const slope =
        this.#ramp && after !== undefined ? (after.rps - entry.rps) / (after.atUs - entry.atUs) : 0;
      const rate = entry.rps + slope * (this.memory.timeUs - entry.atUs);
      const due = this.memory.timeUs + timeToGather(left * 1e6, rate, slope);
      if (after === undefined || due < after.atUs) {
        this.memory.timeUs = due;
        return due;
      }
      const spanUs = after.atUs - this.memory.timeUs;
      left -= ((rate + (slope * spanUs) / 2) * spanUs) / 1e6;
      if (left < 0) left = 0;
      this.memory.timeUs = after.atUs;
      this.memory.segment += 1;
    }
  }
}

/** Smallest t with rate * t + slope * t^2 / 2 = wanted; Infinity if it is never reached. */
function timeToGather(wanted: number, rate: number, slope: number): number {
  if (wanted === 0 && (rate > 0 || slope > 0)) return 0;
  if (slope === 0) return rate > 0 ? wanted / rate : Infinity;
  const root = rate * rate + 2 * slope * wanted;
  return root < 0 ? Infinity : (2 * wanted) / (rate + Math.sqrt(root));
}
