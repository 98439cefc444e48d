import type { Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { byChange } from './remedy.ts';

/** Nothing is sent to a version, where there is another that can take over; else no weight mends anything. */
export function withoutTraffic(record: RunRecord, service: string, version: string | null): Remedy[] {
  const to = version === null ? null : takesOver(record, service, version);
  return version === null || to === null ? [] : [byChange({ kind: 'no-traffic', service, version, to })];
}

/** The version that had the most of a Service before, beside one that is to have nothing; null: there is no other. */
function takesOver({ splits }: RunRecord, service: string, version: string): string | null {
  const split = splits.find((own) => own.service === service);
  if (split === undefined) return null;
  const shares = split.configured.find((own) => own.shares !== undefined)?.shares;
  let [most, mostShare]: [string | null, number] = [null, 0];
  split.keys.forEach((key, place) => {
    const share = shares?.[place] ?? 0;
    if (key !== version && share > mostShare) [most, mostShare] = [key, share];
  });
  return most;
}
