import { cpuUsage } from 'node:process';
import { runOnce } from '../../src/experiment/run-once.ts';
import { seeded, shipped } from '../support/scenario.ts';

/** Headlines of one shipped scenario over many seeds. */
export interface ShippedSeeds {
  readonly name: string;
  readonly seeds: number;
  /** Why there are fewer seeds than asked for; '': there are not. */
  readonly because: string;
  /** "holds: chance" -> how many seeds. */
  readonly headlines: Readonly<Record<string, number>>;
}

/** A scenario whose run takes longer than so many seconds of the processor is played with fewer seeds. */
const [mostSeconds, fewerSeeds] = [0.6, 5] as const;

/** Plays a shipped scenario with the seeds 1, 2, ...; a costly one with fewer. */
export async function seedsOfShipped(name: string, seeds: number): Promise<ShippedSeeds> {
  const scenario = await shipped(name);
  const headlines: Record<string, number> = {};
  let played = 0;
  let isCostly = false;
  for (let seed = 1; seed <= (isCostly ? Math.min(fewerSeeds, seeds) : seeds); seed++) {
    const before = cpuUsage().user;
    // The way back is played at many instants: what it finds is no matter of the headline's seed.
    const { diagnosis } = runOnce(seeded(scenario, seed)).record;
    if (seed === 1) isCostly = (cpuUsage().user - before) / 1e6 > mostSeconds;
    const headline = `${diagnosis!.answer}: ${diagnosis!.findings[0]?.code ?? 'nothing'}`;
    headlines[headline] = (headlines[headline] ?? 0) + 1;
    played = seed;
  }
  return {
    name,
    seeds: played,
    because: isCostly ? `a run takes more than ${mostSeconds} s of a processor` : '',
    headlines,
  };
}
