import type { z } from 'zod';
import { somePods } from './fields.ts';
import type { TimelineVerb } from './timeline-verb.ts';

type Text = z.output<typeof somePods>;

export const kill: TimelineVerb<{ readonly verb: 'kill' } & Readonly<Text>, Text> = {
  field: somePods.describe('Pods are gone at once, and replaced.'),
  isOperators: false,
  workload: (text) => text.workload,
  build: (text) => ({ verb: 'kill', ...text }),
  subject: ({ workload, pods }) => `${pods} of ${workload}`,
  act: ({ workload, pods }, { kubectl }, nowUs) => kubectl.kill(workload, pods, nowUs),
};
