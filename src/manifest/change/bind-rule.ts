import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { nameOf, namespaceOf, resourcesOf, specOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('bind-rule'),
  rule: z.string().describe('Name and namespace of a VirtualService: "web.default".'),
  host: z.string().describe('By which callers inside the mesh call.'),
  has: z.enum(['mesh', 'host']).optional().describe('What of the two it has already; absent: neither.'),
});
type BindRule = z.infer<typeof schema>;

/** A rule acts for callers inside the mesh, too. */
export const bindRule: ChangeKind<BindRule> = {
  schema,
  text: ({ rule, host, has }) =>
    has === 'mesh'
      ? `Add ${host} to the hosts of VirtualService ${rule}.`
      : `Add mesh to the gateways of VirtualService ${rule}${has === 'host' ? '' : `, and ${host} to its hosts`}.`,
  apply({ rule, host }, written) {
    const found = resourcesOf(written, 'VirtualService').filter(
      (own) => `${nameOf(own)}.${namespaceOf(own)}` === rule,
    );
    for (const own of found) {
      const spec = specOf(own);
      const add = (field: string, word: string): void => {
        const words = Array.isArray(spec[field]) ? (spec[field] as unknown[]) : [];
        if (!words.includes(word)) spec[field] = [...words, word];
      };
      if (spec['gateways'] !== undefined) add('gateways', 'mesh');
      add('hosts', host);
    }
    return found.length === 0 ? `no manifest has VirtualService ${rule}` : undefined;
  },
};
