import * as z from 'zod';
import { positive } from '../../manifest/field.ts';
import { workload } from './fields.ts';
import { observed, type TimelineVerb } from './timeline-verb.ts';

const field = z
  .strictObject({
    workload,
    factor: positive
      .max(1_000_000, 'expected at most 1000000')
      .describe('So many times as long as at the start.'),
  })
  .describe('All its work takes so many times as long as at the start.');

type Text = z.output<typeof field>;

export const slow: TimelineVerb<{ readonly verb: 'slow' } & Readonly<Text>, Text> = {
  field,
  isOperators: false,
  workload: (text) => text.workload,
  build: (text) => ({ verb: 'slow', ...text }),
  subject: ({ workload, factor }) => `${workload} by ${factor}`,
  act({ workload, factor }, { stations }) {
    stations.trouble(workload, { factor });
    return observed(`${workload} takes ${factor} times as long`);
  },
};
