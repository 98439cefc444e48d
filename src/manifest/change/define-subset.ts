import * as z from 'zod';
import { labelsText } from '../labels.ts';
import type { ChangeKind } from './change.ts';
import { destinationRulesOf } from './destinations.ts';
import { listOf, nameOf, namespaceOf, servicesCalled, specOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('define-subset'),
  service: z.string(),
  version: z.string(),
  labels: z.record(z.string(), z.string()),
});
type DefineSubset = z.infer<typeof schema>;

/** A DestinationRule defines a subset that rules name. */
export const defineSubset: ChangeKind<DefineSubset> = {
  schema,
  text: ({ service, version, labels }) =>
    `Add the subset ${version} (${labelsText(labels)}) to the DestinationRule of ${service}.`,
  apply({ service, version, labels }, written) {
    const subset = { name: version, labels: { ...labels } };
    const rules = destinationRulesOf(written, service);
    for (const own of rules) {
      const spec = specOf(own);
      const others = listOf(spec['subsets']).filter(({ name }) => name !== version);
      spec['subsets'] = [...others, structuredClone(subset)];
    }
    if (rules.length > 0) return undefined;
    const [owner] = servicesCalled(written, service);
    if (owner === undefined) return `there is no Service ${service}`;
    const file = `${service}-subsets.yaml`;
    const metadata = { name: nameOf(owner), namespace: namespaceOf(owner) };
    const spec = { host: nameOf(owner), subsets: [subset] };
    written.manifests.set(file, [
      { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata, spec },
    ]);
    (written.spec['manifests'] as string[]).unshift(file);
    return undefined;
  },
};
