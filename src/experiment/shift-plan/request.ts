import type { ShiftOptions } from './shift-plan.ts';
import { defaultVary, writtenPauseUs, type AutoscalerVary } from './candidates.ts';
import { parseDuration } from '../../manifest/quantity.ts';
import { parseSteps, type Objective } from '../../scenario/objective.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** What a user asks of `plan shift`, as plain data. What is undefined is left to the scenario, and then to the defaults. */
export interface ShiftRequest {
  readonly objectives: readonly Objective[];
  readonly vary: VaryRequest;
  readonly replications: number;
  readonly windowUs: number;
}

export interface VaryRequest {
  readonly steps?: readonly (readonly number[])[];
  readonly pausesUs?: readonly number[];
  readonly preScale?: readonly number[];
  readonly warmUpsUs?: readonly number[];
  readonly autoscalers?: readonly AutoscalerVary[];
}

/** The scenario's own wishes, with the user's before them. */
export function requestOf(
  { plan }: Scenario,
  given: {
    readonly objectives: readonly Objective[];
    readonly vary: VaryRequest;
    readonly replications?: number;
    readonly windowUs?: number;
  },
): ShiftRequest {
  const own: VaryRequest = {
    ...(plan.steps === undefined ? {} : { steps: plan.steps }),
    ...(plan.pause === undefined ? {} : { pausesUs: plan.pause }),
    ...(plan.preScale === undefined ? {} : { preScale: plan.preScale }),
    ...(plan.warmUp === undefined ? {} : { warmUpsUs: plan.warmUp }),
    ...(plan.autoscalers === undefined
      ? {}
      : { autoscalers: Object.entries(plan.autoscalers).map(([name, limits]) => ({ name, ...limits })) }),
  };
  return {
    objectives: given.objectives.length > 0 ? given.objectives : plan.objectives,
    vary: { ...own, ...given.vary },
    replications: given.replications ?? plan.replications,
    windowUs: given.windowUs ?? plan.window,
  };
}

/** Where anything is named to vary, the rest stays as it is written; where nothing is, the defaults vary. */
export function optionsOf({ objectives, vary, replications, windowUs }: ShiftRequest): ShiftOptions {
  return {
    objectives,
    replications,
    windowUs,
    vary: (scenario, shift) =>
      Object.keys(vary).length === 0
        ? defaultVary(scenario, shift)
        : {
            steps: vary.steps ?? [shift.steps.map((own) => own.percent)],
            pausesUs: vary.pausesUs ?? [writtenPauseUs(scenario, shift)],
            preScale: vary.preScale ?? [0],
            warmUpsUs: vary.warmUpsUs ?? [],
            autoscalers: vary.autoscalers ?? [],
          },
  };
}

/**
 * `steps=10/25/50/100,25/50/75/100`, `pause=3m,5m`, `pre-scale=0,30`, `warm-up=0s,60s`, `reviews-v3.max=30,40` into what was asked before.
 * A problem is for the user.
 */
export function addVary(before: VaryRequest, text: string): VaryRequest | { readonly problem: string } {
  const [name, list] = [text.slice(0, text.indexOf('=')).trim(), text.slice(text.indexOf('=') + 1)];
  if (!text.includes('=') || name === '' || list === '')
    return { problem: 'expected such as pause=3m,5m or steps=10/25/50/100,25/50/75/100' };
  const values = list.split(',').map((own) => own.trim());
  const numbers = (): number[] | { readonly problem: string } => {
    const wrong = values.find((own) => !/^\d+$/.test(own));
    return wrong === undefined ? values.map(Number) : { problem: `expected whole numbers, found "${wrong}"` };
  };
  if (name === 'steps') {
    const parsed = values.map(parseSteps);
    const wrong = parsed.find((own) => 'problem' in own);
    return wrong ?? { ...before, steps: parsed.flatMap((own) => ('steps' in own ? [own.steps] : [])) };
  }
  if (name === 'pause' || name === 'warm-up') {
    const parsed = values.map((own) => parseDuration(own === '0' ? '0s' : own));
    const wrong = parsed.find((own) => 'problem' in own);
    const us = parsed.flatMap((own) => ('us' in own ? [own.us] : []));
    return wrong ?? { ...before, ...(name === 'pause' ? { pausesUs: us } : { warmUpsUs: us }) };
  }
  const amounts = numbers();
  if (name === 'pre-scale') return 'problem' in amounts ? amounts : { ...before, preScale: amounts };
  const found = /^(.+)\.(min|max|target)$/.exec(name);
  if (found === null) {
    return {
      problem: `"${name}" cannot vary: steps, pause, pre-scale, warm-up, and min, max or target of an autoscaler (reviews-v3.max)`,
    };
  }
  if ('problem' in amounts) return amounts;
  const [, autoscaler, limit] = found as unknown as [string, string, 'min' | 'max' | 'target'];
  const known = before.autoscalers ?? [];
  const own = known.find((each) => each.name === autoscaler) ?? {
    name: autoscaler,
    min: [],
    max: [],
    target: [],
  };
  return {
    ...before,
    autoscalers: [...known.filter((each) => each.name !== autoscaler), { ...own, [limit]: amounts }],
  };
}
