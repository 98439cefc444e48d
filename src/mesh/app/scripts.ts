import type { Step, WorkloadBehaviour } from './app.ts';

/**
 * A step; the first of so many calls that are made side by side and come after it; or the end of a script: the answer
 * leaves.
 */
export type ScriptStep =
  | Exclude<Step, { kind: 'together' }>
  | { readonly kind: 'together'; readonly count: number }
  | { readonly kind: 'answer' };

/** What a step of a script takes: more than time alone; time; time, and then the answer leaves. */
export const stepTakes = { more: 0, time: 1, lastTime: 2 } as const;

/**
 * All scripts of a workload one after the other, so that a place in them says which one it is: that of most requests begins at 0,
 * each of those of a path after the end of the one before.
 */
export interface Scripts {
  readonly steps: readonly ScriptStep[];
  /** Of each step, one of `stepTakes`. */
  readonly takes: Uint8Array;
  /** Where the script for a path begins. */
  startFor(path: string): number;
  /** Requests are told apart by their path. */
  readonly hasPaths: boolean;
}

/** The pods of a workload share them. */
const known = new WeakMap<WorkloadBehaviour, Scripts>();

export function scriptsOf(behaviour: WorkloadBehaviour): Scripts {
  let scripts = known.get(behaviour);
  if (scripts === undefined) known.set(behaviour, (scripts = makeScripts(behaviour)));
  return scripts;
}

function makeScripts({ script, paths = [] }: WorkloadBehaviour): Scripts {
  const steps = flat(script);
  const starts = paths.map((own) => {
    const start = steps.length;
    steps.push(...flat(own.script));
    return { wanted: own.path.split('/'), start };
  });
  return {
    steps,
    takes: Uint8Array.from(steps, ({ kind }, place) =>
      kind !== 'work'
        ? stepTakes.more
        : steps[place + 1]!.kind === 'answer'
          ? stepTakes.lastTime
          : stepTakes.time,
    ),
    hasPaths: starts.length > 0,
    startFor(path) {
      const parts = path.split('?')[0]!.split('/');
      return starts.find(({ wanted }) => fits(wanted, parts))?.start ?? 0;
    },
  };
}

const flat = (script: readonly Step[]): ScriptStep[] => [
  ...script.flatMap((step): ScriptStep[] =>
    step.kind === 'together' ? [{ kind: 'together', count: step.calls.length }, ...step.calls] : [step],
  ),
  { kind: 'answer' },
];

/** `*` stands for one part, whatever it is. */
const fits = (wanted: readonly string[], parts: readonly string[]): boolean =>
  wanted.length === parts.length && wanted.every((own, place) => own === '*' || own === parts[place]);
