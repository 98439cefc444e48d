import { z } from 'zod';
import { count } from '../../manifest/field.ts';
import { workload } from './fields.ts';
import type { TimelineVerb } from './timeline-verb.ts';

const field = z
  .strictObject({ workload, pods: count.default(1).describe('How many of its pods; 1.') })
  .describe(
    'Pods are gone without a word, as when their nodes are lost: no SIGTERM, and nobody is told. Packets to them are dropped: a try waits for its connect timeout (10 s), what is in flight for its own timeouts. They leave the endpoints after 50 s, and are replaced after 350 s.',
  );

type Text = z.output<typeof field>;

export const lose: TimelineVerb<{ readonly verb: 'lose' } & Readonly<Text>, Text> = {
  field,
  isOperators: false,
  workload: (text) => text.workload,
  build: (text) => ({ verb: 'lose', ...text }),
  subject: (own) => `${own.pods} of ${own.workload}`,
  act: (own, { kubectl }, nowUs) => kubectl.kill(own.workload, own.pods, true, nowUs),
};
