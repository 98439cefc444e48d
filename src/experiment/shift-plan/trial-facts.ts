import type { TrialFacts, WindowFacts } from '../../record/plan-run.ts';
import type { RunRecord } from '../../record/record.ts';
import { isOver } from '../../verdict/over-capacity.ts';
import type { CapacityReadings } from '../build-capacity.ts';

/** A shift of `service` to `to`, and when its plan acts. All times in seconds of the run. */
export interface ShiftOfRecord {
  readonly service: string;
  /** Key of the new version. */
  readonly to: string;
  readonly workloads: readonly string[];
  /** When the first action of the plan comes, and when its last pause is over. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** From when on every plan's pods are counted, whenever it acts itself. */
  readonly costFromSeconds: number;
}

/** Facts of a run that was played to its end. */
export function trialFacts(record: RunRecord, shift: ShiftOfRecord): TrialFacts {
  const capacity = record.capacity!;
  return {
    ...readFacts(capacity, shift),
    steps: stepsOf(record, shift.service, shift.to, shift.startSeconds),
    laws: [
      ...capacity.laws.map(({ law, workload, text, ok }) => ({ law, workload, text, ok })),
      ...(record.ended === null
        ? []
        : [{ law: 'budget', workload: '', text: record.ended.sentence, ok: false }]),
    ],
  };
}

/** What the windows of a run tell, whether it has come to its end or not. */
export function readFacts(
  { workloads: all, pages }: CapacityReadings,
  { workloads, startSeconds, endSeconds, costFromSeconds }: ShiftOfRecord,
): TrialFacts {
  const own = all.filter(({ name }) => workloads.includes(name));
  let podSeconds = 0;
  let peakPods = 0;
  let overSeconds = 0;
  for (const window of own[0]?.windows ?? []) {
    const alike = own.map((workload) => ({
      workload,
      window: workload.windows.find((one) => one.fromSeconds === window.fromSeconds)!,
    }));
    const length = window.toSeconds - window.fromSeconds;
    const pods = alike.reduce((sum, each) => sum + each.window.pods, 0);
    if (window.fromSeconds >= costFromSeconds) podSeconds += pods * length;
    if (window.fromSeconds < startSeconds) continue;
    peakPods = Math.max(peakPods, pods);
    if (alike.some((each) => isOver(each.workload, each.window))) overSeconds += length;
  }
  return {
    windows: windowsOf(pages, startSeconds),
    steps: [],
    podHours: Number((podSeconds / 3600).toPrecision(10)),
    peakPods,
    overSeconds,
    shiftSeconds: endSeconds - startSeconds,
    stoppedAtSeconds: null,
    laws: [],
  };
}

function windowsOf(pages: CapacityReadings['pages'], startSeconds: number): WindowFacts[] {
  return pages
    .filter((page) => page.toSeconds > startSeconds)
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
