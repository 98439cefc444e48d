import * as z from 'zod';
import { node } from './fields.ts';
import type { TimelineVerb } from './timeline-verb.ts';

const field = z
  .union([z.literal(true), z.strictObject({ node })], { error: 'expected true (all nodes), or node: NAME' })
  .describe('There is room again: on all nodes, or on one.');

type Text = z.output<typeof field>;

export const uncordon: TimelineVerb<{ readonly verb: 'uncordon'; readonly node?: string }, Text> = {
  field,
  isOperators: false,
  node: (text) => (text === true ? undefined : text.node),
  build: (text) => ({ verb: 'uncordon', ...(text === true ? {} : text) }),
  subject: (own) => own.node ?? 'the nodes',
  act: (own, { kubectl }, nowUs) =>
    own.node === undefined ? kubectl.cordon(false, nowUs) : kubectl.cordonNode(own.node, false, nowUs),
};
