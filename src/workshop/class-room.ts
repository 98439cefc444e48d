import { batch, signal, type Signal } from '@preact/signals';
import type { SeatPages } from '../experiment/session/seats.ts';
import { cleanCode, countsOf, redsOf, refreshes, seedsOf, sessionsOf } from './class/seats.ts';

/** Plays sessions by their seeds, so many refreshes each. */
type PlaySeats = (seeds: readonly string[], refreshes: number) => Promise<readonly SeatPages[]>;

/** More than one's own desk: the class as its seeds play it, what was counted in the room, and many sessions for the law. */
export class ClassRoom {
  /** How many seats the class has, and the reds of each as its seed plays; undefined: it has not been played. */
  readonly seats = signal(30);
  readonly classReds = signal<readonly number[] | undefined>(undefined);
  readonly isPlaying = signal(false);
  readonly isProjector = signal(false);
  /** What the teacher counted and pasted: how many saw 0, 1, 2 ... red pages; lines of tallies. */
  readonly hands = signal<readonly number[]>(countsOf([]));
  readonly tallies = signal('');
  /** Reds of sessions that the law is held against, and how many of them came last. */
  readonly sessions = signal<{ readonly reds: readonly number[]; readonly fresh: number }>({
    reds: [],
    fresh: 0,
  });

  readonly #className: Signal<string>;
  readonly #play: PlaySeats;

  constructor(className: Signal<string>, play: PlaySeats) {
    this.#className = className;
    this.#play = play;
  }

  /** What was played of another class is no longer shown. */
  setClass(code: string, seats: number): void {
    batch(() => {
      this.#className.value = cleanCode(code);
      this.seats.value = seats;
      this.classReds.value = undefined;
    });
  }

  async playClass(): Promise<void> {
    this.isPlaying.value = true;
    const played = await this.#play(seedsOf(this.#className.value, this.seats.value), refreshes);
    batch(() => {
      this.classReds.value = played.map(redsOf);
      this.isPlaying.value = false;
    });
  }

  /** So many more sessions for the law, a hundred at a time: draws do not know of each other, so one long session is many. */
  async moreSessions(count: number): Promise<void> {
    for (let missing = count; missing > 0; missing -= 100) {
      const { reds } = this.sessions.value;
      const fresh = Math.min(100, missing);
      const [played] = await this.#play([`law-${reds.length}`], fresh * refreshes);
      if (played === undefined || this.sessions.value.reds !== reds) return;
      this.sessions.value = { reds: [...reds, ...sessionsOf(played)], fresh };
    }
  }
}
