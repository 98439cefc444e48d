import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { mapIn, mapOf, specOf, workloadsCalled } from './written.ts';

const schema = z.strictObject({ kind: z.literal('inject-sidecar'), workload: z.string() });
type InjectSidecar = z.infer<typeof schema>;

/** The pods of a workload get a sidecar. */
export const injectSidecar: ChangeKind<InjectSidecar> = {
  schema,
  text: ({ workload }) => `Inject the sidecar into ${workload} (label sidecar.istio.io/inject: "true").`,
  apply({ workload }, written) {
    const found = workloadsCalled(written, workload);
    for (const own of found) {
      const metadata = mapIn(mapIn(specOf(own), 'template'), 'metadata');
      delete mapOf(metadata['annotations'])['sidecar.istio.io/inject'];
      mapIn(metadata, 'labels')['sidecar.istio.io/inject'] = 'true';
    }
    return found.length === 0 ? `no manifest has ${workload}` : undefined;
  },
};
