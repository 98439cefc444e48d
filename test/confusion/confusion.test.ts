import { expect, test } from 'vitest';
import { causes } from './cause/index.ts';
import { healthy } from './healthy.ts';
import { injected, said } from './play.ts';
import { shapes } from './shapes.ts';

/** `npm run confusion` plays every cause in every shape with many seeds; here each has one shape in which it makes sense. */
const names = Object.keys(shapes);

test.each(Object.entries(causes).map(([cause, { finding }], at) => ({ cause, finding, at })))(
  '$cause: the headline is $finding',
  async ({ cause, finding, at }) => {
    const inTurn = names.map((_, place) => names[(at + place) % names.length]!);
    const mesh = inTurn.flatMap((shape) => injected(cause, shape, 1) ?? [])[0]!;
    const { said: found } = await said(mesh, 1);
    expect(`${mesh.shape}: ${found.codes[0]!}`).toBe(`${mesh.shape}: ${finding}`);
    expect(found.answer).not.toBe(finding === 'rule-not-for-all-callers' ? '' : 'holds');
  },
);

test.each(names)('%s without a cause: the shift holds', async (shape) => {
  expect((await said(shapes[shape]!(), 1)).said.answer).toBe('holds');
});

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  'random mesh %i, in which nothing is wrong, holds',
  async (seed) => {
    const { said: found } = await said(healthy(seed), seed);
    expect(`${found.answer}: ${found.headline}`).toMatch(/^holds: /);
  },
);
