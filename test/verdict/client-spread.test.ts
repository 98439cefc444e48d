import { describe, expect, test } from 'vitest';
import { clientSpread } from '../../src/verdict/client-spread.ts';

const spread = (sequence: readonly number[], clients: readonly number[], keys = 2) =>
  clientSpread(Int32Array.from(sequence), Int32Array.from(clients), keys);

describe('how clients differ', () => {
  test('two clients that each keep to a version: a correlation of 1, and as much as two requests', () => {
    // Table (4, 0), (0, 4): X^2 = n = 8, one degree of freedom; m = 4.
    expect(spread([0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1, 1])).toMatchObject({
      clients: 2,
      requests: 8,
      repeated: 2,
      faithful: 2,
      chiSquare: 8,
      df: 1,
      icc: 1,
      designEffect: 4,
      effectiveRequests: 2,
    });
  });

  test('clients that are alike: no correlation, and no design effect', () => {
    expect(spread([0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 2, 2])).toMatchObject({
      chiSquare: 0,
      p: 1,
      icc: 0,
      designEffect: 1,
      effectiveRequests: 6,
      faithful: 0,
    });
  });

  test('in between: the one-way analysis of variance by hand', () => {
    // Client a: 3 of version 1 in 4; client b: 1 in 4. Mean 1/2; between (1/4)^2 x 4 x 2 / 1 = 0.5; within (0.75 + 0.75) / 6 = 0.25.
    // icc = (0.5 - 0.25) / (0.5 + 3 x 0.25) = 0.2; design effect 1 + 3 x 0.2 = 1.6.
    const found = spread([1, 1, 1, 0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 1, 1, 1])!;
    expect(found.icc).toBeCloseTo(0.2, 12);
    expect(found.designEffect).toBeCloseTo(1.6, 12);
    // Expected 2 in each of four cells, off by 1: 4 x 1 / 2.
    expect(found.chiSquare).toBeCloseTo(2, 12);
  });

  test('clients of unlike size that differ a little: each cell by hand', () => {
    // a: 1 and 1; b: 1 and 3. Of six requests two and four: expected 2/3, 4/3 and 4/3, 8/3, each off by 1/3.
    // X^2 = 1/9 (3/2 + 3/4 + 3/4 + 3/8) = 3/8.
    const found = spread([0, 1, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1])!;
    expect(found.chiSquare).toBeCloseTo(3 / 8, 12);
    expect(found.df).toBe(1);
  });

  test('a version that nobody got is no cell of the table', () => {
    expect(spread([0, 0, 1, 1], [0, 0, 1, 1], 3)).toMatchObject({ chiSquare: 4, df: 1 });
  });

  test('who came once can neither keep to a version nor change it, and does not count as one who came again', () => {
    expect(spread([0, 0, 1, 0, 1], [0, 0, 1, 1, 2])).toMatchObject({ clients: 3, repeated: 2, faithful: 1 });
  });

  test.each([
    { clients: [0, 0, 0], because: 'there is one client only' },
    { clients: [0, 1, 2], because: 'nobody came twice' },
    { clients: [-1, -1, 0], because: 'the others are unknown' },
  ])('is not told where $because', ({ clients }) => {
    expect(spread([0, 1, 0], clients)).toBeUndefined();
  });

  test('requests of unknown clients, and such without a version, are left out', () => {
    const known = spread([0, 0, 1, 1], [0, 0, 1, 1]);
    expect(spread([0, 1, 0, 1, -1, 1], [0, -1, 0, 1, 0, 1])).toEqual(known);
  });
});
