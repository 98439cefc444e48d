import type { z } from 'zod';
import { somePods, somePodsText } from './fields.ts';
import type { TimelineVerb } from './timeline-verb.ts';

const field = somePods('true: as `lose`. Default: callers are refused within milliseconds.').describe(
  'Pods are gone at once, and replaced.',
);

type Text = z.output<typeof field>;

export const kill: TimelineVerb<{ readonly verb: 'kill' } & Readonly<Text>, Text> = {
  field,
  isOperators: false,
  workload: (text) => text.workload,
  build: (text) => ({ verb: 'kill', ...text }),
  subject: somePodsText,
  act: ({ workload, pods, silently }, { kubectl }, nowUs) => kubectl.kill(workload, pods, silently, nowUs),
};
