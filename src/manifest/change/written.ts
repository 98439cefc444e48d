import { fullHost } from '../host.ts';
import { formatDuration, parseDuration } from '../quantity.ts';
import { ServiceNames, type ServicePlace } from '../service-names.ts';

/** Plain data, as YAML says it; a change alters it in place. */
export type Data = Record<string, unknown>;

/** What a user wrote: the scenario's `spec`, and the documents of the files that it names, by name and in their order. */
export interface Written {
  readonly spec: Data;
  readonly manifests: Map<string, Data[]>;
  /** Documents of the app file; empty where it is a built-in one. */
  readonly app: Data[];
}

/** A resource as it is written, and the list in which it stands: the documents of its file, or the items of a List. */
export interface Placed {
  readonly file: string;
  readonly resource: Data;
  readonly list: Data[];
}

/** Every resource of a kind, in the order of files and documents. The same one may stand in several files. */
export function resourcesOf({ manifests }: Written, ...kinds: readonly string[]): Placed[] {
  return [...manifests].flatMap(([file, documents]) =>
    documents.flatMap((own) => {
      const items = own['kind'] === 'List' ? listOf(own['items']) : undefined;
      return (items ?? [own])
        .filter((resource) => kinds.includes(String(resource['kind'])))
        .map((resource): Placed => ({ file, resource, list: items ?? documents }));
    }),
  );
}

/** Whatever makes pods by a template, under a name. */
export const workloadsCalled = (written: Written, name: string): Placed[] =>
  resourcesOf(written, 'Deployment', 'Rollout', 'ReplicaSet', 'StatefulSet', 'DaemonSet').filter(
    (own) => nameOf(own) === name,
  );

export const nameOf = ({ resource }: Placed): string => String(mapOf(resource['metadata'])['name'] ?? '');
export const namespaceOf = ({ resource }: Placed): string =>
  String(mapOf(resource['metadata'])['namespace'] ?? 'default');
export const specOf = ({ resource }: Placed): Data => mapIn(resource, 'spec');

/** A map that is there, or an empty one that is not. */
export const mapOf = (value: unknown): Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {};

/** The map in a field, made where it is missing. */
export function mapIn(data: Data, field: string): Data {
  const own = data[field];
  if (typeof own === 'object' && own !== null && !Array.isArray(own)) return own as Data;
  return (data[field] = {}) as Data;
}

export const listOf = (value: unknown): Data[] => (Array.isArray(value) ? (value as Data[]) : []);

const placeOf = (own: Placed): ServicePlace => ({ name: nameOf(own), namespace: namespaceOf(own) });

/** How a record calls the Services. */
export const namesIn = (written: Written): ServiceNames =>
  new ServiceNames(resourcesOf(written, 'Service').map(placeOf));

/** The Service that a record calls so, once for each file in which it stands. */
export function servicesCalled(written: Written, service: string): Placed[] {
  const names = namesIn(written);
  return resourcesOf(written, 'Service').filter((own) => names.ofPlace(placeOf(own)) === service);
}

/** Whether a host, as a resource of a namespace writes it, is the Service that a record calls so. */
export function hostsOf(written: Written): (host: unknown, namespace: string, service: string) => boolean {
  const names = namesIn(written);
  return (host, namespace, service) =>
    typeof host === 'string' && names.ofName(fullHost(host, namespace)) === service;
}

/** What operators do at a moment. */
const operators = ['apply', 'delete', 'scale', 'restart'] as const;

/** An entry of the timeline by which operators act. */
export interface Step {
  readonly entry: Data;
  readonly atUs: number;
  readonly verb: (typeof operators)[number];
  /** "reviews-50.yaml", "reviews-v1 to 0": what a record calls its file. */
  readonly subject: string;
}

/** What operators do along the timeline, in the order of time; entries of one moment in the order of the file. */
export function stepsOf({ spec }: Written): Step[] {
  const steps = listOf(spec['timeline']).flatMap((entry): Step[] => {
    const verb = operators.find((own) => entry[own] !== undefined);
    const at = parseDuration(String(entry['at']));
    if (verb === undefined || !('us' in at)) return [];
    const { workload, replicas } = mapOf(entry[verb]);
    const subject =
      verb === 'scale'
        ? `${String(workload)} to ${String(replicas)}`
        : String(verb === 'restart' ? workload : entry[verb]);
    return [{ entry, atUs: at.us, verb, subject }];
  });
  return steps.sort((a, b) => a.atUs - b.atUs);
}

export function moveTo({ entry }: Step, atUs: number): void {
  entry['at'] = formatDuration(atUs);
}
