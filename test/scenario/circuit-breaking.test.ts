import { describe, expect, test } from 'vitest';
import { binomSf } from '../../src/stats/index.ts';
import { flagText } from '../../src/mesh/envoy/response-flag.ts';
import { silentProbe } from '../../src/mesh/telemetry/probe.ts';
import { World } from '../../src/mesh/world.ts';
import { seeded, shipped } from '../support/scenario.ts';

/** One run of fortio: calls that were refused, and how many worker threads of its sidecar the callers landed on. */
interface Run {
  readonly calls: number;
  readonly refused: number;
  readonly workers: number;
}

async function runs(name: string, count: number): Promise<Run[]> {
  const scenario = await shipped(name);
  return Array.from({ length: count }, (_, seed) => {
    let [calls, refused] = [0, 0];
    const workers = new Set<number>();
    const world: World = new World(
      { ...seeded(scenario, seed + 1), marksUs: [] },
      {
        ...silentProbe,
        routed: (row) => workers.add(world.rows.worker[row]!),
        pageDone: (row) => {
          calls += 1;
          expect([200, 503]).toContain(world.rows.status[row]);
          if (world.rows.status[row] === 503) {
            refused += 1;
            expect(flagText(world.rows.flags[row]!)).toBe('UO');
          }
        },
      },
    );
    world.runUntil(scenario.durationUs);
    return { calls, refused, workers: workers.size };
  });
}

const seeds = 200;
const shares = (all: readonly Run[]): number[] => all.map((run) => run.refused / run.calls);

/**
 * The bands are those of Istio's task, which saw 1 and 3 of 20 refused with two callers, and 11 and 19 of 30 with three. A pool is
 * per worker thread, and a pool without a connection may open one past the limit: so it matters which callers share one.
 */
describe('Istio’s circuit-breaking task over 200 seeds', () => {
  test('two callers on threads of their own: at most a quarter is refused, give or take the luck of 20 calls', async () => {
    const all = await runs('circuit-breaking', seeds);
    const apart = all.filter((run) => run.workers === 2);
    const together = all.filter((run) => run.workers === 1);
    // Two threads: callers share one in half of the runs, within 4 standard errors.
    expect(Math.abs(together.length - seeds / 2)).toBeLessThan(4 * Math.sqrt(seeds / 4));
    expect(all.every((run) => run.calls === 20)).toBe(true);
    const mean = shares(apart).reduce((sum, share) => sum + share, 0) / apart.length;
    expect(mean).toBeGreaterThan(1 / 20);
    expect(mean).toBeLessThan(0.25);
    // A run is 20 calls, each refused with this chance: some runs leave the band by luck, as many as the binomial tail says.
    const beyond = binomSf({ n: 20, p: mean, k: 5 });
    const outside = shares(apart).filter((share) => share > 0.25).length / apart.length;
    expect(outside).toBeLessThan(beyond + 4 * Math.sqrt((beyond * (1 - beyond)) / apart.length));
    // One thread: whoever was just answered asks again while the other still waits for the new connection. A turn-around (200 us
    // in the median) is shorter than a handshake (500 us) in 84 of 100 cases, so that about one call is refused for each
    // that is served; half of 20 at most by so much more as a second refusal in one handshake adds.
    expect(Math.min(...shares(together))).toBeGreaterThan(0.25);
    expect(Math.max(...shares(together))).toBeLessThan(2 / 3);
  });

  test('three callers: between 30 and 75 % where they do not all share one thread, give or take the luck of 30 calls', async () => {
    const all = await runs('circuit-breaking/scenario-three-connections.yaml', seeds);
    expect(all.every((run) => run.calls === 30)).toBe(true);
    const spread = shares(all.filter((run) => run.workers === 2));
    const mean = spread.reduce((sum, share) => sum + share, 0) / spread.length;
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(0.75);
    // 23 of 30 and more, or 8 and fewer, by the binomial tails of this chance.
    const beyond = binomSf({ n: 30, p: mean, k: 22 }) + 1 - binomSf({ n: 30, p: mean, k: 8 });
    const outside = spread.filter((share) => share < 0.3 || share > 0.75).length / spread.length;
    expect(outside).toBeLessThan(beyond + 4 * Math.sqrt((beyond * (1 - beyond)) / spread.length));
    // An ideal loop refuses a third: one caller is always one too many. Nothing here makes room for it.
    const together = shares(all.filter((run) => run.workers === 1));
    expect(Math.min(...together)).toBeGreaterThanOrEqual(1 / 3);
  });
});
