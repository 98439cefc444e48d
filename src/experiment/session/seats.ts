import type { Scenario } from '../../scenario/scenario.ts';
import { Run } from '../run.ts';
import { you } from './session.ts';

/** What somebody sees who presses Refresh: the version that each page shows, "" where it shows none. */
export interface SeatPages {
  readonly seed: string;
  readonly versions: readonly string[];
}

/**
 * Seats of a class, each with its seed, who press Refresh so many times from one second on, twice a second. Where nobody else asks for pages, what
 * a seat sees does not depend on when it presses.
 */
export function playSeats(scenario: Scenario, seeds: readonly string[], refreshes: number): SeatPages[] {
  const atUs = Array.from({ length: refreshes }, (_, page) => 1_000_000 + page * 500_000);
  const endUs = (atUs.at(-1) ?? 0) + 60_000_000;
  const traffic = scenario.traffic.map((entry) =>
    entry.kind === 'refresh' && entry.name === you ? { ...entry, count: refreshes, atUs } : entry,
  );
  return seeds.map((seed) => {
    const run = new Run({ ...scenario, seed, traffic, timeline: [], expect: [], durationUs: endUs });
    run.runUntil(endUs);
    const source = traffic.findIndex(({ name }) => name === you);
    return run.look((world, recorder) => ({
      seed,
      versions: [...recorder.refreshes.get(source)!]
        .sort((one, other) => one.startedUs - other.startedUs)
        .map(({ key }) => (key < 0 ? '' : world.keys.name[key]!)),
    }));
  });
}
