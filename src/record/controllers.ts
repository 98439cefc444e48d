import * as z from 'zod';
import { flag, text, whole } from './field.ts';

/** What manifests say to controllers that the model does not have, as far as it can be told what these would do. */
export const controllers = {
  rollouts: z
    .array(
      z.strictObject({
        name: text,
        steps: whole,
        manages: text.describe('"VirtualService web": whose weights its controller would move; "": none.'),
        switches: text
          .optional()
          .describe('The Service that it would switch from blue to green; absent: it has a canary.'),
        restartAt: text.optional().describe('Pods that are older it would replace; absent: none is to be.'),
        paused: z.literal(true).optional().describe('Somebody has stopped it; absent: nobody has.'),
        invalid: text
          .optional()
          .describe('Why its controller goes no further in a cluster, in a clause; absent: it does.'),
        strangers: z
          .array(
            z.strictObject({
              what: text.describe('"Service web-stable"'),
              workloads: z.array(text).describe('Others whose pods it picks here.'),
            }),
          )
          .optional()
          .describe('What its controller would let pick pods of its own alone; absent: it does here, too.'),
        templates: z
          .array(text)
          .optional()
          .describe('Hashes of the templates that it has pods of by the manifests, its own last.'),
        isShifted: flag
          .optional()
          .describe('A rule that it manages gives its canary a weight; absent: it is not known.'),
      }),
    )
    .describe('Rollouts, whose controller the model does not have.'),
  canaries: z
    .array(
      z.strictObject({
        name: text,
        target: text.describe('The workload that gets new versions.'),
        template: text
          .nullable()
          .describe(
            'Hash of its template, and behind a dash of the configuration that its pods read, if any; null: what the controller would do cannot be told.',
          ),
        suspended: z.literal(true).optional().describe('Its controller passes it over; absent: it does not.'),
        restarts: z
          .literal(true)
          .optional()
          .describe('Its target is restarted, which is another template; absent: it is not.'),
        underWay: flag.describe('By its status it is in the middle of a release.'),
        lacks: z
          .array(text)
          .describe('"VirtualService shop": what the controller would make, or write otherwise than it is.'),
        isShifted: flag.describe('Its rule gives its canary a weight.'),
      }),
    )
    .optional()
    .describe('Canaries of Flagger, whose controller the model does not have; absent: there are none.'),
};
