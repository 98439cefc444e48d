import { ageOf, compareByAge, type Age } from './age.ts';
import { writtenKind, type Kind, type Resource } from '../../manifest/resource.ts';

/**
 * What the Kubernetes API server holds: the resources in force, each with its age (Istio's oldest rule wins) and its
 * generation. Immutable; `apply` and `remove` return the next one with what kubectl would say.
 */
export interface Registry {
  readonly entries: ReadonlyMap<string, RegistryEntry>;
  /** The entries of each kind there is, oldest first: whoever looks for some need not walk them all. */
  readonly byKind: ReadonlyMap<Kind, readonly RegistryEntry[]>;
}

export interface RegistryEntry<R extends Resource = Resource> {
  readonly resource: R;
  readonly age: Age;
  /** Goes up with each change of the specification, as metadata.generation does. */
  readonly generation: number;
}

export const emptyRegistry: Registry = { entries: new Map(), byKind: new Map() };

/** `VirtualService/default/reviews` */
export const resourceKey = (resource: Resource): string =>
  `${resource.kind}/${resource.metadata.namespace}/${resource.metadata.name}`;

export interface RegistryChange {
  readonly registry: Registry;
  /** A line for each resource, as kubectl prints it. */
  readonly lines: readonly string[];
  /** Keys of resources that are new, different or gone. */
  readonly changed: readonly string[];
}

/**
 * `kubectl apply`: a new registry with these resources created or changed, a line for each as kubectl prints it, and which of them
 * are different. The given registry stays as it is.
 */
export function applyResources(
  registry: Registry,
  resources: readonly Resource[],
  nowUs: number,
): RegistryChange {
  const entries = new Map(registry.entries);
  const lines: string[] = [];
  const changed: string[] = [];
  for (const resource of resources) {
    const key = resourceKey(resource);
    const old = entries.get(key);
    if (old === undefined) {
      entries.set(key, { resource, age: ageOf(resource, nowUs), generation: 1 });
      lines.push(appliedLine(resource, 'created'));
      changed.push(key);
    } else if (JSON.stringify(old.resource.source) === JSON.stringify(resource.source)) {
      lines.push(appliedLine(resource, 'unchanged'));
    } else {
      entries.set(key, { ...old, resource, generation: old.generation + 1 });
      lines.push(appliedLine(resource, 'configured'));
      changed.push(key);
    }
  }
  return { registry: registryOf(entries), lines, changed };
}

/** `kubectl delete`: a new registry without these resources; one that is not there is told, and changes nothing. */
export function deleteResources(registry: Registry, resources: readonly Resource[]): RegistryChange {
  const entries = new Map(registry.entries);
  const lines: string[] = [];
  const changed: string[] = [];
  for (const resource of resources) {
    const key = resourceKey(resource);
    if (entries.delete(key)) {
      lines.push(`${quotedName(resource)} deleted`);
      changed.push(key);
    } else {
      lines.push(`Error from server (NotFound): ${quotedName(resource)} not found`);
    }
  }
  return { registry: registryOf(entries), lines, changed };
}

/** Resources of one kind, oldest first; see `compareByAge`. */
export function resourcesOf<K extends Kind>(registry: Registry, kind: K): ResourceOf<K>[] {
  return entriesOf(registry, kind).map((entry) => entry.resource);
}

export function entriesOf<K extends Kind>(
  { byKind }: Registry,
  kind: K,
): readonly RegistryEntry<ResourceOf<K>>[] {
  return (byKind.get(kind) ?? []) as readonly RegistryEntry<ResourceOf<K>>[];
}

function registryOf(entries: ReadonlyMap<string, RegistryEntry>): Registry {
  const byKind = new Map<Kind, RegistryEntry[]>();
  for (const entry of entries.values()) {
    const own = byKind.get(entry.resource.kind);
    if (own === undefined) byKind.set(entry.resource.kind, [entry]);
    else own.push(entry);
  }
  for (const own of byKind.values()) own.sort((a, b) => compareByAge(a.age, b.age));
  return { entries, byKind };
}

type ResourceOf<K extends Kind> = Extract<Resource, { kind: K }>;

/** What `kubectl apply` prints of a resource: `virtualservice.networking.istio.io/reviews configured`. */
export const appliedLine = (resource: Resource, what: 'created' | 'configured' | 'unchanged'): string =>
  `${printedKind(resource)}/${resource.metadata.name} ${what}`;

/** `virtualservice.networking.istio.io "reviews"`, as `kubectl delete` calls it. */
const quotedName = (resource: Resource): string => `${printedKind(resource)} "${resource.metadata.name}"`;

function printedKind({ apiVersion, kind }: Resource): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${apiVersion.slice(0, slash)}`;
  return `${writtenKind(kind).toLowerCase()}${group}`;
}
