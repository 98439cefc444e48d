import { expect } from 'vitest';
import { actingFor } from '../../../src/mesh/istiod/acting-for.ts';
import { meshView } from '../../../src/mesh/istiod/translate.ts';
import type { Ask } from './ask.ts';

interface ExpectedRule {
  readonly from?: readonly string[];
  readonly subsets?: readonly string[];
  readonly policy?: { readonly maxConnections?: number };
}

/** What of all DestinationRules acts for this proxy and a host, merged. */
export const destinationRule: Ask = ({ registry, proxy }, { host }, expected) => {
  const { from, subsets, policy } = expected as ExpectedRule;
  const acting = actingFor(meshView(registry, proxy), proxy, String(host));
  const names = (acting?.from ?? []).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  if (from !== undefined) expect(names).toEqual(from);
  if (subsets !== undefined) expect((acting?.subsets ?? []).map((own) => own.name)).toEqual(subsets);
  if (policy !== undefined)
    expect(acting?.policy?.connectionPool?.maxConnections).toBe(policy.maxConnections);
};
