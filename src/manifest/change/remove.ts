import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { listOf, nameOf, namespaceOf, resourcesOf, type Written } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('remove'),
  resource: z.string().describe('Kind, name and namespace: "VirtualService web.default".'),
});
type Remove = z.infer<typeof schema>;

/** A resource is not there any more. */
export const remove: ChangeKind<Remove> = {
  schema,
  text: ({ resource }) => `Delete ${resource}.`,
  apply({ resource }, written) {
    const [kind = '', name] = resource.split(' ');
    const found = resourcesOf(written, kind).filter((own) => `${nameOf(own)}.${namespaceOf(own)}` === name);
    for (const own of found) own.list.splice(own.list.indexOf(own.resource), 1);
    for (const { file } of found) if (written.manifests.get(file)?.length === 0) forget(file, written);
    return found.length === 0 ? `no manifest has ${resource}` : undefined;
  },
};

/** A file in which nothing is left. */
function forget(file: string, { spec }: Written): void {
  spec['manifests'] = (spec['manifests'] as string[]).filter((own) => own !== file);
  if (spec['timeline'] === undefined) return;
  spec['timeline'] = listOf(spec['timeline']).filter(
    (own) => own['apply'] !== file && own['delete'] !== file,
  );
}
