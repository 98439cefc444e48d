import { expect } from 'vitest';
import { assigned } from '../assigned.ts';
import type { Ask } from './ask.ts';

/** Long-run share of requests per endpoint with an idle mesh; who is absent gets none. */
export const shares: Ask = (asked, { cluster, down = [] }, expected) => {
  const wanted = expected['shares'] as Readonly<Record<string, number>>;
  const found = assigned(asked, String(cluster)).sharesWithout(down as readonly string[]);
  expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
  for (const [address, share] of Object.entries(wanted)) expect(found[address]).toBeCloseTo(share, 6);
};
