import { Cursor } from '../cursor.ts';
import type { Finding } from '../finding.ts';

const prefix = 'autoscaling.alpha.kubernetes.io';

/** A field of v2 that an autoscaler of autoscaling/v1 keeps in an annotation (pkg/apis/autoscaling/v1/conversion.go). */
export function annotatedBehavior(object: Cursor): Cursor {
  const written = jsonIn(object, `${prefix}/behavior`);
  return over(lowerCamel(written), []);
}

/** Metrics of v2, of those that stand in v1's annotation in its own words; the one of the specification comes after them. */
export function annotatedMetrics(object: Cursor): readonly Cursor[] {
  const written = lowerCamel(jsonIn(object, `${prefix}/metrics`));
  return Array.isArray(written) ? over(written.map(metricOfV2), []).items : [];
}

type Data = Readonly<Record<string, unknown>>;

function jsonIn(object: Cursor, name: string): unknown {
  const written = object.at('metadata', 'annotations', name);
  if (written.text === undefined) return undefined;
  try {
    return JSON.parse(written.text) as unknown;
  } catch (error) {
    written.invalid(`Invalid value: ${(error as Error).message}`);
    return undefined;
  }
}

const over = (data: unknown, findings: Finding[]): Cursor => new Cursor(data, [], findings);

/** Go writes the names of fields as they are in its structs, and reads them in any case. */
function lowerCamel(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(lowerCamel);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, own]) => [key.charAt(0).toLowerCase() + key.slice(1), lowerCamel(own)]),
  );
}

/** v1 puts targets beside the name of a metric, and has no word for their kind. */
function metricOfV2(data: unknown): unknown {
  const metric = (data ?? {}) as Data;
  const type = String(metric['type']);
  const field = type.charAt(0).toLowerCase() + type.slice(1);
  const source = (metric[field] ?? {}) as Data;
  const name = { name: source['metricName'] };
  const converted =
    type === 'Resource' || type === 'ContainerResource'
      ? { name: source['name'], container: source['container'] }
      : type === 'Object'
        ? { metric: name, describedObject: source['target'] }
        : { metric: name };
  return { type, [field]: { ...converted, target: targetOf(source) } };
}

function targetOf(source: Data): Data {
  const averageUtilization = source['targetAverageUtilization'];
  const averageValue = source['targetAverageValue'] ?? source['averageValue'];
  if (averageUtilization !== undefined && averageUtilization !== null)
    return { type: 'Utilization', averageUtilization };
  if (averageValue !== undefined && averageValue !== null) return { type: 'AverageValue', averageValue };
  return { type: 'Value', value: source['targetValue'] };
}
