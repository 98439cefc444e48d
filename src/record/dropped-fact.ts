import * as z from 'zod';
import { flag, ruleOwner, text, whole, type Immutable } from './field.ts';

/** What is said of each. */
const dropped = {
  rule: text.describe('"HTTPRoute web.default", "VirtualService web.default, rule 1"'),
  owner: ruleOwner,
  place: whole.optional().describe('Among the http rules of its owner, from 1; absent: it is all of them.'),
  hosts: z.array(text).describe('Whom it would be for, by full names; "*": whatever comes to its gateway.'),
};

/** A rule that is accepted, and does nothing: why. */
export const droppedFact = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('error').describe('istiod makes no rule of a route that has one.'),
    ...dropped,
    error: text,
  }),
  z.strictObject({
    by: z
      .literal('consumer')
      .describe('Its parents are Services of other namespaces, and nobody calls in its own.'),
    ...dropped,
    namespace: text,
    parent: z.strictObject({ name: text, namespace: text }).describe('The first of these Services.'),
  }),
  z.strictObject({
    by: z.literal('catch-all').describe('A rule before it takes every request.'),
    ...dropped,
    after: whole.describe('The place of that one.'),
  }),
  z.strictObject({
    by: z.literal('delegate').describe('What its match asks does not lie in what its root asks.'),
    ...dropped,
    field: text.describe('"uri", "headers": that of which it is so.'),
    root: text.describe('"VirtualService web.default, rule 1", which delegates to it.'),
  }),
  z.strictObject({
    by: z.literal('no-delegate').describe('It delegates to what istiod does not find.'),
    ...dropped,
    delegate: text.describe('"VirtualService web.default"'),
    isThere: flag.describe('It is, and is not exported to the namespace of the root.'),
  }),
  z.strictObject({
    by: z.literal('unattached').describe('Nothing that it names as a parent takes it.'),
    ...dropped,
    parent: z
      .strictObject({
        kind: text,
        name: text,
        namespace: text,
        section: text.optional().describe('The listener that is named; absent: none is.'),
      })
      .describe('The first of these.'),
    isPartly: z
      .literal(true)
      .optional()
      .describe('That one alone does not: another parent of it does; absent: none does.'),
    port: whole.optional().describe('Of that, which it does not have; absent: it is not there, or refuses.'),
    listeners: z
      .strictObject({
        protocols: z.array(text),
        areForOthers: flag.describe('None of them takes routes of this kind.'),
      })
      .optional()
      .describe('Of that Gateway; absent: it is none, or is not there.'),
  }),
  z.strictObject({
    by: z.literal('server').describe('The servers of a Gateway that it is bound to take no such routes.'),
    ...dropped,
    routes: z.enum(['http', 'tcp', 'tls']),
    gateway: text.describe('"namespace/name"'),
    protocols: z.array(text).describe('Of its servers.'),
  }),
  z.strictObject({
    by: z.literal('no-root').describe('It has no hosts, and no rule delegates to it.'),
    ...dropped,
  }),
]);

export type DroppedFact = Immutable<z.infer<typeof droppedFact>>;

/** It acts through another parent. */
export const isPartly = (own: DroppedFact): boolean => own.by === 'unattached' && own.isPartly === true;
