import { Cursor } from '../cursor.ts';
import { writtenKind, type Kind, type WrittenObject } from '../resource.ts';

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
    // Whether it was read or not: a kind of ours may have another name than it is written with.
    const key = `${groupOf(object.apiVersion)}/${writtenKind(object.kind as Kind)}`;
    const known = byKind.get(key) ?? new Map<string, Written>();
    byKind.set(key, known.set(`${namespace}/${name}`, writtenOf(object)));
  }
  const lists = new Map([...byKind].map(([key, own]) => [key, [...own.values()]]));
  return (group, kind) => lists.get(`${group}/${kind}`) ?? [];
}

const writtenOf = (object: WrittenObject): Written => ({
  object,
  name: object.metadata.name,
  namespace: object.metadata.namespace,
  spec: new Cursor(object.source, [], []).at('spec'),
  status: new Cursor(object.source, [], []).at('status'),
});

const groupOf = (apiVersion: string): string => {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
};
