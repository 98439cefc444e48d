import type { Cursor } from '../cursor.ts';
import { isDns1123Label } from '../host-name.ts';

/** Istio's validateExportTo. */
export function checkExportTo(exportTo: Cursor, namespace: string): void {
  const seen = new Set<string>();
  for (const own of exportTo.items) {
    if (own.text === undefined) continue;
    const name = own.text === '.' ? namespace : own.text;
    if (seen.has(name)) {
      own.refuse(
        own.text === '.'
          ? `duplicate entries in exportTo: . and current namespace ${namespace}`
          : `duplicate entries in exportTo for entry ${own.text}`,
      );
    } else if (name !== '*' && !isDns1123Label(name)) {
      own.refuse(`only .,*, or a valid DNS 1123 label is allowed as exportTo entry`);
    }
    seen.add(name);
  }
  if (seen.has('*') && exportTo.items.length > 1) {
    exportTo.refuse('cannot have both public (*) and non-public exportTo values for a resource');
  }
}
