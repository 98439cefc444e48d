import { z } from 'zod';
import { percent } from '../../manifest/field.ts';

/** How an application fails a share of its requests, at random. */
export interface Failure {
  readonly share: number;
  /**
   * status: an answer. reset: the connection breaks in the middle. refuse: the application takes none. unreachable: nor
   * does the sidecar before it, as when its listeners are drained or the pod has gone.
   */
  readonly by: 'status' | 'reset' | 'refuse' | 'unreachable';
  readonly status: number;
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
};
