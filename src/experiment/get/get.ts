import { formatDuration } from '../../manifest/quantity.ts';
import { writtenKind, type Kind } from '../../manifest/resource.ts';
import { entriesOf } from '../../mesh/kubernetes/registry.ts';
import type { Moment } from '../run-once.ts';
import { listOf, nodeDocument, podDocument, resourceDocument } from './document.ts';
import { nodeTable, podTable, resourceTable } from './table.ts';

export interface Wanted {
  readonly kind: Kind | 'Pod';
  /** Of one resource; of pods, how their names begin. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

/** What was found, as a table or as the document of `-o yaml`; each is made when it is asked for. */
export interface Got {
  table(): string;
  document(): object;
}

/** There is no resource of that name, in the words of the API server. */
export interface NotFound {
  readonly notFound: string;
}

/** What `kubectl get` would show at a moment. */
export function getAt(now: Moment, { kind, name, namespace }: Wanted): Got | NotFound {
  const { workloads, state, simulation } = now.world;
  const isWanted = (own: string): boolean => namespace === undefined || own === namespace;
  if (kind === 'Pod') {
    const rows = workloads.lives.flatMap(({ phase, pod }, row) =>
      phase !== 'Gone' &&
      pod.isOutside !== true &&
      (name === undefined || pod.name.startsWith(name)) &&
      isWanted(pod.namespace)
        ? [row]
        : [],
    );
    return {
      table: () => podTable(rows, now),
      document: () => listOf(rows.map((row) => podDocument(workloads.lives[row]!))),
    };
  }
  if (kind === 'Node') {
    const nodes = workloads.scheduler.nodes.filter(
      (own) => own.name !== '' && (name === undefined || own.name === name),
    );
    if (name !== undefined && nodes.length === 0)
      return { notFound: `node "${name}" not found at ${formatDuration(simulation.nowUs)}` };
    return {
      table: () => nodeTable(nodes),
      document: () => (name === undefined ? listOf(nodes.map(nodeDocument)) : nodeDocument(nodes[0]!)),
    };
  }
  const entries = entriesOf(state.registry, kind).filter(
    ({ resource: { metadata } }) =>
      (name === undefined || metadata.name === name) && isWanted(metadata.namespace),
  );
  if (name !== undefined && entries.length === 0) {
    const resource = `${writtenKind(kind).toLowerCase()} "${name}"`;
    return { notFound: `${resource} not found at ${formatDuration(simulation.nowUs)}` };
  }
  return {
    table: () => resourceTable(kind, entries, now),
    document: () =>
      name === undefined
        ? listOf(entries.map((entry) => resourceDocument(entry, now)))
        : resourceDocument(entries[0]!, now),
  };
}
