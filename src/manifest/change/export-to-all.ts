import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { nameOf, namespaceOf, resourcesOf, specOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('export-to-all'),
  rule: z.string().describe('Name and namespace of a VirtualService: "web.default".'),
});
type ExportToAll = z.infer<typeof schema>;

/** A rule is seen from every namespace. */
export const exportToAll: ChangeKind<ExportToAll> = {
  schema,
  text: ({ rule }) =>
    `Take exportTo out of VirtualService ${rule}, or add the namespace of its callers: without it every namespace sees the rule.`,
  apply({ rule }, written) {
    const found = resourcesOf(written, 'VirtualService').filter(
      (own) => `${nameOf(own)}.${namespaceOf(own)}` === rule,
    );
    for (const own of found) delete specOf(own)['exportTo'];
    return found.length === 0 ? `no manifest has VirtualService ${rule}` : undefined;
  },
};
