import { struct } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { readWorkload, workloadFields } from './workload.ts';

/** Kubernetes apps/v1 ReplicaSet; rules of pkg/apis/apps/validation/validation.go. */
export const replicaSet: KindReader<'ReplicaSet'> = {
  kind: 'ReplicaSet',
  group: 'apps',
  versions: ['v1'],
  unknownFields: 'ignore',
  // An exported one that a Deployment keeps is that Deployment's matter.
  concerns: ({ owner }) => owner !== 'Deployment',
  fields: objectFields(struct({ ...workloadFields }, { required: ['selector', 'template'] })),
  checkName: checkSubdomain,
  read: readWorkload,
};
