import type { LocatedDocument, Path, Place } from './located.ts';
import type { WrittenObject } from './resource.ts';

interface Origin {
  readonly document: LocatedDocument;
  /** Path of the resource in its document: not empty for an item of a List. */
  readonly root: Path;
}

const origins = new WeakMap<WrittenObject, Origin>();

/** Remembered beside the resource, so that resources stay plain data. */
export function rememberOrigin(resource: WrittenObject, document: LocatedDocument, root: Path): void {
  origins.set(resource, { document, root });
}

/** Where a path of a resource was written; only the beginning for a resource that was not parsed from text. */
export function locateIn(
  resource: WrittenObject,
  path: Path,
  what: 'key' | 'value',
): Place | { readonly line: number } {
  const origin = origins.get(resource);
  return origin === undefined
    ? { line: resource.line }
    : origin.document.locate([...origin.root, ...path], what);
}
