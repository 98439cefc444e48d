/** A pod of a DaemonSet. */
export interface DaemonPod {
  readonly row: number;
  readonly node: string;
  readonly isNew: boolean;
  readonly isAvailable: boolean;
  /** Deleted, and not gone yet. */
  readonly isLeaving: boolean;
}

/**
 * What the controller of a DaemonSet does at one look (pkg/controller/daemon, manage and rollingUpdate): a pod on each node that it
 * fits, none elsewhere; of an old template those go at once that are not available, and of the others as many as may be missing.
 * @param nodes names of the nodes that it fits @param maxUnavailable nodes that may lack one; 0: pods of an old template stay
 */
export function daemonStep(
  pods: readonly DaemonPod[],
  nodes: readonly string[],
  maxUnavailable: number,
): { readonly make: readonly string[]; readonly remove: readonly number[] } {
  const make = nodes.filter((node) => pods.every((own) => own.node !== node));
  const staying = pods.filter((own) => !own.isLeaving);
  const astray = staying.filter((own) => !nodes.includes(own.node));
  const old = staying.filter((own) => !own.isNew && nodes.includes(own.node));
  if (maxUnavailable === 0) return { make, remove: astray.map(({ row }) => row) };
  const lacking = nodes.filter((node) => !staying.some((own) => own.node === node && own.isAvailable)).length;
  const broken = old.filter((own) => !own.isAvailable);
  const next = old.filter((own) => own.isAvailable).slice(0, Math.max(0, maxUnavailable - lacking));
  return { make, remove: [...astray, ...broken, ...next].map(({ row }) => row) };
}
