import { expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { seeded, shipped } from '../support/scenario.ts';

test('a rule before its subset: NC and page errors have the size that two tries with independent draws give', async () => {
  const scenario = await shipped('rule-before-subset');
  const seeds = 60;
  let [nc, pages] = [0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const { record } = runOnce(seeded(scenario, seed));
    nc += record.pages.flags.find((own) => own.flag === 'NC')?.requests ?? 0;
    pages += record.pages.withErrorInBody.find((own) => own.service === 'reviews')?.pages ?? 0;
    expect(record.pages.failed).toBe(0);
    expect(record.verdict.kind).toBe('fault');
  }
  // 400 pages on average fall into the gap of 4 s. NC per page: 1 with 0.16, 2 with 0.04, so mean 0.24 and mean square
  // 0.32; errors: 0.04. Counts over a Poisson number of pages have variance 400 x mean square. The gap itself differs
  // from 4 s by the two delays (their difference has mean 0 and about 0.03 s deviation).
  const within = (found: number, mean: number, meanSquare: number): void => {
    const deviation = Math.sqrt(400 * meanSquare + (100 * mean * 0.05) ** 2);
    expect(Math.abs(found / seeds - 400 * mean)).toBeLessThan((4 * deviation) / Math.sqrt(seeds));
  };
  within(nc, 0.24, 0.32);
  within(pages, 0.04, 0.04);
});

test('the safe order shows none', async () => {
  const scenario = await shipped('rule-before-subset/scenario-safe-order.yaml');
  for (let seed = 1; seed <= 20; seed++) {
    const { record } = runOnce(seeded(scenario, seed));
    expect(record.pages.flags).toEqual([]);
    expect(record.pages.withErrorInBody).toEqual([]);
    expect(record.expectations.every((own) => own.ok)).toBe(true);
  }
});

test('changes that one debounce merges do no harm in either order', async () => {
  const scenario = await shipped('rule-before-subset', 'timeline[1].at=10.01s');
  for (let seed = 1; seed <= 20; seed++) {
    const { record } = runOnce(seeded(scenario, seed));
    if (record.pushes.length === 1) expect(record.pages.flags).toEqual([]);
  }
});
