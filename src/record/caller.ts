import * as z from 'zod';
import { number, ruleOwner, text, whole, type Immutable } from './field.ts';

/** Under which rule one kind of caller calls a service, and what answered it, over the whole run. */
export const callerRecord = z.strictObject({
  caller: text.describe('Workload; "visitors": nobody inside the mesh.'),
  service: text,
  rules: z
    .array(
      z.strictObject({
        fromSeconds: number,
        rule: text.describe(
          '"VirtualService web.default, rule 1", "no rule: default cluster", or "no such host: passed on to its address".',
        ),
        owner: ruleOwner.nullable().describe('null: it is of no rule.'),
        passes: z
          .literal(true)
          .optional()
          .describe('Its proxy does not know the service, and passes calls on to the address.'),
        shares: z
          .array(z.strictObject({ version: text, share: number }))
          .nullable()
          .describe('null: no rule splits, the balancer chooses among all pods.'),
      }),
    )
    .describe('What the manifests say to it, from change to change.'),
  answered: z
    .array(z.strictObject({ version: text, requests: whole }))
    .describe('Requests by the version of the pod that was asked last, whatever was drawn.'),
  requests: whole,
  failed: whole,
});

export type CallerRecord = Immutable<z.infer<typeof callerRecord>>;
