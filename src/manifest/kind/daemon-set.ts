import { anything, ignored, intOrString, oneOfWords, struct } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { readPodAmount, readWorkload, workloadFields } from './workload.ts';

/** Kubernetes apps/v1 DaemonSet; rules of pkg/apis/apps/validation/validation.go. */
export const daemonSet: KindReader<'DaemonSet'> = {
  kind: 'DaemonSet',
  group: 'apps',
  versions: ['v1'],
  unknownFields: 'ignore',
  fields: objectFields(
    struct(
      {
        selector: workloadFields.selector,
        template: workloadFields.template,
        minReadySeconds: workloadFields.minReadySeconds,
        updateStrategy: struct({
          type: oneOfWords('RollingUpdate', 'OnDelete'),
          rollingUpdate: struct({ maxUnavailable: intOrString, maxSurge: ignored(intOrString, 0) }),
        }),
        revisionHistoryLimit: anything,
      },
      { required: ['selector', 'template'] },
    ),
  ),
  checkName: checkSubdomain,
  read(spec) {
    const update = spec.at('updateStrategy');
    return {
      ...readWorkload(spec),
      onDelete: update.at('type').text === 'OnDelete',
      maxUnavailable: readPodAmount(update.at('rollingUpdate', 'maxUnavailable')) ?? { count: 1 },
    };
  },
};
