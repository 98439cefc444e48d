import { ln } from '../../kernel/math.ts';
import { best, logDraws, logMean } from './likelihood.ts';
import type { Evidence, Mechanism } from './mechanism.ts';
import { sharesText } from './words.ts';

/** Fitted: `known` (whether pod counts were given), `ratios` of pods that fit within odds of 20 to 1, the best first. */
export const podProportions: Mechanism = {
  because: 'the shares are those of the pods: no mesh rule is in force for this caller',
  common: 1,
  needs: 'tally',
  spansRules: true,
  settledBy: 'the number of running pods of each version (--pods), and whether the caller has a sidecar',
  logLikelihood: (evidence) => {
    const cases = podRatios(evidence);
    return logMean(cases.map((pods) => logDraws(evidence.counts, podShares(pods))));
  },
  describe: (evidence) => {
    const { keys, podCounts } = evidence;
    const fit = (pods: readonly number[]): number => logDraws(evidence.counts, podShares(pods));
    const cases = podRatios(evidence).filter((pods) => pods.reduce(gcd) === 1 || podCounts !== undefined);
    const top = fit(best(cases, fit));
    const ratios = cases.filter((pods) => fit(pods) >= top - ln(20)).sort((a, b) => fit(b) - fit(a));
    const first = ratios[0]!;
    const expected = sharesText(keys, podShares(first));
    const sentence =
      podCounts === undefined
        ? `pods in the ratio ${ratios
            .slice(0, 4)
            .map((own) => own.join(':'))
            .join(' or ')} of ${keys.join(':')} would bring it; the first gives ${expected}`
        : `the running pods (${keys.map((key, own) => `${first[own]} of ${key}`).join(', ')}) would bring ${expected}`;
    return { sentence, fitted: { known: podCounts !== undefined, ratios } };
  },
};

const podShares = (pods: readonly number[]): number[] => {
  const total = pods.reduce((sum, count) => sum + count, 0);
  return pods.map((count) => count / total);
};

/** The pods that run; where they are not known, one to three of each version, all alike likely. */
function podRatios({ keys, podCounts }: Evidence): readonly (readonly number[])[] {
  if (podCounts !== undefined) return [podCounts];
  if (keys.length > 4) return [keys.map(() => 1)];
  let ratios: number[][] = [[]];
  for (let key = 0; key < keys.length; key++)
    ratios = ratios.flatMap((own) => [1, 2, 3].map((pods) => [...own, pods]));
  return ratios;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
