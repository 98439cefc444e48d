import type { z } from 'zod';
import { somePods } from './fields.ts';
import type { TimelineVerb } from './timeline-verb.ts';

type Text = z.output<typeof somePods>;

export const crash: TimelineVerb<{ readonly verb: 'crash' } & Readonly<Text>, Text> = {
  field: somePods.describe("Pods' containers die and are started again."),
  isOperators: false,
  workload: (text) => text.workload,
  build: (text) => ({ verb: 'crash', ...text }),
  subject: ({ workload, pods }) => `${pods} of ${workload}`,
  act: ({ workload, pods }, { kubectl }, nowUs) => kubectl.crash(workload, pods, nowUs),
};
