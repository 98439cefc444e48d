import { fisherMore } from '../stats/index.ts';
import { count, pEquals, percent, plural } from '../words/number.ts';
import { reasonsOf, reasonsText, type Reason } from './failing.ts';

/** A version with far more answers of a kind that a service is free to give (4xx), or callers that went away, than the others. */
export interface Differing {
  readonly key: string;
  readonly requests: number;
  readonly ended: number;
  /** Of all other versions. */
  readonly others: { readonly requests: number; readonly ended: number };
  /** Fisher's exact test, against this side. */
  readonly p: number;
  /** "404" and the like, the most frequent first. */
  readonly reasons: readonly Reason[];
}

/** Less than this many times the others' share is what other callers, or other pages, may bring. */
const leastTimes = 2;

/** Versions of which it is shown, at that level over all of them together; the others' endings are not these. */
export function differingOf(
  keys: readonly string[],
  counts: readonly number[],
  endings: readonly ReadonlyMap<string, number>[],
  fault: number,
): Differing[] {
  const seen = keys.flatMap((key, row) => {
    if (counts[row]! === 0) return [];
    const reasons = reasonsOf(endings[row] ?? new Map<string, number>(), 'differs');
    return { key, requests: counts[row]!, reasons, ended: sumOf(reasons.map((own) => own.requests)) };
  });
  const requests = sumOf(seen.map((own) => own.requests));
  const ended = sumOf(seen.map((own) => own.ended));
  return seen.flatMap((own) => {
    const others = { requests: requests - own.requests, ended: ended - own.ended };
    const p = fisherMore({ k1: own.ended, n1: own.requests, k2: others.ended, n2: others.requests });
    const isFar = own.ended * others.requests >= leastTimes * others.ended * own.requests;
    return own.ended > 0 && isFar && p <= fault / seen.length ? { ...own, others, p } : [];
  });
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, own) => sum + own, 0);

/** v3: all 50 requests ended with 404, of the others 0 of 50. */
export function differingText({ key, requests, ended, others, p, reasons }: Differing): string {
  const share =
    ended === requests
      ? `all ${plural(requests, 'request')}`
      : `${count(ended)} of ${plural(requests, 'request')} (${percent(ended / requests, requests)})`;
  return `${key}: ${share} ended with ${reasonsText(reasons)}; of the other versions ${count(others.ended)} of ${count(others.requests)} ended so. Luck does not do that (${pEquals(p)}, Fisher’s exact test): an answer of the service’s own is no failure by itself, but these versions do not answer alike.`;
}
