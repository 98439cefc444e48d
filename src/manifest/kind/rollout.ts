import type { Cursor } from '../cursor.ts';
import { anything, boolean, ignored, int32, struct, text } from '../schema.ts';
import { blueGreenFields, canaryFields, readBlueGreen, readCanary } from './rollout-strategy.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { readProgressDeadline, readWorkload, workloadFields } from './workload.ts';

/** Argo Rollouts; rules of pkg/apis/rollouts/validation/validation.go, as far as the fields that are read go. */
export const rollout: KindReader<'Rollout'> = {
  kind: 'Rollout',
  group: 'argoproj.io',
  versions: ['v1alpha1'],
  unknownFields: 'ignore',
  fields: objectFields(
    struct(
      {
        ...workloadFields,
        workloadRef: ignored(anything),
        progressDeadlineSeconds: int32,
        restartAt: text,
        paused: boolean,
        strategy: struct({ canary: canaryFields, blueGreen: blueGreenFields }),
      },
      { required: ['strategy'] },
    ),
  ),
  checkName: checkSubdomain,
  read(spec) {
    checkTemplate(spec);
    readProgressDeadline(spec);
    const restartAt = spec.at('restartAt').text;
    return {
      ...readWorkload(spec),
      strategy: readStrategy(spec.at('strategy')),
      ...(restartAt === undefined ? {} : { restartAt }),
      ...(spec.at('paused').boolean === true ? { paused: true as const } : {}),
    };
  },
};

/** A template of another resource is Argo's to fetch: here it has to be written out. */
function checkTemplate(spec: Cursor): void {
  const reference = spec.at('workloadRef');
  if (reference.isSet)
    reference.invalid(
      'a Rollout that takes its template from another workload is not modelled',
      'copy selector and template of that workload into the Rollout',
    );
  else
    for (const field of ['selector', 'template'])
      if (!spec.at(field).isSet && spec.isSet)
        spec.at(field).invalid(`Required value: Rollout has missing field '.spec.${field}'`);
}

function readStrategy(strategy: Cursor): ReturnType<typeof readCanary> | ReturnType<typeof readBlueGreen> {
  const [canary, blueGreen] = [strategy.at('canary'), strategy.at('blueGreen')];
  if (strategy.isSet && !canary.written && !blueGreen.written)
    strategy.invalid(
      "Required value: Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'",
    );
  if (canary.isSet && blueGreen.isSet)
    strategy.invalid('Invalid value: "blueGreen: true canary: true": Multiple Strategies can not be listed');
  return blueGreen.isSet ? readBlueGreen(blueGreen) : readCanary(canary);
}
