import * as z from 'zod';
import { whole } from '../../manifest/field.ts';
import { workload } from './fields.ts';
import type { TimelineVerb } from './timeline-verb.ts';

const field = z
  .strictObject({
    workload,
    replicas: whole.max(100_000, 'expected at most 100000').describe('How many pods it is to have.'),
  })
  .describe('kubectl scale.');

type Text = z.output<typeof field>;

export const scale: TimelineVerb<{ readonly verb: 'scale' } & Readonly<Text>, Text> = {
  field,
  isOperators: true,
  workload: (text) => text.workload,
  build: (text) => ({ verb: 'scale', ...text }),
  subject: ({ workload, replicas }) => `${workload} to ${replicas}`,
  act: ({ workload, replicas }, { kubectl }, nowUs) => kubectl.scale(workload, replicas, nowUs),
};
