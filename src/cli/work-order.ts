import { openJobs, scenarioOf, type Job } from '../experiment/job/index.ts';

/** What a worker thread needs to make the same scenarios as its owner has. */
export interface WorkOrder {
  readonly cwd: string;
  readonly scenarios: readonly GivenScenario[];
}

/** A scenario as somebody asked for it. */
export interface GivenScenario {
  readonly given: string;
  /** `path=value`, the seed among them. */
  readonly set: readonly string[];
}

/** Who does jobs with the scenarios of an order; each is opened with the first job that is for it. */
export function openWork({ cwd, scenarios }: WorkOrder): (job: Job) => Promise<unknown> {
  const opened = new Map<number, Promise<ReturnType<typeof openJobs>>>();
  const open = async ({ given, set }: GivenScenario): Promise<ReturnType<typeof openJobs>> => {
    const { openScenario } = await import('./files.ts');
    const { loadScenario } = await import('../scenario/load.ts');
    const files = await openScenario(given, cwd, set);
    const loaded = files.value === undefined ? undefined : await loadScenario(files.value);
    if (loaded?.value === undefined) throw new Error(`cannot open ${given} again: has it changed since?`);
    return openJobs(loaded.value);
  };
  return async (job) => {
    const at = scenarioOf(job);
    const own = opened.get(at) ?? open(scenarios[at]!);
    opened.set(at, own);
    return (await own)(job);
  };
}
