import { expect, test } from 'vitest';
import { Chance } from '../../src/kernel/chance.ts';
import { sampler, type Distribution } from '../../src/kernel/distribution.ts';
import { Draws } from '../../src/kernel/draws.ts';

const laws: readonly Distribution[] = [
  { dist: 'constant', value: 1.5 },
  { dist: 'uniform', min: 1, max: 9 },
  { dist: 'exponential', mean: 1000 },
  { dist: 'lognormal', p50: 2000, p99: 9000 },
  { dist: 'empirical', values: [1, 2, 40] },
];

test.each(laws)('draws in blocks are those of the sampler, one after the other: $dist', (law) => {
  const one = sampler(law, new Chance('7').stream('a'));
  const draws = new Draws(law, new Chance('7').stream('a'), false);
  const whole = new Draws(law, new Chance('7').stream('a'), true);
  for (let i = 0; i < 100; i++) {
    const expected = one();
    expect(draws.next()).toBe(expected);
    expect(whole.next()).toBe(Math.round(expected));
  }
});

test('a copy goes on where the original stands, in the middle of a block', () => {
  const law: Distribution = { dist: 'exponential', mean: 1000 };
  const chances = [new Chance('7'), new Chance('7')] as const;
  const [original, copy] = chances.map((own) => new Draws(law, own.stream('a'), false));
  for (let i = 0; i < 45; i++) original!.next();
  copy!.copyFrom(original!);
  chances[1].copyFrom(chances[0]);
  for (let i = 0; i < 70; i++) expect(copy!.next()).toBe(original!.next());
});
