import { binomInterval } from '../stats/index.ts';
import { count, percent, plural } from '../words/number.ts';
import { flagReason } from './flag-reason.ts';

/** Requests of a version that failed. */
export interface Failing {
  /** null: failed before a version was chosen. */
  readonly key: string | null;
  readonly requests: number;
  readonly failed: number;
  /** Clopper and Pearson's interval of the failed share. */
  readonly interval: readonly [number, number];
  /** "503 UH" and the like, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly requests: number }[];
  /** Shown to be more than what a run tolerates: then it leads the answer. */
  readonly leads: boolean;
}

/** As for the pages of a run: one in a thousand. */
export const tolerated = 0.001;

/** What failed of so many requests, with the confidence of the verdict's "fault". */
export function failingOf(
  key: string | null,
  requests: number,
  reasons: ReadonlyMap<string, number>,
  fault: number,
): Failing | null {
  const failed = [...reasons.values()].reduce((sum, own) => sum + own, 0);
  if (failed === 0) return null;
  const interval = binomInterval({ k: failed, n: requests, conf: 1 - fault, method: 'clopper-pearson' });
  return {
    key,
    requests,
    failed,
    interval,
    reasons: [...reasons]
      .map(([reason, own]) => ({ reason, requests: own }))
      .sort((a, b) => b.requests - a.requests || (a.reason < b.reason ? -1 : 1)),
    leads: interval[0] > tolerated,
  };
}

/** v3: all 60 requests failed (503 UH: ...). */
export function failingText({ key, requests, failed, reasons }: Failing): string {
  const who = key === null ? 'Before a version was chosen' : key;
  const share =
    key === null
      ? `${count(failed)} of ${plural(requests, 'request')} failed`
      : failed === requests
        ? requests === 1
          ? 'its only request failed'
          : `all ${plural(requests, 'request')} failed`
        : `${count(failed)} of ${plural(requests, 'request')} failed (${percent(failed / requests, requests)})`;
  const named = reasons
    .slice(0, 3)
    .map((own) => (reasons.length === 1 ? own.reason : `${count(own.requests)} with ${own.reason}`))
    .join(', ');
  return `${who}${key === null ? ' ' : ': '}${share}: ${named}.`;
}

/** What each flag among them means, once. */
export function flagTexts(failing: readonly Failing[]): string[] {
  const flags = failing.flatMap(({ reasons }) =>
    reasons.slice(0, 3).flatMap(({ reason }) => reason.split(' ')[1]?.split(',') ?? []),
  );
  return [...new Set(flags)].map(flagReason).filter((text) => text.includes(':'));
}
