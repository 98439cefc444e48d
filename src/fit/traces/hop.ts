import { exp, ln } from '../../kernel/math.ts';
import { meanEstimate, type Estimate } from '../estimate.ts';
import type { Law } from '../law.ts';
import { answersOf, type Call, type Trace } from './tree.ts';

/** The way from the caller's proxy to the callee's, or back. */
export interface FittedHop {
  /** Of one way. */
  readonly law: Law;
  readonly meanMs: Estimate;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Both ends were measured by sidecars; else by SDKs, and the network is all that lies between. */
  readonly betweenProxies: boolean;
}

/**
 * Half of what a caller's span is longer than its callee's is the mean of two ways. Their mean is right, and the variance of one
 * way is twice that of the half; the law of one way is lognormal by these two moments. Calls that were tried again or failed are left out,
 * and gaps of more than 20 times the median: something else took the time there. Durations that were cut to whole milliseconds and
 * spread over theirs are off by as much to either side: their mean is right, and each half has 1/12 ms^2 of variance more.
 * @param roundingMs to which durations were cut
 * @returns undefined where fewer than two calls have both spans.
 */
export function fitHop(traces: readonly Trace[], source: string, roundingMs = 0): FittedHop | undefined {
  const gaps = traces.flatMap(({ units, withoutCause }) =>
    [...units.flatMap(({ calls }) => calls), ...withoutCause].flatMap((call) => gapOf(call, roundingMs)),
  );
  const betweenProxies = gaps.filter(({ isProxies }) => isProxies);
  const used = betweenProxies.length >= 2 ? betweenProxies : gaps;
  if (used.length < 2) return undefined;
  const all = used.map(({ halfMs }) => halfMs).sort((one, other) => one - other);
  const median = all[all.length >> 1]!;
  const halves = all.filter((half) => half <= 20 * Math.max(median, roundingMs / 2));
  const meanMs = meanEstimate(halves, source);
  const mean = meanMs.value;
  if (!(mean > 0)) return undefined;
  const variance =
    halves.reduce((sum, half) => sum + (half - mean) * (half - mean), 0) / Math.max(1, halves.length - 1);
  const ofWays = Math.max(variance - (roundingMs * roundingMs) / 12, 0.05 * mean * mean);
  const shape = ln(1 + (2 * ofWays) / (mean * mean));
  const p50Ms = exp(ln(mean) - shape / 2);
  const p99Ms = p50Ms * exp(2.3263478740408408 * Math.sqrt(shape));
  return {
    law: { dist: 'lognormal', p50Ms, p99Ms },
    meanMs,
    p50Ms,
    p99Ms,
    betweenProxies: betweenProxies.length >= 2,
  };
}

function gapOf(call: Call, roundingMs: number): { readonly halfMs: number; readonly isProxies: boolean }[] {
  const [answer, ...others] = answersOf(call);
  if (answer === undefined || others.length > 0 || call.span.isError || answer.span === call.span) return [];
  if (call.tries[0] !== answer) return [];
  const halfMs = (call.span.durationUs - answer.span.durationUs) / 2000;
  return halfMs >= -roundingMs ? [{ halfMs, isProxies: call.span.isProxy && answer.span.isProxy }] : [];
}
