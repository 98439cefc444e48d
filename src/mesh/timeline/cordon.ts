import * as z from 'zod';
import { node } from './fields.ts';
import type { TimelineVerb } from './timeline-verb.ts';

const field = z
  .union([z.literal(true), z.strictObject({ node })], { error: 'expected true (all nodes), or node: NAME' })
  .describe('There is no room for new pods: on any node, or on one.');

type Text = z.output<typeof field>;

export const cordon: TimelineVerb<{ readonly verb: 'cordon'; readonly node?: string }, Text> = {
  field,
  isOperators: false,
  node: (text) => (text === true ? undefined : text.node),
  build: (text) => ({ verb: 'cordon', ...(text === true ? {} : text) }),
  subject: (own) => own.node ?? 'the nodes',
  act: (own, { kubectl }, nowUs) =>
    own.node === undefined ? kubectl.cordon(true, nowUs) : kubectl.cordonNode(own.node, true, nowUs),
};
