import { balanceCauses } from './balance.ts';
import type { Cause } from './cause.ts';
import { loadCauses } from './load.ts';
import { podCauses } from './pods.ts';
import { ruleCauses } from './rules.ts';

/** Everything that is injected, by what one would say of it. */
export const causes: Readonly<Record<string, Cause>> = {
  ...ruleCauses,
  ...podCauses,
  ...balanceCauses,
  ...loadCauses,
};
