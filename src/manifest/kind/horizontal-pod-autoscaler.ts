import type { Cursor } from '../cursor.ts';
import type { HorizontalPodAutoscaler } from '../resource.ts';
import { int32, list, struct } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { metricFields, readMetric } from './metric.ts';
import { objectReferenceFields, readObjectReference } from './object-reference.ts';
import { annotatedBehavior, annotatedMetrics } from './autoscaler-annotation.ts';
import { readScalingRules, scalingRulesFields } from './scaling-rules.ts';

type Spec = HorizontalPodAutoscaler['spec'];

/** What only one of the versions has; the other one refuses it. */
const onlyIn = { v1: ['targetCPUUtilizationPercentage'], v2: ['metrics', 'behavior'] } as const;

/**
 * Kubernetes autoscaling HorizontalPodAutoscaler; rules of pkg/apis/autoscaling/validation/validation.go. The beta versions
 * are gone since Kubernetes 1.26 and refused like any unknown one.
 */
export const horizontalPodAutoscaler: KindReader<'HorizontalPodAutoscaler'> = {
  kind: 'HorizontalPodAutoscaler',
  group: 'autoscaling',
  versions: ['v2', 'v1'],
  unknownFields: 'refuse',
  fields: objectFields(
    struct(
      {
        scaleTargetRef: objectReferenceFields,
        minReplicas: int32,
        maxReplicas: int32,
        metrics: list(metricFields),
        behavior: struct({ scaleUp: scalingRulesFields, scaleDown: scalingRulesFields }),
        targetCPUUtilizationPercentage: int32,
      },
      { required: ['scaleTargetRef', 'maxReplicas'] },
    ),
  ),
  checkName: checkSubdomain,
  read(spec, _metadata, version, object) {
    refuseOtherVersion(spec, version);
    const replicas = readBounds(spec);
    const metrics =
      version === 'v1'
        ? [...annotatedMetrics(object).map(readMetric), ...metricsOfV1(spec)]
        : spec.at('metrics').items.map(readMetric);
    const behavior = readBehavior(version === 'v1' ? annotatedBehavior(object) : spec.at('behavior'));
    return {
      scaleTargetRef: readObjectReference(spec.at('scaleTargetRef')),
      ...replicas,
      metrics,
      ...(behavior === undefined ? {} : { behavior }),
    };
  },
};

function refuseOtherVersion(spec: Cursor, version: string): void {
  for (const field of version === 'v1' ? onlyIn.v2 : onlyIn.v1) {
    const own = spec.at(field);
    const hint =
      version === 'v1'
        ? `write apiVersion: autoscaling/v2 to have ${field}`
        : 'in autoscaling/v2: metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: ...}}}]';
    if (own.written) own.unknown(hint);
  }
}

function readBounds(spec: Cursor): Pick<Spec, 'minReplicas' | 'maxReplicas'> {
  const [min, max] = [spec.at('minReplicas'), spec.at('maxReplicas')];
  // 0 is for the feature gate HPAScaleToZero, which is off unless somebody turns it on.
  if (min.number !== undefined && min.number < 1)
    min.invalid(`Invalid value: ${min.number}: must be greater than or equal to 1`);
  if (max.number !== undefined && max.number < 1)
    max.invalid(`Invalid value: ${max.number}: must be greater than 0`);
  if (min.number !== undefined && max.number !== undefined && max.number < min.number)
    max.invalid(`Invalid value: ${max.number}: must be greater than or equal to \`minReplicas\``);
  return {
    ...(min.number === undefined ? {} : { minReplicas: min.number }),
    maxReplicas: max.number ?? 0,
  };
}

/** pkg/apis/autoscaling/v1/conversion.go: the one number of v1 is a utilisation of the CPU request. */
function metricsOfV1(spec: Cursor): Spec['metrics'] {
  const percent = spec.at('targetCPUUtilizationPercentage');
  if (percent.number === undefined) return [];
  if (percent.number < 1) percent.invalid(`Invalid value: ${percent.number}: must be greater than 0`);
  return [
    {
      type: 'Resource',
      name: 'cpu',
      target: { type: 'Utilization', averageUtilization: percent.number },
    },
  ];
}

function readBehavior(behavior: Cursor): Spec['behavior'] {
  if (!behavior.isSet) return undefined;
  const [scaleUp, scaleDown] = [behavior.at('scaleUp'), behavior.at('scaleDown')];
  const [up, down] = [readScalingRules(scaleUp), readScalingRules(scaleDown)];
  return {
    ...(up === undefined ? {} : { scaleUp: up }),
    ...(down === undefined ? {} : { scaleDown: down }),
  };
}
