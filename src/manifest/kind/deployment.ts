import type { Cursor } from '../cursor.ts';
import type { DeploymentStrategy } from '../resource.ts';
import { boolean, ignored, int32, intOrString, oneOfWords, struct } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import {
  checkNotMoreThanAll,
  isNone,
  readPodAmount,
  readProgressDeadline,
  readWorkload,
  workloadFields,
} from './workload.ts';

/** Kubernetes apps/v1 Deployment; rules of pkg/apis/apps/validation/validation.go. */
export const deployment: KindReader<'Deployment'> = {
  kind: 'Deployment',
  group: 'apps',
  versions: ['v1'],
  unknownFields: 'ignore',
  fields: objectFields(
    struct(
      {
        ...workloadFields,
        strategy: struct({
          type: oneOfWords('Recreate', 'RollingUpdate'),
          rollingUpdate: struct({ maxSurge: intOrString, maxUnavailable: intOrString }),
        }),
        progressDeadlineSeconds: int32,
        paused: ignored(boolean, false),
      },
      { required: ['selector', 'template'] },
    ),
  ),
  checkName: checkSubdomain,
  read: (spec) => ({
    ...readWorkload(spec),
    strategy: readStrategy(spec.at('strategy')),
    progressDeadlineSeconds: readProgressDeadline(spec),
  }),
};

/** ValidateDeploymentStrategy, after the defaults of pkg/apis/apps/v1/defaults.go. */
function readStrategy(strategy: Cursor): DeploymentStrategy {
  const rolling = strategy.at('rollingUpdate');
  if (strategy.at('type').text === 'Recreate') {
    if (rolling.isSet) rolling.invalid("Forbidden: may not be specified when strategy `type` is 'Recreate'");
    return { type: 'Recreate' };
  }
  const [surge, unavailable] = [rolling.at('maxSurge'), rolling.at('maxUnavailable')];
  const maxSurge = readPodAmount(surge) ?? { percent: 25 };
  const maxUnavailable = readPodAmount(unavailable) ?? { percent: 25 };
  checkNotMoreThanAll(unavailable, maxUnavailable);
  if (isNone(maxSurge) && isNone(maxUnavailable))
    unavailable.invalid(
      `Invalid value: ${JSON.stringify(unavailable.data)}: may not be 0 when \`maxSurge\` is 0`,
    );
  return { type: 'RollingUpdate', maxSurge, maxUnavailable };
}
