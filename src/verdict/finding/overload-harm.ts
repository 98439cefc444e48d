import type { Harm } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { lengthOf, overSpans } from '../over-capacity.ts';
import { noHarm } from './finding.ts';
import { lateIn } from './late.ts';

/** What it cost that an autoscaler's target could not keep up; no harm where it could. */
export function overloadHarm(record: RunRecord, target: string): Harm {
  const spans = (record.capacity?.workloads ?? [])
    .filter((own) => own.target === target)
    .flatMap((own) => overSpans(own))
    .sort((a, b) => a.fromSeconds - b.fromSeconds);
  if (spans.length === 0) return noHarm;
  return {
    ...noHarm,
    pagesLate: lateIn(record, spans),
    seconds: lengthOf(spans),
    fromSeconds: spans[0]!.fromSeconds,
    toSeconds: Math.max(...spans.map(({ toSeconds }) => toSeconds)),
  };
}
