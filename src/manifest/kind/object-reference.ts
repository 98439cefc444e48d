import type { Cursor } from '../cursor.ts';
import type { ObjectReference } from '../resource.ts';
import { struct, text } from '../schema.ts';

export const objectReferenceFields = struct(
  { apiVersion: text, kind: text, name: text },
  { required: ['kind', 'name'] },
);

/** Kubernetes' ValidateCrossVersionObjectReference. */
export function readObjectReference(reference: Cursor): ObjectReference {
  for (const field of ['kind', 'name']) checkPathSegment(reference.at(field), 'Required value');
  const apiVersion = reference.at('apiVersion').text;
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    kind: reference.at('kind').text ?? '',
    name: reference.at('name').text ?? '',
  };
}

/** IsValidPathSegmentName (apimachinery pkg/api/validation/path). A name that is absent is told by the field table. */
export function checkPathSegment(name: Cursor, required: string): void {
  if (name.text === undefined) return;
  if (name.text === '') name.invalid(required);
  else if (name.text === '.' || name.text === '..')
    name.invalid(`Invalid value: "${name.text}": may not be '${name.text}'`);
  else
    for (const bad of ['/', '%'])
      if (name.text.includes(bad)) name.invalid(`Invalid value: "${name.text}": may not contain '${bad}'`);
}
