import * as z from 'zod';
import { count } from '../../manifest/field.ts';
import { node, workload } from './fields.ts';
import type { TimelineVerb } from './timeline-verb.ts';

const field = z
  .strictObject({
    workload: workload.optional(),
    pods: count.default(1).describe('How many pods of the workload; 1.'),
    node: node.optional(),
    zone: z.string().min(1).optional().describe('All nodes of a zone.'),
  })
  .refine(
    ({ workload: own, node: one, zone }) =>
      [own, one, zone].filter((part) => part !== undefined).length === 1,
    {
      error: 'expected one of workload, node and zone',
    },
  )
  .describe(
    'Pods are gone without a word, or nodes with all of theirs: no SIGTERM, and nobody is told. Packets to them are dropped: a try waits for its connect timeout (10 s), what is in flight for its own timeouts. They leave the endpoints after 50 s, and are replaced after 350 s.',
  );

type Text = z.output<typeof field>;

export const lose: TimelineVerb<{ readonly verb: 'lose' } & Readonly<Text>, Text> = {
  field,
  isOperators: false,
  workload: (text) => text.workload,
  node: (text) => text.node,
  zone: (text) => text.zone,
  build: (text) => ({ verb: 'lose', ...text }),
  subject: (own) =>
    own.workload !== undefined
      ? `${own.pods} of ${own.workload}`
      : own.node !== undefined
        ? `node ${own.node}`
        : `zone ${own.zone!}`,
  act: (own, { kubectl }, nowUs) =>
    own.workload === undefined
      ? kubectl.loseNodes(own, nowUs)
      : kubectl.kill(own.workload, own.pods, true, nowUs),
};
