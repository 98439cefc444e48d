import { expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import type { Pool } from '../../src/experiment/pool.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

/** What every pool keeps to, whoever plays its runs; all on one pool, the failed run first. */
export function poolContract(scenario: () => Promise<Scenario>, pool: () => Promise<Pool>): void {
  const seeds = ['a', 'b', 'c'];
  const jobs = seeds.map((seed) => ({ kind: 'run' as const, seed }));

  test('what the one who hears of an answer cannot do ends the run', async () => {
    const run = (await pool()).run(jobs, () => Promise.reject(new Error('the disk is full')));
    await expect(run).rejects.toThrow('the disk is full');
  });

  test('its answers are those of the jobs played one by one, in the order of the jobs', async () => {
    const own = await scenario();
    const answers = await (await pool()).run(jobs, () => {});
    expect(answers).toEqual(seeds.map((seed) => runOnce({ ...own, seed }).record));
  });

  test('each answer is told once, with the place of its job', async () => {
    const told: [number, string][] = [];
    await (await pool()).run(jobs, (record, index) => void told.push([index, record.scenario.seed]));
    expect(told.sort(([a], [b]) => a - b)).toEqual(seeds.map((seed, index) => [index, seed]));
  });

  test('no job at all has no answer', async () => {
    expect(await (await pool()).run([], () => {})).toEqual([]);
  });
}
