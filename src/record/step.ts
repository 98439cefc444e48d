import * as z from 'zod';
import { flag, number, text, whole, type Immutable } from './field.ts';

const call = z.strictObject({
  caller: text.nullable().describe('Workload of the caller; null: callers without a proxy.'),
  gateway: flag.describe('The caller is a gateway: visitors from outside.'),
  service: text,
  version: text
    .nullable()
    .describe('Of the pod that was asked last, as the split of the service calls it; null: none was.'),
  workload: text.nullable().describe('Of that pod.'),
  requests: whole.describe(
    "Requests that were answered in this step, at the caller's proxy; tries that pods answered, of callers without one.",
  ),
  failed: whole.describe(
    'Those with status 0 or at least 500, and those for which there was no route (404).',
  ),
});

/** Who called whom from one change of a rule to the next. */
export const stepRecord = z.strictObject({
  fromSeconds: number,
  toSeconds: number,
  calls: z.array(call),
  ready: z
    .array(z.strictObject({ workload: text, pods: whole }))
    .describe('Pods that were ready at its end, of every workload that ever had any.'),
});

export type StepRecord = Immutable<z.infer<typeof stepRecord>>;
export type CallRecord = StepRecord['calls'][number];
