import { logDraws, logMean } from './likelihood.ts';
import type { Evidence, Mechanism } from './mechanism.ts';

/** Fitted: the `version` that took all. */
export const oldRule: Mechanism = {
  because:
    'all went to one version, as before a shift or after it: an old rule is in force here, the new one has not arrived or was refused',
  common: 1,
  needs: 'tally',
  spansRules: true,
  settledBy: "the rule that this caller's proxy holds (istioctl proxy-status, then proxy-config routes)",
  logLikelihood: ({ keys, counts }) => logMean(pure(keys.length).map((shares) => logDraws(counts, shares))),
  describe: ({ keys, counts }: Evidence) => {
    const version = keys[counts.findIndex((count) => count > 0)]!;
    return { sentence: `no request went anywhere but to ${version}`, fitted: { version } };
  },
};

const pure = (keys: number): number[][] =>
  Array.from({ length: keys }, (_, own) => Array.from({ length: keys }, (__, key) => (key === own ? 1 : 0)));
