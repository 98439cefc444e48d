import type { Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { byChange } from './remedy.ts';

type Split = RunRecord['splits'][number];

/** Nothing is sent to a version, where there is another that can take over; else no weight mends anything. */
export function withoutTraffic(record: RunRecord, service: string, version: string | null): Remedy[] {
  const to = version === null ? null : takesOver(record, service, version);
  return version === null || to === null ? [] : [byChange({ kind: 'no-traffic', service, version, to })];
}

/** The same for the pods of a workload, where a weight is theirs alone. */
export const withoutWorkload = (record: RunRecord, workload: string): Remedy[] =>
  record.splits
    .flatMap(({ service, keys }) =>
      keys.filter((key) => isOf(record, service, key, workload)).map((key) => ({ service, key })),
    )
    .flatMap(({ service, key }) => withoutTraffic(record, service, key))
    .slice(0, 1);

/** A version of a Service, a subset or a Service of its own, whose pods are all of this workload. */
const isOf = ({ mesh }: RunRecord, service: string, key: string, workload: string): boolean =>
  mesh
    .flatMap(({ rules }) => rules.flatMap(({ destinations }) => destinations))
    .some(
      (own) =>
        (own.subset === null ? own.service === key : own.service === service && own.subset === key) &&
        own.workloads.length === 1 &&
        own.workloads[0] === workload,
    );

/** The version that had the most of a Service before, beside one that is to have nothing; null: there is no other that answers. */
function takesOver({ splits }: RunRecord, service: string, version: string): string | null {
  const split = splits.find((own) => own.service === service);
  if (split === undefined) return null;
  const shares = split.configured.find((own) => own.shares !== undefined)?.shares;
  let [most, mostShare]: [string | null, number] = [null, 0];
  split.keys.forEach((key, place) => {
    const share = shares?.[place] ?? 0;
    if (key !== version && share > mostShare && !mostlyFails(split, place)) [most, mostShare] = [key, share];
  });
  return most;
}

/** More than half of the requests for a version ended in an error: it has nothing to take over with. @param place of its key */
function mostlyFails({ phases }: Split, place: number): boolean {
  const sum = (counts: (phase: Split['phases'][number]) => readonly number[]): number =>
    phases.reduce((before, phase) => before + counts(phase)[place]!, 0);
  return sum((phase) => phase.errors) > sum((phase) => phase.observed) / 2;
}
