import { moduloTotal } from './weighted-cluster.ts';

/**
 * Whether a request is mirrored: its 64-bit stream id (two halves of 32 bits) `mod denominator < numerator`.
 *
 * It is the very number that chooses the weighted cluster, so the two may go together: with weights 30/30/40 and a
 * mirror of 10 of 100, only requests of the first cluster are mirrored. With parts per million, which Istio sends, and
 * weights that sum to 100, the two are independent for every numerator that is a multiple of 100 (whole hundredths of a
 * percent), since then every residue of 100 occurs equally often below it.
 * Source: source/common/router/router.cc, FilterUtility::shouldShadow.
 */
export function isMirrored(
  streamIdHigh: number,
  streamIdLow: number,
  numerator: number,
  denominator: number,
): boolean {
  return moduloTotal(streamIdHigh, streamIdLow, denominator) < numerator;
}
