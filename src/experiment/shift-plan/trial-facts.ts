import type { TrialFacts, WindowFacts } from '../../record/plan-run.ts';
import type { RunRecord } from '../../record/record.ts';
import { isOver } from '../../verdict/over-capacity.ts';

/** Facts of a run, for a shift of `service` to `to` by its workloads from `startSeconds` on. */
export function trialFacts(
  record: RunRecord,
  { service, to, workloads, startSeconds }: ShiftOfRecord,
): TrialFacts {
  const capacity = record.capacity!;
  const own = capacity.workloads.filter(({ name }) => workloads.includes(name));
  const endSeconds = record.scenario.durationSeconds;
  const windows = own[0]?.windows.filter((each) => each.fromSeconds >= startSeconds) ?? [];
  let podSeconds = 0;
  let peakPods = 0;
  let overSeconds = 0;
  for (const window of windows) {
    const alike = own.map((each) => ({
      workload: each,
      window: each.windows.find((one) => one.fromSeconds === window.fromSeconds)!,
    }));
    const length = window.toSeconds - window.fromSeconds;
    const pods = alike.reduce((sum, each) => sum + each.window.pods, 0);
    podSeconds += pods * length;
    peakPods = Math.max(peakPods, pods);
    if (alike.some((each) => isOver(each.workload, each.window))) overSeconds += length;
  }
  return {
    windows: windowsOf(record, startSeconds),
    steps: stepsOf(record, service, to, startSeconds),
    podHours: Number((podSeconds / 3600).toPrecision(10)),
    peakPods,
    overSeconds,
    shiftSeconds: endSeconds - startSeconds,
    laws: [
      ...capacity.laws.map(({ law, workload, text, ok }) => ({ law, workload, text, ok })),
      ...(record.ended === null
        ? []
        : [{ law: 'budget', workload: '', text: record.ended.sentence, ok: false }]),
    ],
  };
}

export interface ShiftOfRecord {
  readonly service: string;
  /** Key of the new version. */
  readonly to: string;
  readonly workloads: readonly string[];
  readonly startSeconds: number;
}

function windowsOf(record: RunRecord, startSeconds: number): WindowFacts[] {
  return record
    .capacity!.pages.filter((page) => page.toSeconds > startSeconds)
    .map((page) => ({
      atSeconds: page.fromSeconds,
      pages: page.pages,
      failed: page.failed,
      late: page.late,
      p50: page.p50Ms,
      p95: page.p95Ms,
      p99: page.p99Ms,
    }));
}

function stepsOf(
  record: RunRecord,
  service: string,
  to: string,
  startSeconds: number,
): { atSeconds: number; shareOff: number }[] {
  const split = record.splits.find((own) => own.service === service);
  if (split === undefined) return [];
  const key = split.keys.indexOf(to);
  const changes = split.configured.map((own) => own.atSeconds);
  return changes.flatMap((atSeconds, index) => {
    const end = changes[index + 1] ?? Infinity;
    const phases = split.phases.filter((own) => own.fromSeconds >= atSeconds && own.fromSeconds < end);
    let [drawn, got, wanted] = [0, 0, 0];
    for (const { observed, configured } of phases) {
      const requests = observed.reduce((sum, count) => sum + count, 0);
      drawn += requests;
      got += observed[key] ?? 0;
      wanted += requests * (configured?.[key] ?? 0);
    }
    if (end <= startSeconds || drawn === 0) return [];
    return [{ atSeconds, shareOff: Number(((got - wanted) / drawn).toPrecision(10)) }];
  });
}
