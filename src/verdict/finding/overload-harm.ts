import type { WorkloadCapacity } from '../../record/capacity.ts';
import type { Harm } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { lengthOf, overSpans, type OverSpan } from '../over-capacity.ts';
import { noHarm } from './finding.ts';
import { lateIn } from './late.ts';
import { cutShort, waitingFor } from './waiting-for.ts';

/** What it cost that an autoscaler's target could not keep up; no harm where it could. */
export function overloadHarm(record: RunRecord, target: string): Harm {
  const workloads = (record.capacity?.workloads ?? []).filter((own) => own.target === target);
  const spans = workloads.flatMap((own) => overSpans(own));
  return harmOfSpans(record, workloads, spans);
}

/** What it cost that workloads were short in these spans. */
export function harmOfSpans(
  record: RunRecord,
  workloads: readonly WorkloadCapacity[],
  spans: readonly OverSpan[],
): Harm {
  if (spans.length === 0) return noHarm;
  const inSpans = workloads.flatMap(({ windows }) =>
    windows.filter((own) =>
      spans.some((span) => own.fromSeconds >= span.fromSeconds && own.toSeconds <= span.toSeconds),
    ),
  );
  return {
    ...cutShort(
      record,
      waitingFor(
        record,
        workloads.map(({ name }) => name),
      ),
      spans,
    ),
    pagesLate: lateIn(record, spans),
    requests: inSpans.reduce((sum, { turnedAway, abandoned }) => sum + turnedAway + abandoned, 0),
    seconds: lengthOf(spans),
    fromSeconds: Math.min(...spans.map(({ fromSeconds }) => fromSeconds)),
    toSeconds: Math.max(...spans.map(({ toSeconds }) => toSeconds)),
  };
}
