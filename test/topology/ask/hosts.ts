import { expect } from 'vitest';
import { meshView } from '../../../src/mesh/istiod/translate.ts';
import type { Ask } from './ask.ts';

/** Services in scope of the proxy. */
export const hosts: Ask = ({ registry, proxy }, _question, expected) => {
  const { has = [], lacks = [] } = expected as { has?: readonly string[]; lacks?: readonly string[] };
  const inScope = meshView(registry, proxy).services.map(({ host }) => host);
  expect(inScope).toEqual(expect.arrayContaining([...has]));
  for (const host of lacks) expect(inScope).not.toContain(host);
};
