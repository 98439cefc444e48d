import type { z } from 'zod';
import { somePods, somePodsText } from './fields.ts';
import type { TimelineVerb } from './timeline-verb.ts';

const field = somePods(
  'true: packets to them are dropped until their containers run again, and they stay endpoints (for 50 s at most). Default: callers are refused within milliseconds.',
).describe("Pods' containers die and are started again.");

type Text = z.output<typeof field>;

export const crash: TimelineVerb<{ readonly verb: 'crash' } & Readonly<Text>, Text> = {
  field,
  isOperators: false,
  workload: (text) => text.workload,
  build: (text) => ({ verb: 'crash', ...text }),
  subject: somePodsText,
  act: ({ workload, pods, silently }, { kubectl }, nowUs) => kubectl.crash(workload, pods, silently, nowUs),
};
