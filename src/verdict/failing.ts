import { binomInterval } from '../stats/index.ts';
import { count, percent, plural } from '../words/number.ts';
import { blameOfText } from './blame.ts';
import { flagReason } from './flag-reason.ts';

/** Requests of a version that failed. */
export interface Failing {
  /** null: of no one version, that is before one was chosen, or of all together. */
  readonly key: string | null;
  readonly requests: number;
  readonly failed: number;
  /** Clopper and Pearson's interval of the failed share. */
  readonly interval: readonly [number, number];
  /** "503 UH" and the like, the most frequent first. */
  readonly reasons: readonly Reason[];
  /** Shown to be more than what a run tolerates: then it leads the answer. */
  readonly leads: boolean;
}

/** How so many requests ended. */
export interface Reason {
  readonly reason: string;
  readonly requests: number;
}

/** As for the pages of a run: one in a thousand. */
export const tolerated = 0.001;

/** What failed of so many requests, with the confidence of the verdict's "fault"; of `endings`, those that are failures by themselves. */
export function failingOf(
  key: string | null,
  requests: number,
  endings: ReadonlyMap<string, number>,
  fault: number,
): Failing | null {
  const reasons = reasonsOf(endings, 'fails');
  const failed = reasons.reduce((sum, own) => sum + own.requests, 0);
  if (failed === 0) return null;
  const interval = binomInterval({ k: failed, n: requests, conf: 1 - fault, method: 'clopper-pearson' });
  return { key, requests, failed, interval, reasons, leads: interval[0] > tolerated };
}

/** Endings of that kind, the most frequent first. */
export const reasonsOf = (
  endings: ReadonlyMap<string, number>,
  blame: ReturnType<typeof blameOfText>,
): readonly Reason[] =>
  [...endings]
    .filter(([reason, own]) => own > 0 && blameOfText(reason) === blame)
    .map(([reason, own]) => ({ reason, requests: own }))
    .sort((a, b) => b.requests - a.requests || (a.reason < b.reason ? -1 : 1));

/** Versions' endings added up. */
export function togetherOf(all: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  for (const own of all)
    for (const [reason, requests] of own) sum.set(reason, (sum.get(reason) ?? 0) + requests);
  return sum;
}

/** v3: all 60 requests failed (503 UH: ...). `who` begins the sentence of what is of no one version. */
export function failingText(
  { key, requests, failed, reasons }: Failing,
  who = 'Before a version was chosen',
): string {
  const share =
    failed === requests
      ? key === null
        ? `all ${plural(requests, 'request')} failed`
        : requests === 1
          ? 'its only request failed'
          : `all ${plural(requests, 'request')} failed`
      : `${count(failed)} of ${plural(requests, 'request')} failed${key === null ? '' : ` (${percent(failed / requests, requests)})`}`;
  return `${key === null ? who : `${key}:`} ${share}: ${reasonsText(reasons)}.`;
}

/** The first three, with their numbers where there are several. */
export const reasonsText = (reasons: readonly Reason[]): string =>
  reasons
    .slice(0, 3)
    .map(({ reason, requests }) => {
      const words = reason === '0' ? 'no answer (status 0)' : reason;
      return reasons.length === 1 ? words : `${count(requests)} with ${words}`;
    })
    .join(', ');

/** What each flag among them means, once. */
export function flagTexts(told: readonly { readonly reasons: readonly Reason[] }[]): string[] {
  const flags = told.flatMap(({ reasons }) =>
    reasons.slice(0, 3).flatMap(({ reason }) => reason.split(/[ ,]/)),
  );
  return [...new Set(flags)].flatMap((flag) => (flagReason(flag) === flag ? [] : flagReason(flag)));
}
