import * as z from 'zod';
import { checkFailure, failureFields, failureOf, failureText, type Failure } from '../app/failure.ts';
import { workload } from './fields.ts';
import { observed, type TimelineVerb } from './timeline-verb.ts';

const field = z
  .strictObject({ workload, ...failureFields })
  .superRefine(checkFailure)
  .describe('It fails this share of its requests from now on.');

export interface FailAction {
  readonly verb: 'fail';
  readonly workload: string;
  readonly fails: Failure;
}

export const fail: TimelineVerb<FailAction, z.output<typeof field>> = {
  field,
  isOperators: false,
  workload: (text) => text.workload,
  build: ({ workload, ...fails }) => ({
    verb: 'fail',
    workload,
    fails: failureOf(fails, 0, Infinity),
  }),
  subject: ({ workload, fails }) => `${workload}: ${failureText(fails)}`,
  act({ workload, fails }, { stations }) {
    stations.trouble(workload, { fails: [fails] });
    return observed(`${workload} ${failureText(fails)}`);
  },
};
