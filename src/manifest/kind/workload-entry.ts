import type { Cursor } from '../cursor.ts';
import type { WorkloadEntrySpec } from '../resource.ts';
import { ignored, map, struct, text, uint32 } from '../schema.ts';
import { checkLabels } from './http-match.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';

export const workloadEntryFields = struct({
  address: text,
  ports: ignored(map(uint32)),
  labels: map(text),
  network: ignored(text),
  locality: text,
  weight: uint32,
  serviceAccount: ignored(text),
});

/** istio/api networking/v1alpha3/workload_entry.proto; rules of pkg/config/validation/validation.go, validateWorkloadEntry. */
export const workloadEntry: KindReader<'WorkloadEntry'> = {
  kind: 'WorkloadEntry',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  unknownFields: 'refuse',
  fields: objectFields(workloadEntryFields),
  checkName: checkSubdomain,
  read(spec) {
    if (!spec.at('address').text && !spec.at('network').text) spec.refuse('address must be set');
    return readWorkloadEntry(spec);
  },
};

export function readWorkloadEntry(own: Cursor): WorkloadEntrySpec {
  checkLabels(own.at('labels'));
  const locality = own.at('locality').text;
  const weight = own.at('weight').number;
  return {
    address: own.at('address').text ?? '',
    labels: own.at('labels').textMap,
    ...(locality ? { locality } : {}),
    ...(weight ? { weight } : {}),
  };
}
