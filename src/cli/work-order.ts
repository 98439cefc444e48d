import { openJobs } from '../experiment/job/index.ts';

/** What a worker thread needs to make the same scenario as its owner has. */
export interface WorkOrder {
  readonly given: string;
  readonly cwd: string;
  /** `path=value`, the seed among them. */
  readonly set: readonly string[];
}

/** Who does jobs with the scenario of an order. */
export async function openWork({ given, cwd, set }: WorkOrder): Promise<ReturnType<typeof openJobs>> {
  const { openScenario } = await import('./files.ts');
  const { loadScenario } = await import('../scenario/load.ts');
  const opened = await openScenario(given, cwd, set);
  const loaded = opened.value === undefined ? undefined : await loadScenario(opened.value);
  if (loaded?.value === undefined) throw new Error(`cannot open ${given} again: has it changed since?`);
  return openJobs(loaded.value);
}
