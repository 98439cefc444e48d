/** What the controller remembers of an HPA between syncs; a restart or a new leader forgets it. */
export interface HpaLogs {
  /** Raw proposals, in slots that are used again: not in the order of time. */
  readonly recommendations: readonly Recommendation[];
  readonly scaleUps: readonly ScaleEvent[];
  readonly scaleDowns: readonly ScaleEvent[];
}

export interface Recommendation {
  readonly replicas: number;
  readonly atUs: number;
}

export interface ScaleEvent {
  /** Above 0 in both logs. */
  readonly change: number;
  readonly atUs: number;
  /** Older than any policy asks for: its slot may be used again. */
  readonly outdated: boolean;
}

/** Of a new HPA. */
export const emptyHpaLogs: HpaLogs = { recommendations: [], scaleUps: [], scaleDowns: [] };

/** The entry in the slot, or at the end where there is none to reuse. */
export function withEntry<Entry>(log: readonly Entry[], slot: number | undefined, entry: Entry): Entry[] {
  const copy = [...log];
  if (slot === undefined) copy.push(entry);
  else copy[slot] = entry;
  return copy;
}

/** The last index that fits: Kubernetes reuses the last old slot that it meets. */
export function lastSlot<Entry>(log: readonly Entry[], isOld: (entry: Entry) => boolean): number | undefined {
  const slot = log.findLastIndex(isOld);
  return slot === -1 ? undefined : slot;
}
