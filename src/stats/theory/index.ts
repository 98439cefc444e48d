/** Closed forms that the model and the judgements are checked against, here and by other programs; no product path asks them. */
export { multinomialWithin, probDevAtLeast } from './share-window.ts';
export { multinomialPmf } from './multinomial.ts';
export { newcombe } from './newcombe.ts';
export { cressieRead, gTestGof } from './goodness-of-fit.ts';
export { betaBinomialLogE, dirichletLogE } from './sequential.ts';
export { alwaysValidFalseAlarm, peekingFalseAlarm, sprtExact } from './first-passage.ts';
export { betaBinomPmf, clusterSplitVar, sumBinomPmf } from './mixture.ts';
export { poissonBinomPmf } from './poisson-binomial.ts';
export { changePointMle, cusumBernoulli } from './change-point.ts';
export { longestRunAnyMean, longestRunAnyTail, longestRunTail } from './longest-run.ts';
export { couponCdf, couponExpected, couponQuantile } from './coupon.ts';
export { counterSelect, pickIndex } from './selection.ts';
export { arcsineSampleSize, fisherP, fisherPower, pooledZPower } from './two-sample.ts';
export { autocorr, batchMeans, mser, pairedDiffCi, quantileCiRanks } from './output-analysis.ts';
export {
  quantileType7,
  relPrecisionReps,
  timeAverage,
  welchMovingAverage,
  welchT,
} from './output-analysis.ts';
export { mrg32k3a } from './random-stream.ts';
export { mm1, mm1kStates, mm1ResponseQuantile, mm1WaitQuantile } from './queueing.ts';
export { mmck, mmcResponseTail, mmcWaitQuantile, mmcWaitTail, mminf } from './queueing.ts';
export { dm1, erlangA, md1WaitCdf, mg1, mg1ps } from './queueing.ts';
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
