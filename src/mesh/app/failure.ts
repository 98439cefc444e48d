import * as z from 'zod';
import { percent } from '../../manifest/field.ts';

/** When an application that took a request fails it: nothing of the script has been done, or all of it. */
export type FailsWhen = 'before-work' | 'after-work';

/** How an application fails a share of its requests, at random. */
export interface Failure {
  readonly share: number;
  /**
   * status: an answer. reset: the connection breaks in the middle. refuse: the application takes none. unreachable: nor
   * does the sidecar before it, as when its listeners are drained or the pod has gone.
   */
  readonly by: 'status' | 'reset' | 'refuse' | 'unreachable';
  readonly status: number;
  /**
   * Of `status` and `reset`, which come from an application that took the request. after-work: such a failure costs what a
   * success costs, time, CPU and calls; most errors are found out on the way. before-work: nothing, as of a check at the
   * door. What is refused costs nothing.
   */
  readonly when: FailsWhen;
  /** When it begins and ends; 0 and Infinity: always. */
  readonly fromUs: number;
  readonly toUs: number;
}

/** What may be written of it, in an app file and in a timeline. */
export const failureFields = {
  share: percent.describe('Share of the requests that fail.'),
  by: z
    .enum(['status', 'reset', 'refuse', 'unreachable'])
    .default('status')
    .describe(
      'status: an answer. reset: the connection breaks. refuse: the application takes none. unreachable: nor does its sidecar.',
    ),
  status: z
    .number()
    .int()
    .min(400)
    .max(599)
    .default(503)
    .describe('Status of the answer, where it is one; 503.'),
  when: z
    .enum(['before-work', 'after-work'])
    .default('after-work')
    .describe(
      'after-work: what fails by status or reset has cost the time, the CPU and the calls of its script. before-work: it costs nothing.',
    ),
};

/** The words for it, after the name of what fails: "answers 503 to 7 % of its requests, after their work". */
export function failureText({ share, by, status, when }: Failure): string {
  const some = `${Number((share * 100).toFixed(6))} % of its requests`;
  if (by === 'refuse') return `refuses ${some}`;
  if (by === 'unreachable') return `is unreachable for ${some}`;
  const cost = when === 'after-work' ? 'after their work' : 'before any work';
  return by === 'reset' ? `breaks off ${some}, ${cost}` : `answers ${status} to ${some}, ${cost}`;
}
