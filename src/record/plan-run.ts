import * as z from 'zod';
import { flag, number, text, whole, type Immutable } from './field.ts';

const windowFacts = z.strictObject({
  atSeconds: number,
  pages: whole,
  failed: whole,
  late: whole,
  p50: number,
  p95: number,
  p99: number,
});

const trialFacts = z.strictObject({
  windows: z.array(windowFacts).describe('Windows from the one with the first action of the plan on.'),
  steps: z
    .array(z.strictObject({ atSeconds: number, shareOff: number }))
    .describe(
      "Steps of the shift, from one change of weights to the next: the observed share of the new version less the configured one, at the callers' proxies, the time of propagation included.",
    ),
  podHours: number.describe(
    'Of the workloads that serve the service, from the first action of any plan to the end of the longest plan.',
  ),
  peakPods: whole,
  overSeconds: number.describe(
    'Seconds, from the first action on, in which one of these workloads was at its limit.',
  ),
  shiftSeconds: number.describe('From the first action of the plan to the end of its last pause.'),
  stoppedAtSeconds: number
    .nullable()
    .describe('When the run was stopped, as it had broken an objective; null: it was played to its end.'),
  laws: z.array(z.strictObject({ law: text, workload: text, text, ok: flag })),
});

/** A line of `runs.ndjson`: a run of a plan that is done, by what varied in it. */
export const planRun = z.strictObject({ key: text, facts: trialFacts });

/** What is kept of one run of a plan; small, so that thousands can be stored. Times in seconds, latencies in ms. */
export type TrialFacts = Immutable<z.infer<typeof trialFacts>>;
export type WindowFacts = TrialFacts['windows'][number];
