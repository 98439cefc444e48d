import { greatest, max, sum } from 'd3-array';
import type { Judgement } from '../../verdict/judgement.ts';

/**
 * The version whose share is drawn, as an index: of two the last, as both say the same; of more the one that strayed most, in
 * standard errors. -1 where nothing was to be drawn.
 */
export function shownVersion({ versions, rules }: Judgement): number {
  const open = versions.flatMap((_, key) => (rules.some(({ shares }) => isOpen(shares[key]!)) ? [key] : []));
  if (open.length <= 2) return open.at(-1) ?? -1;
  return greatest(open, (key) => strayed(rules, key))!;
}

/** A share that chance decides about. */
export const isOpen = (share: number): boolean => share > 0 && share < 1;

function strayed(rules: Judgement['rules'], key: number): number {
  return max(rules, ({ shares, counts }) => {
    const n = sum(counts);
    const share = shares[key]!;
    return n === 0 || !isOpen(share)
      ? 0
      : Math.abs(counts[key]! - n * share) / Math.sqrt(n * share * (1 - share));
  })!;
}
