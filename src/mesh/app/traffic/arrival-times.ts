import type { Stream } from '../../../kernel/chance.ts';
import { Draws } from '../../../kernel/draws.ts';

/**
 * Arrival times of an open stream whose rate follows a profile. Works on the integral of the rate: arrivals are where
 * it passes the next point, one unit on (even spacing) or an exponential unit on (Poisson; Cinlar 1975, by inversion
 * of the expected count). The process keeps its own time as a double.
 */
export class ArrivalTimes {
  readonly #profile: readonly { readonly atUs: number; readonly rps: number }[];
  readonly #ramp: boolean;
  /** How much of the integral is to be gathered until the next. */
  readonly draws: readonly Draws[];
  /** Where it stands: segment of the profile, own time, and whether nobody has come yet. */
  readonly memory = { segment: 0, timeUs: Float64Array.of(0), first: true };

  /** @param stream chance for a Poisson process; undefined for even spacing, which begins at once. */
  constructor(
    profile: readonly { readonly atUs: number; readonly rps: number }[],
    shape: 'steps' | 'ramp',
    stream: Stream | undefined,
  ) {
    this.#profile = profile;
    this.#ramp = shape === 'ramp';
    this.draws = stream === undefined ? [] : [new Draws({ dist: 'exponential', mean: 1 }, stream, false)];
    this.memory.timeUs[0] = profile[0]?.atUs ?? Infinity;
  }

  /** Time of the next arrival in whole microseconds; Infinity when none will come. */
  next(): number {
    const { memory } = this;
    const { timeUs } = memory;
    const units = this.draws[0];
    let left = units === undefined ? (memory.first ? 0 : 1) : units.next();
    memory.first = false;
    for (;;) {
      const entry = this.#profile[memory.segment];
      if (entry === undefined) return Infinity;
      const after = this.#profile[memory.segment + 1];
      const slope =
        this.#ramp && after !== undefined ? (after.rps - entry.rps) / (after.atUs - entry.atUs) : 0;
      const rate = entry.rps + slope * (timeUs[0]! - entry.atUs);
      // A rate of 0 has it never, or as a number that is none.
      const due = timeUs[0]! + (slope === 0 ? (left * 1e6) / rate : timeToGather(left * 1e6, rate, slope));
      if (after === undefined ? !Number.isNaN(due) : due < after.atUs) {
        timeUs[0] = due;
        return Math.round(due);
      }
      if (after === undefined) return Infinity;
      const spanUs = after.atUs - timeUs[0]!;
      left -= ((rate + (slope * spanUs) / 2) * spanUs) / 1e6;
      if (left < 0) left = 0;
      timeUs[0] = after.atUs;
      memory.segment += 1;
    }
  }
}

/** Smallest t with rate * t + slope * t^2 / 2 = wanted, slope not 0; Infinity if it is never reached. */
function timeToGather(wanted: number, rate: number, slope: number): number {
  if (wanted === 0 && (rate > 0 || slope > 0)) return 0;
  const root = rate * rate + 2 * slope * wanted;
  return root < 0 ? Infinity : (2 * wanted) / (rate + Math.sqrt(root));
}
