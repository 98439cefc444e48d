import { inertWarmupsIn } from './analysis/warm-up.ts';
import type { Manifest } from './resource.ts';

/** What manifests say and the model does not act upon: kinds, with how many there are and where; fields, each once. */
export function notModelled(manifests: readonly Manifest[]): string[] {
  const kinds = manifests.flatMap((own) => [
    ...own.ignoredKinds.map(({ kind, count, file }) => `${kind} (${count}) in ${file}`),
  ]);
  const fields = manifests.flatMap((own) => own.ignoredFields.map(({ kind, field }) => `${kind} ${field}`));
  // A field that acts beside other balancers.
  const warmups = manifests.flatMap((own) =>
    own.resources.flatMap((resource) =>
      resource.kind === 'DestinationRule'
        ? inertWarmupsIn(resource).map(({ beside }) => `DestinationRule warmup beside ${beside}`)
        : [],
    ),
  );
  return [...new Set([...kinds, ...fields, ...warmups])];
}

/** Of these, what may have a part in where requests go: of a pod's template, labels and annotations. */
export const routesMayDiffer = (ignored: readonly string[]): string[] =>
  ignored.filter((own) => !/^\w+ spec\.template\.(?!metadata\.(labels|annotations))/.test(own));
