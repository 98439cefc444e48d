import { expm1, log1p } from '../../kernel/math.ts';
import { fit, likelihoodTerm, type Fit, type Tally } from '../goodness-of-fit.ts';

/**
 * The likelihood ratio G = 2 sum O ln(O / E), with 0 ln 0 = 0 and the conventions of chiSquareGof.
 * @throws RangeError unless there are as many counts as weights, and the weights have a positive sum.
 */
export function gTestGof(tally: Tally): Fit {
  return fit(tally, likelihoodTerm);
}

/**
 * Power divergence with lambda = 2/3, 9/5 sum O [(O / E)^(2/3) - 1] (N. Cressie, T. Read, 1984), with the
 * conventions of chiSquareGof.
 * @throws RangeError unless there are as many counts as weights, and the weights have a positive sum.
 */
export function cressieRead(tally: Tally): Fit {
  return fit(
    tally,
    (observed, expected, difference) => 1.8 * expected * divergence(difference / expected, observed),
  );
}

/** (1 + t)^(5/3) - 1 - 5/3 t, where 1 + t = 0 exactly when nothing was observed. */
function divergence(t: number, observed: number): number {
  if (observed === 0) return 2 / 3;
  if (Math.abs(t) > 0.05) return expm1((5 / 3) * log1p(t)) - (5 / 3) * t;
  let term = (5 / 3) * t;
  let sum = 0;
  for (let j = 2; j < 20; j += 1) {
    term *= ((5 / 3 - j + 1) / j) * t;
    sum += term;
  }
  return sum;
}
