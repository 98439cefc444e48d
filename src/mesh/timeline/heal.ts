import * as z from 'zod';
import { workload } from './fields.ts';
import { observed, type TimelineVerb } from './timeline-verb.ts';

const field = z.strictObject({ workload }).describe('It is as at the start again.');

type Text = z.output<typeof field>;

export const heal: TimelineVerb<{ readonly verb: 'heal' } & Readonly<Text>, Text> = {
  field,
  isOperators: false,
  workload: (text) => text.workload,
  build: ({ workload }) => ({ verb: 'heal', workload }),
  subject: ({ workload }) => workload,
  act({ workload }, { stations }) {
    stations.trouble(workload, { factor: 1, fails: undefined });
    return observed(`${workload} is well again`);
  },
};
