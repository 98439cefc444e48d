import type { RunRecord } from '../../record/record.ts';

/** The version that had the most of a Service before, beside one that is to have nothing; null: there is no other. */
export function takesOver({ splits }: RunRecord, service: string, version: string): string | null {
  const split = splits.find((own) => own.service === service);
  if (split === undefined) return null;
  const shares = split.configured.find((own) => own.shares !== undefined)?.shares;
  const others = split.keys
    .map((key, place) => ({ key, share: shares?.[place] ?? 0 }))
    .filter(({ key, share }) => key !== version && (shares === undefined || share > 0));
  return others.sort((a, b) => b.share - a.share)[0]?.key ?? null;
}
