import { ignored, int32, intOrString, list, oneOfWords, struct, text, anything } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { readWorkload, workloadFields } from './workload.ts';

/** Kubernetes apps/v1 StatefulSet; rules of pkg/apis/apps/validation/validation.go. */
export const statefulSet: KindReader<'StatefulSet'> = {
  kind: 'StatefulSet',
  group: 'apps',
  versions: ['v1'],
  unknownFields: 'ignore',
  fields: objectFields(
    struct(
      {
        ...workloadFields,
        serviceName: text,
        podManagementPolicy: oneOfWords('OrderedReady', 'Parallel'),
        updateStrategy: struct({
          type: oneOfWords('RollingUpdate', 'OnDelete'),
          rollingUpdate: struct({ partition: int32, maxUnavailable: ignored(intOrString, 1) }),
        }),
        ordinals: struct({ start: int32 }),
        volumeClaimTemplates: ignored(list(anything)),
        revisionHistoryLimit: anything,
      },
      { required: ['selector', 'template'] },
    ),
  ),
  checkName: checkSubdomain,
  read(spec) {
    const update = spec.at('updateStrategy');
    const [partition, start] = [update.at('rollingUpdate', 'partition'), spec.at('ordinals', 'start')];
    for (const own of [partition, start])
      if ((own.number ?? 0) < 0)
        own.invalid(`Invalid value: ${own.number}: must be greater than or equal to 0`);
    return {
      ...readWorkload(spec),
      parallel: spec.at('podManagementPolicy').text === 'Parallel',
      onDelete: update.at('type').text === 'OnDelete',
      partition: partition.number ?? 0,
      start: start.number ?? 0,
    };
  },
};
