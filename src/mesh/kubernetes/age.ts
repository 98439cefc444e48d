import type { Resource } from '../../manifest/resource.ts';

/** When a resource came to be, as far as controllers see it, and what it is called. */
export interface Age {
  /** metadata.creationTimestamp of a resource that was exported: it was there before the run. '': made by the run. */
  readonly exportedAt: string;
  readonly createdUs: number;
  readonly name: string;
  readonly namespace: string;
}

/** Of a resource that is created at this moment; what was exported with a timestamp and applied at the start keeps it. */
export function ageOf({ metadata, source }: Resource, createdUs: number): Age {
  const { creationTimestamp } = (source['metadata'] ?? {}) as { readonly creationTimestamp?: unknown };
  const exportedAt = createdUs === 0 && typeof creationTimestamp === 'string' ? creationTimestamp : '';
  return { exportedAt, createdUs, name: metadata.name, namespace: metadata.namespace };
}

/**
 * Oldest first, as istiod sorts VirtualServices and DestinationRules: creationTimestamp has whole seconds, and what is of one
 * second goes by name, then namespace - never by its place in a file (istio pilot/pkg/model/config.go,
 * sortConfigByCreationTime). Kubernetes writes timestamps in UTC, so their texts compare as their times do.
 */
export function compareByAge(a: Age, b: Age): number {
  return compareSeconds(a, b) || compareText(a.name, b.name) || compareText(a.namespace, b.namespace);
}

/** Their names decide which goes first. */
export const areOfOneSecond = (a: Age, b: Age): boolean => compareSeconds(a, b) === 0;

const compareSeconds = (a: Age, b: Age): number =>
  Number(a.exportedAt === '') - Number(b.exportedAt === '') ||
  compareText(a.exportedAt, b.exportedAt) ||
  Math.floor(a.createdUs / 1e6) - Math.floor(b.createdUs / 1e6);

/** By code units, as Go compares strings. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
