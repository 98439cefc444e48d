import * as z from 'zod';
import { node } from './fields.ts';
import type { TimelineVerb } from './timeline-verb.ts';

const field = z
  .strictObject({ node })
  .describe(
    'kubectl drain: the node takes no new pods, and its pods leave with their grace, as far as PodDisruptionBudgets let them.',
  );

type Text = z.output<typeof field>;

export const drain: TimelineVerb<{ readonly verb: 'drain' } & Readonly<Text>, Text> = {
  field,
  isOperators: false,
  node: (text) => text.node,
  build: (text) => ({ verb: 'drain', ...text }),
  subject: (own) => own.node,
  act: (own, { kubectl }, nowUs) => kubectl.drain(own.node, nowUs),
};
