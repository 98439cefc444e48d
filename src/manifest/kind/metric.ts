import type { Cursor } from '../cursor.ts';
import { quantityMilli } from '../quantity.ts';
import type { AverageTarget, AutoscalerMetric, UtilizationTarget, ValueTarget } from '../resource.ts';
import { anything, ignored, int32, oneOfWords, quantity, struct, text } from '../schema.ts';
import { checkPathSegment, objectReferenceFields, readObjectReference } from './object-reference.ts';

const target = struct(
  {
    type: oneOfWords('Utilization', 'Value', 'AverageValue'),
    value: quantity,
    averageValue: quantity,
    averageUtilization: int32,
  },
  { required: ['type'] },
);

const metric = struct({ name: text, selector: ignored(anything) }, { required: ['name'] });

export const metricFields = struct(
  {
    type: oneOfWords('ContainerResource', 'External', 'Object', 'Pods', 'Resource'),
    resource: struct({ name: text, target }, { required: ['name', 'target'] }),
    containerResource: struct(
      { name: text, container: text, target },
      { required: ['name', 'container', 'target'] },
    ),
    pods: struct({ metric, target }, { required: ['metric', 'target'] }),
    object: struct(
      { metric, describedObject: objectReferenceFields, target },
      { required: ['metric', 'describedObject', 'target'] },
    ),
    external: struct({ metric, target }, { required: ['metric', 'target'] }),
  },
  { required: ['type'] },
);

/** Each type and the field that holds what belongs to it. */
const sources = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
} as const satisfies Record<AutoscalerMetric['type'], string>;

/** Kubernetes' validateMetricSpec. Of use only if nothing was refused. */
export function readMetric(spec: Cursor): AutoscalerMetric {
  const type = (spec.at('type').text ?? 'Resource') as AutoscalerMetric['type'];
  const expected = Object.hasOwn(sources, type) ? sources[type] : 'resource';
  if (spec.at('type').isSet && !spec.at(expected).isSet)
    spec.at(expected).invalid('Required value: must populate information for the given metric source');
  for (const other of Object.values(sources))
    if (other !== expected && spec.at(other).isSet)
      spec.at(other).invalid('Forbidden: must populate the given metric source only');
  return readers[Object.hasOwn(readers, type) ? type : 'Resource'](spec.at(expected));
}

const readers: { readonly [T in AutoscalerMetric['type']]: (source: Cursor) => AutoscalerMetric } = {
  Resource: (source) => ({
    type: 'Resource',
    name: readResource(source.at('name')),
    target: readResourceTarget(source.at('target')),
  }),
  ContainerResource: (source) => ({
    type: 'ContainerResource',
    name: readResource(source.at('name')),
    container: readName(source.at('container'), 'must specify a container'),
    target: readResourceTarget(source.at('target')),
  }),
  Pods: (source) => ({
    type: 'Pods',
    metric: readName(source.at('metric', 'name'), 'must specify a metric name'),
    target: readAverageTarget(source.at('target')),
  }),
  Object: (source) => {
    checkObjectType(source.at('target'));
    return {
      type: 'Object',
      metric: readName(source.at('metric', 'name'), 'must specify a metric name'),
      describedObject: readObjectReference(source.at('describedObject')),
      target: readWholeTarget(source.at('target'), 'must set either a target value or averageValue'),
    };
  },
  External: (source) => {
    const [value, average] = [source.at('target', 'value'), source.at('target', 'averageValue')];
    if (value.isSet && average.isSet)
      value.invalid('Forbidden: may not set both a target value for metric and a per-pod target');
    return {
      type: 'External',
      metric: readName(source.at('metric', 'name'), 'must specify a metric name'),
      target: readWholeTarget(
        source.at('target'),
        'must set either a target value for metric or a per-pod target',
      ),
    };
  },
};

function readResource(name: Cursor): string {
  if (name.text === 'memory') {
    name.say(
      'warning',
      'MS1038',
      'memory is not modelled: beside other metrics it is left out, and by itself it fails',
      'what the other metrics decide is played; on a cluster memory may ask for more',
    );
  }
  return readName(name, 'must specify a resource name');
}

function readName(name: Cursor, required: string): string {
  checkPathSegment(name, `Required value: ${required}`);
  return name.text ?? '';
}

function readResourceTarget(own: Cursor): UtilizationTarget | AverageTarget {
  const [utilization, average] = [own.at('averageUtilization'), own.at('averageValue')];
  const amounts = readAmounts(own);
  if (own.isSet && !utilization.isSet && !average.isSet)
    utilization.invalid('Required value: must set either a target raw value or a target utilization');
  if (utilization.isSet && average.isSet)
    average.invalid('Forbidden: may not set both a target raw value and a target utilization');
  return average.isSet
    ? { type: 'AverageValue', averageValueMilli: amounts.averageValueMilli }
    : { type: 'Utilization', averageUtilization: utilization.number ?? 0 };
}

function readAverageTarget(own: Cursor): AverageTarget {
  const { averageValueMilli } = readAmounts(own);
  if (own.isSet && !own.at('averageValue').isSet)
    own.at('averageValue').invalid('Required value: must specify a positive target averageValue');
  return { type: 'AverageValue', averageValueMilli };
}

/** Object and External: where both are set (Object alone may), the type decides. */
function readWholeTarget(own: Cursor, required: string): AverageTarget | ValueTarget {
  const [value, average] = [own.at('value'), own.at('averageValue')];
  const { valueMilli, averageValueMilli } = readAmounts(own);
  if (own.isSet && !value.isSet && !average.isSet) average.invalid(`Required value: ${required}`);
  const isAverage = average.isSet && (!value.isSet || own.at('type').text === 'AverageValue');
  return isAverage ? { type: 'AverageValue', averageValueMilli } : { type: 'Value', valueMilli };
}

/** The controller asks an Object's type first (computeStatusForObjectMetric in pkg/controller/podautoscaler/horizontal.go), though validation does not. */
function checkObjectType(own: Cursor): void {
  const field = { Value: 'value', AverageValue: 'averageValue' }[own.at('type').text ?? ''];
  if (own.at('type').isSet && (field === undefined || !own.at(field).isSet))
    own
      .at('type')
      .say(
        'warning',
        'MS1035',
        'invalid object metric source: neither a value target nor an average value target was set (FailedGetObjectMetric)',
        own.at('value').isSet ? 'write type: Value' : 'write type: AverageValue',
      );
}

/** Kubernetes' validateMetricTarget. */
function readAmounts(own: Cursor): { readonly valueMilli: number; readonly averageValueMilli: number } {
  const utilization = own.at('averageUtilization');
  if ((utilization.number ?? 1) < 1)
    utilization.invalid(`Invalid value: ${utilization.number}: must be greater than 0`);
  const milli = (amount: Cursor): number => {
    const read = amount.quantity === undefined ? undefined : quantityMilli(amount.quantity);
    if (read !== undefined && read <= 0)
      amount.invalid(`Invalid value: "${amount.quantity}": must be positive`);
    return read ?? 0;
  };
  return { valueMilli: milli(own.at('value')), averageValueMilli: milli(own.at('averageValue')) };
}
