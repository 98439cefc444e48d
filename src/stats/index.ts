/** Every formula of this folder, by its name. */
export { binomCdf, binomPmf, binomQuantile, binomSf, binomTest } from './binomial.ts';
export { exactBinomPower, probNoneSeen, refreshesToSee } from './binomial.ts';
export { multinomialWithin, probDevAtLeast, probWithin } from './share-window.ts';
export { requiredN } from './required-n.ts';
export { multinomialPmf } from './multinomial.ts';
export { binomInterval, newcombe, type IntervalMethod } from './interval.ts';
export { chiSquareGof, cressieRead, gTestGof, type Fit } from './goodness-of-fit.ts';
export { exactMultinomialTest, type OutcomeOrder } from './exact-multinomial-test.ts';
export { betaBinomialCS, betaBinomialLogE, dirichletLogE } from './sequential.ts';
export { alwaysValidFalseAlarm, peekingFalseAlarm, sprtExact } from './first-passage.ts';
export { betaBinomPmf, clusterSplitVar, sumBinomPmf } from './mixture.ts';
export { poissonBinomial, poissonBinomPmf, twoSidedFromPmf } from './poisson-binomial.ts';
export { changePointMle, cusumBernoulli } from './change-point.ts';
export { longestRunAnyMean, longestRunAnyTail, longestRunTail, runsTestLower } from './runs.ts';
export { couponCdf, couponExpected, couponQuantile } from './coupon.ts';
export { counterSelect, pickIndex } from './selection.ts';
export { arcsineSampleSize, fisherP, fisherPower, pooledZPower, twoPropSampleSize } from './two-sample.ts';
export { chi2Sf, logGamma, normalQuantile } from './gamma.ts';
export { betaQuantile, tQuantile } from './beta.ts';
export { autocorr, batchMeans, meanCi, mser, pairedDiffCi, quantileCiRanks } from './output-analysis.ts';
export {
  quantileType7,
  relPrecisionReps,
  timeAverage,
  welchMovingAverage,
  welchT,
} from './output-analysis.ts';
export { mrg32k3a } from './random-stream.ts';
export {
  erlangA,
  erlangB,
  erlangC,
  mm1,
  mm1kStates,
  mm1ResponseQuantile,
  mm1WaitQuantile,
} from './queueing.ts';
export { mmc, mmck, mmcResponseTail, mmcWaitQuantile, mmcWaitTail, mminf } from './queueing.ts';
export { dm1, md1WaitCdf, mg1, mg1ps, type QueueMeans, type Unstable } from './queueing.ts';
export {
  feedbackMm1,
  forkJoin2,
  jackson,
  machineRepair,
  mm1SplitMeanResponse,
  mva,
} from './queueing-network.ts';
export { jsq2Exact, p2cMeanResponse, p2cTail } from './two-choices.ts';
export { mm1TransientDelay, mm1TransientMean } from './transient.ts';
export { fcfsTrace, psTrace } from './trace.ts';
