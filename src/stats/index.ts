/** What judgements, plans and reports ask; closed forms that only check the model stand in `theory/`. */
export { binomCdf, binomPmf, binomQuantile, binomSf, binomTest } from './binomial.ts';
export { exactBinomPower, probNoneSeen, refreshesToSee } from './binomial.ts';
export { probWithin } from './share-window.ts';
export { requiredN } from './required-n.ts';
export { binomInterval, type IntervalMethod } from './interval.ts';
export { chiSquareGof, type Fit } from './goodness-of-fit.ts';
export { exactMultinomialTest, type OutcomeOrder } from './exact-multinomial-test.ts';
export { betaBinomialCS } from './sequential.ts';
export { poissonBinomial, twoSidedFromPmf } from './poisson-binomial.ts';
export { fisherMore } from './fisher.ts';
export { holm, holmStepDown } from './holm.ts';
export { runsTestLower } from './runs-test.ts';
export { twoPropSampleSize } from './two-prop-size.ts';
export { chi2Sf, logGamma, normalQuantile } from './gamma.ts';
export { betaQuantile, tQuantile } from './beta.ts';
export { meanCi } from './mean-ci.ts';
export { erlangB, erlangC, mmc, type QueueMeans, type Unstable } from './mmc.ts';
