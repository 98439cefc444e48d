import { Cursor } from '../cursor.ts';
import type { WrittenObject } from '../resource.ts';

/** A document and the way into it: values of a wrong type read as absent. */
export interface Written {
  readonly object: WrittenObject;
  readonly name: string;
  readonly namespace: string;
  readonly spec: Cursor;
  readonly status: Cursor;
}

/** Documents by kind, of each name the last: kubectl would apply both, and that one would stay. */
export function writtenIn(
  objects: readonly WrittenObject[],
): (group: string, kind: string) => readonly Written[] {
  const byKind = new Map<string, Map<string, Written>>();
  for (const object of objects) {
    const { name, namespace } = object.metadata;
    const key = kindKey(groupOf(object.apiVersion), object.kind);
    const known = byKind.get(key) ?? new Map<string, Written>();
    byKind.set(key, known.set(`${namespace}/${name}`, writtenOf(object)));
  }
  return (group, kind) => [...(byKind.get(kindKey(group, kind))?.values() ?? [])];
}

export const writtenOf = (object: WrittenObject): Written => ({
  object,
  name: object.metadata.name,
  namespace: object.metadata.namespace,
  spec: new Cursor(object.source, [], []).at('spec'),
  status: new Cursor(object.source, [], []).at('status'),
});

/** Gateway API's Gateway is told by its group. */
const kindKey = (group: string, kind: string): string =>
  `${group}/${kind === 'KubernetesGateway' ? 'Gateway' : kind === 'BarePod' ? 'Pod' : kind}`;

const groupOf = (apiVersion: string): string => {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
};
