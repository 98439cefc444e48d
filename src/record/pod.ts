import * as z from 'zod';
import { number, text, whole, type Immutable } from './field.ts';

/** How one pod fared. */
export const podRecord = z.strictObject({
  pod: text,
  workload: text,
  version: text
    .nullable()
    .describe('Under which the service in focus counts it; null: it is none of its versions.'),
  requests: whole.describe('That came to it.'),
  failed: whole.describe("Those that failed, at their callers' proxies: status 0 or at least 500."),
  mostUsed: number
    .nullable()
    .describe('Most that it used of its CPU limit in a window, as a share; null: it has none.'),
  ejectedSeconds: number.describe('How long outlier detection of some proxy kept requests from it.'),
  overSeconds: number.describe(
    'Length of the windows in which it used all of its CPU limit, or all of its workers.',
  ),
  overFromSeconds: number.nullable().describe('Start of the first of them; null: there was none.'),
  overToSeconds: number.nullable().describe('End of the last.'),
  overShare: number.nullable().describe("Share of its workload's requests that came to it in those windows."),
  overEven: number
    .nullable()
    .describe('The share that each ready pod of it would have had, if all had the same in those windows.'),
  mostInSystem: number.describe('Requests in it at a time, on average in the worst window.'),
});

export type PodRecord = Immutable<z.infer<typeof podRecord>>;
