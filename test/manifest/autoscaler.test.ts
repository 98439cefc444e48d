import { describe, expect, test } from 'vitest';
import type { HorizontalPodAutoscaler } from '../../src/manifest/resource.ts';
import { autoscalerText, ofKind, parseOne } from './manifest-text.ts';

const specOf = (text: string): HorizontalPodAutoscaler['spec'] => {
  const { manifest, problems } = parseOne(text);
  expect(problems).toEqual([]);
  return ofKind(manifest, 'HorizontalPodAutoscaler')[0]!.spec;
};

/** `line: what is underlined: code message` of each. */
const errorsOf = (text: string): string[] =>
  parseOne(text).problems.map(({ code, message, line, column = 1, width = 1, excerpt = '' }) => {
    const underlined = excerpt.slice(column - 1, column - 1 + width);
    return `${line}: ${underlined}: ${code} ${message}`;
  });

/** The fields begin in line 7. */
const autoscaler = (fields: string, version = 'v2'): string => autoscalerText('a', 'a', fields, version);

test('what is left out stays undefined: defaults are for the controller to apply', () => {
  expect(specOf(autoscaler('maxReplicas: 10'))).toEqual({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
    maxReplicas: 10,
    metrics: [],
  });
});

describe('metrics', () => {
  test.each([
    {
      written: '{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}',
      read: { type: 'Resource', name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
      because: 'a share of the request, in percent',
    },
    {
      written: '{type: Resource, resource: {name: cpu, target: {type: AverageValue, averageValue: 350m}}}',
      read: { type: 'Resource', name: 'cpu', target: { type: 'AverageValue', averageValueMilli: 350 } },
      because: 'millicores per pod',
    },
    {
      written:
        '{type: ContainerResource, containerResource: {name: cpu, container: app, target: {type: Utilization, averageUtilization: 60}}}',
      read: {
        type: 'ContainerResource',
        name: 'cpu',
        container: 'app',
        target: { type: 'Utilization', averageUtilization: 60 },
      },
      because: 'one container, so that the sidecar stays out',
    },
    {
      written: '{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 1k}}}',
      read: { type: 'Pods', metric: 'rps', target: { type: 'AverageValue', averageValueMilli: 1_000_000 } },
      because: '1k is 1000, in thousandths 1000000',
    },
    {
      written:
        '{type: Object, object: {metric: {name: rps}, describedObject: {kind: Service, name: a}, target: {type: Value, value: 10.5}}}',
      read: {
        type: 'Object',
        metric: 'rps',
        describedObject: { kind: 'Service', name: 'a' },
        target: { type: 'Value', valueMilli: 10_500 },
      },
      because: 'a bare number is a quantity',
    },
    {
      written:
        '{type: Object, object: {metric: {name: rps}, describedObject: {kind: Service, name: a}, target: {type: AverageValue, value: 1, averageValue: 2}}}',
      read: { target: { type: 'AverageValue', averageValueMilli: 2_000 } },
      because: 'of an Object both may be set; then the type decides',
    },
    {
      written:
        '{type: External, external: {metric: {name: queue}, target: {type: AverageValue, averageValue: 30}}}',
      read: {
        type: 'External',
        metric: 'queue',
        target: { type: 'AverageValue', averageValueMilli: 30_000 },
      },
      because: 'divided by the replicas',
    },
    {
      written: '{type: Resource, resource: {name: cpu, target: {type: Value, averageUtilization: 70}}}',
      read: { target: { type: 'Utilization', averageUtilization: 70 } },
      because: 'of a Resource the field that is set decides, not the type',
    },
    {
      written: '{type: Resource, resource: {name: cpu, target: {type: Utilization, averageValue: 1}}}',
      read: { target: { type: 'AverageValue', averageValueMilli: 1_000 } },
      because: 'and so it does the other way round',
    },
  ])('$written: $because', ({ written, read }) =>
    expect(specOf(autoscaler(`maxReplicas: 2\nmetrics:\n- ${written}`)).metrics).toMatchObject([read]),
  );

  test('an Object whose type asks for the other value gets no metric: it is said', () => {
    const { manifest, problems } = parseOne(
      autoscaler(
        'maxReplicas: 2\nmetrics:\n- {type: Object, object: {metric: {name: rps}, describedObject: {kind: Service, name: a}, target: {type: AverageValue, value: 1}}}',
      ),
    );
    expect(problems).toMatchObject([
      { severity: 'warning', code: 'MS1035', line: 9, hint: 'write type: Value' },
    ]);
    expect(ofKind(manifest, 'HorizontalPodAutoscaler')[0]!.spec.metrics[0]!.target).toEqual({
      type: 'Value',
      valueMilli: 1_000,
    });
  });

  test("v1's only number becomes a metric of v2, and without it there is none", () => {
    expect(specOf(autoscaler('maxReplicas: 2\ntargetCPUUtilizationPercentage: 50', 'v1')).metrics).toEqual([
      { type: 'Resource', name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
    ]);
    expect(specOf(autoscaler('maxReplicas: 2', 'v1')).metrics).toEqual([]);
  });
});

describe('behavior', () => {
  test.each([
    {
      written: '{}',
      read: {},
      because: 'written, if empty: another path of the controller than none at all',
    },
    {
      written: '{scaleUp: {stabilizationWindowSeconds: 0}, scaleDown: {stabilizationWindowSeconds: 3600}}',
      read: {
        scaleUp: { stabilizationWindowSeconds: 0 },
        scaleDown: { stabilizationWindowSeconds: 3600 },
      },
      because: 'both ends are allowed',
    },
    {
      written: '{scaleDown: {selectPolicy: Disabled}}',
      read: { scaleDown: { selectPolicy: 'Disabled' } },
      because: 'policies are not needed for that',
    },
    {
      written:
        '{scaleUp: {policies: [{type: Pods, value: 4, periodSeconds: 1}, {type: Percent, value: 900, periodSeconds: 1800}], tolerance: 50m}}',
      read: {
        scaleUp: {
          policies: [
            { type: 'Pods', value: 4, periodSeconds: 1 },
            { type: 'Percent', value: 900, periodSeconds: 1800 },
          ],
          tolerance: 0.05,
        },
      },
      because: '50m is 0.05',
    },
    {
      written: '{scaleDown: {tolerance: 0}}',
      read: { scaleDown: { tolerance: 0 } },
      because: '0 is a tolerance',
    },
  ])('$written: $because', ({ written, read }) =>
    expect(specOf(autoscaler(`maxReplicas: 2\nbehavior: ${written}`)).behavior).toEqual(read),
  );
});

describe('Kubernetes refuses (pkg/apis/autoscaling/validation)', () => {
  const metric = (own: string): string => `maxReplicas: 2\nmetrics: [${own}]`;
  const cpu = (target: string): string =>
    metric(`{type: Resource, resource: {name: cpu, target: ${target}}}`);
  const up = (rules: string): string => `maxReplicas: 2\nbehavior: {scaleUp: ${rules}}`;
  test.each([
    {
      fields: 'maxReplicas: 0',
      says: '7: 0: MS1014 spec.maxReplicas: Invalid value: 0: must be greater than 0',
      because: 'nothing could run',
    },
    {
      fields: 'minReplicas: 1',
      says: '5: spec: MS1012 spec.maxReplicas: Required value',
      because: 'there is no default for the most',
    },
    {
      fields: 'minReplicas: 0\nmaxReplicas: 1',
      says: '7: 0: MS1014 spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
      because: 'HPAScaleToZero is off',
    },
    {
      fields: 'minReplicas: 3\nmaxReplicas: 2',
      says: '8: 2: MS1014 spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`',
      because: 'the bounds are crossed',
    },
    {
      fields: metric('{type: Resource}'),
      says: '8: {type: Resource}: MS1014 spec.metrics[0].resource: Required value: must populate information for the given metric source',
      because: 'a type without its part',
    },
    {
      fields: metric(
        '{type: Pods, pods: {metric: {name: a}, target: {type: AverageValue, averageValue: 1}}, resource: {name: cpu, target: {type: Utilization, averageUtilization: 1}}}',
      ),
      says: '8: resource: MS1014 spec.metrics[0].resource: Forbidden: must populate the given metric source only',
      because: 'two parts for one type',
    },
    {
      fields: cpu('{type: Utilization}'),
      says: '8: target: MS1014 spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
      because: 'a target without a number',
    },
    {
      fields: cpu('{type: Utilization, averageUtilization: 0}'),
      says: '8: 0: MS1014 spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
      because: 'it would be divided by',
    },
    {
      fields: cpu('{type: Utilization, averageUtilization: 50, averageValue: 1}'),
      says: '8: 1: MS1014 spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization',
      because: 'which one?',
    },
    {
      fields: cpu('{type: AverageValue, averageValue: -5m}'),
      says: '8: -5m: MS1014 spec.metrics[0].resource.target.averageValue: Invalid value: "-5m": must be positive',
      because: 'validateMetricTarget',
    },
    {
      fields: cpu('{averageUtilization: 50}'),
      says: '8: target: MS1012 spec.metrics[0].resource.target.type: Required value',
      because: 'the type is not guessed',
    },
    {
      fields: metric('{type: Pods, pods: {metric: {name: a}, target: {type: Value, value: 1}}}'),
      says: '8: target: MS1014 spec.metrics[0].pods.target.averageValue: Required value: must specify a positive target averageValue',
      because: 'pods are averaged',
    },
    {
      fields: metric(
        '{type: External, external: {metric: {name: a}, target: {type: Value, value: 1, averageValue: 1}}}',
      ),
      says: '8: 1: MS1014 spec.metrics[0].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target',
      because: 'unlike an Object',
    },
    {
      fields: metric(
        '{type: Pods, pods: {metric: {name: a/b}, target: {type: AverageValue, averageValue: 1}}}',
      ),
      says: `8: a/b: MS1014 spec.metrics[0].pods.metric.name: Invalid value: "a/b": may not contain '/'`,
      because: 'the name becomes part of a path',
    },
    {
      fields: up('{stabilizationWindowSeconds: 3601}'),
      says: '8: 3601: MS1014 spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
      because: 'an hour is the most',
    },
    {
      fields: up('{stabilizationWindowSeconds: -1}'),
      says: '8: -1: MS1014 spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero',
      because: 'a window has a length',
    },
    {
      fields: up('{policies: []}'),
      says: '8: policies: MS1014 spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
      because: 'an empty list is not the default',
    },
    {
      fields: up('{policies: [{type: Pods, value: 0, periodSeconds: 15}]}'),
      says: '8: 0: MS1014 spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero',
      because: 'Disabled is said by selectPolicy',
    },
    {
      fields: up('{policies: [{type: Pods, value: 1, periodSeconds: 1801}]}'),
      says: '8: 1801: MS1014 spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
      because: 'half an hour is the most',
    },
    {
      fields: up('{policies: [{type: Pods, value: 1, periodSeconds: 0}]}'),
      says: '8: 0: MS1014 spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 0: must be greater than zero',
      because: 'a rate needs a time',
    },
    {
      fields: up('{tolerance: -0.1}'),
      says: '8: -0.1: MS1014 spec.behavior.scaleUp.tolerance: Invalid value: "-0.1": must be greater than or equal to 0',
      because: 'ValidateNonnegativeQuantity',
    },
    {
      fields: up('{selectPolicy: max}'),
      says: '8: max: MS1013 spec.behavior.scaleUp.selectPolicy: Unsupported value: "max": supported values: "Disabled", "Max", "Min"',
      because: 'names are exact',
    },
    {
      fields: up('{stabilisationWindowSeconds: 60}'),
      says: '8: stabilisationWindowSeconds: MS1010 unknown field "spec.behavior.scaleUp.stabilisationWindowSeconds"',
      because: 'a window that is mistyped would silently be none',
    },
    {
      fields: 'maxReplicas: 2\ntargetCPUUtilizationPercentage: 50',
      says: '8: targetCPUUtilizationPercentage: MS1010 unknown field "spec.targetCPUUtilizationPercentage"',
      because: 'that is a field of v1',
    },
  ])('$says: $because', ({ fields, says }) => expect(errorsOf(autoscaler(fields))).toEqual([says]));

  test('metrics in v1, with the version that has them', () => {
    const { problems } = parseOne(autoscaler('maxReplicas: 2\nmetrics: []', 'v1'));
    expect(problems).toMatchObject([
      {
        code: 'MS1010',
        message: 'unknown field "spec.metrics"',
        hint: 'write apiVersion: autoscaling/v2 to have metrics',
      },
    ]);
  });

  test('the beta versions, which Kubernetes 1.26 took away', () => {
    const { problems } = parseOne(autoscaler('maxReplicas: 2', 'v2beta2'));
    expect(problems).toMatchObject([{ code: 'MS1006', hint: 'use autoscaling/v2' }]);
  });

  test('a target without a name, and everything else that is wrong with it, at once', () => {
    const text = autoscaler('maxReplicas: 0\nminReplicas: -1\nbehaviour: {}').replace(', name: a}', '}');
    expect(errorsOf(text).map((own) => own.split(': ', 1)[0])).toEqual(['6', '7', '8', '9']);
  });
});

// pkg/apis/autoscaling/v1/conversion.go: what v1 has no field for is kept in annotations, metrics in v1's own words.
test('an autoscaler of autoscaling/v1 keeps its behavior and its other metrics in annotations', () => {
  const behavior =
    '{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Disabled","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}],"Tolerance":null},"ScaleDown":null}';
  const metrics =
    '[{"type":"Pods","pods":{"metricName":"requests","targetAverageValue":"10"}},{"type":"ContainerResource","containerResource":{"name":"cpu","container":"web","targetAverageUtilization":80}}]';
  const text = autoscaler('maxReplicas: 10\ntargetCPUUtilizationPercentage: 50', 'v1').replace(
    'metadata:',
    `metadata:\n  annotations:\n    autoscaling.alpha.kubernetes.io/behavior: '${behavior}'\n    autoscaling.alpha.kubernetes.io/metrics: '${metrics}'`,
  );
  const spec = specOf(text);
  expect(spec.behavior).toEqual({
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Disabled',
      policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }],
    },
  });
  expect(spec.metrics.map((own) => [own.type, own.target])).toEqual([
    ['Pods', { type: 'AverageValue', averageValueMilli: 10_000 }],
    ['ContainerResource', { type: 'Utilization', averageUtilization: 80 }],
    ['Resource', { type: 'Utilization', averageUtilization: 50 }],
  ]);
});
