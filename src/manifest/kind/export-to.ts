import type { Cursor } from '../cursor.ts';
import { isDns1123Label } from '../host-name.ts';

/** Istio's validateExportTo. `isService`: a ServiceEntry may be seen by nobody, "~", and stands by itself then. */
export function checkExportTo(exportTo: Cursor, namespace: string, isService = false): void {
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
    } else if (name !== '*' && !(isService && name === '~') && !isDns1123Label(name)) {
      own.refuse(`only .,*, or a valid DNS 1123 label is allowed as exportTo entry`);
    }
    seen.add(name);
  }
  if (seen.has('~') && exportTo.items.length > 1) {
    exportTo.refuse('cannot export service entry to no one (~) and someone');
  }
  if (seen.has('*') && exportTo.items.length > 1) {
    exportTo.refuse('cannot have both public (*) and non-public exportTo values for a resource');
  }
}

/** What is for some workloads of a namespace stays there. */
export function checkExportOfSelected(exportTo: Cursor, namespace: string): void {
  const names = exportTo.texts.map((own) => (own === '.' ? namespace : own));
  if (names.length === 0) return;
  if (!names.includes(namespace)) {
    exportTo.refuse('destination rule with workload selector cannot have exportTo beyond current namespace');
  } else if (new Set(names).size > 1) {
    exportTo.refuse('destination rule with workload selector cannot have multiple entries in exportTo');
  }
}
