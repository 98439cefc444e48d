import { anything, struct } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';

/** Kubernetes core/v1 Namespace: what it says for all that is in it, by its annotations. */
export const namespace: KindReader<'Namespace'> = {
  kind: 'Namespace',
  group: '',
  versions: ['v1'],
  unknownFields: 'ignore',
  fields: struct(objectFields(anything).fields),
  checkName: checkSubdomain,
  read: () => ({}),
};
