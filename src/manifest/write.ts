import { stringify } from 'yaml';
import { parseManifests } from './parse.ts';
import type { Resource } from './resource.ts';

/** A resource as the text that `kubectl apply` takes; the fields as they were written, in their order. */
export const manifestText = (source: Readonly<Record<string, unknown>>): string =>
  stringify(source, { lineWidth: 0 });

/** A resource with some fields of its text changed: the new text, and what is read from it. */
export function changedResource(
  resource: Resource,
  file: string,
  change: (source: Record<string, unknown>) => void,
): { readonly text: string; readonly resource: Resource } {
  const source = structuredClone(resource.source) as Record<string, unknown>;
  change(source);
  const text = manifestText(source);
  const { manifest, problems } = parseManifests([{ file, text }]);
  const [changed] = manifest.resources;
  if (changed === undefined) throw new RangeError(problems.map((own) => own.message).join('; '));
  return { text, resource: changed };
}
