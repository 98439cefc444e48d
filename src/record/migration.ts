import { runFormat } from './format.ts';

/** Data of a version of a format that is past, as it was parsed. */
export type Stored = Readonly<Record<string, unknown>>;

export const isStored = (data: unknown): data is Stored =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

/** A step to the next version. It is never changed once it was released, for what it reads is on disks already. */
export interface Migration {
  readonly from: string;
  readonly to: string;
  readonly up: (data: Stored) => Stored;
}

const withoutDurations = (metrics: unknown): unknown =>
  isStored(metrics) && Array.isArray(metrics['requests'])
    ? {
        ...metrics,
        requests: metrics['requests'].map((own: unknown) =>
          isStored(own) ? { ...own, durationMs: null, durations: null } : own,
        ),
        durationEdgesMs: [],
      }
    : metrics;

/** From version to version, the oldest first; the last one leads to `runFormat`. */
/** 0.1 told what was chosen in words alone: the settings, the command, what an autoscaler aims at. */
const chosenIn01 = (scenario: unknown): unknown => {
  if (!isStored(scenario)) return scenario;
  const { settings, command } = scenario;
  const path = typeof command === 'string' ? /^meshshift run (\S+)/.exec(command)?.[1] : undefined;
  const isCounted =
    Array.isArray(settings) && settings.some((own) => String(own).startsWith('selector: counter'));
  return {
    ...scenario,
    ...(path === undefined ? {} : { path }),
    ...(isCounted ? { selector: 'counter' } : {}),
  };
};

const withTargets = (capacity: unknown): unknown =>
  isStored(capacity) && Array.isArray(capacity['autoscalers'])
    ? { ...capacity, autoscalers: capacity['autoscalers'].map(withTarget) }
    : capacity;

function withTarget(autoscaler: unknown): unknown {
  if (!isStored(autoscaler) || !Array.isArray(autoscaler['metrics'])) return autoscaler;
  const cpuTargets = autoscaler['metrics'].flatMap((own) => {
    const percent = /^cpu (\d+) % of requests$/.exec(String(own))?.[1];
    return percent === undefined ? [] : [Number(percent) / 100];
  });
  return cpuTargets.length === 0 ? autoscaler : { ...autoscaler, cpuTargets };
}

export const runMigrations: readonly Migration[] = [
  {
    from: 'meshshift/run/v1alpha1',
    to: runFormat,
    // 0.1 knew no budget that a run could have spent, kept no durations by series, and did not ask why requests failed.
    up: (run) => ({
      ...run,
      scenario: chosenIn01(run['scenario']),
      capacity: withTargets(run['capacity']),
      metrics: withoutDurations(run['metrics']),
      pages: isStored(run['pages']) ? { ...run['pages'], late: null, lateMs: null } : run['pages'],
      diagnosis: null,
      failures: [],
      pods: [],
      callers: [],
      reached: [],
      copies: [],
      steps: [],
      mesh: [],
      guesses: { numbers: [], calls: [] },
      ended: null,
    }),
  },
];

/** Data of any version that there ever was, as the last one has it; undefined: of a version that no step leads from. */
export function migrated(data: Stored, format: string, migrations: readonly Migration[]): Stored | undefined {
  let current = data;
  for (const { from, to, up } of migrations) {
    if (current['schema'] === from) current = { ...up(current), schema: to };
  }
  return current['schema'] === format ? current : undefined;
}
