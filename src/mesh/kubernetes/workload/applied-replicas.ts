/**
 * spec.replicas after `kubectl apply`: what is written holds, whoever had changed it since. A field that was in the manifest
 * applied before and is not any more is taken out, and the API server's default of 1 takes its place; one that was in
 * neither is left to who set it, an autoscaler or `kubectl scale`. A new object begins with what is written, or 1.
 * Source: k8s.io/apimachinery/pkg/util/strategicpatch (three-way merge of the last applied manifest, this one, the live one).
 */
export function appliedReplicas({
  written,
  writtenBefore,
  live,
}: {
  /** In this manifest, and in the one that was applied before; undefined: not. */
  readonly written: number | undefined;
  readonly writtenBefore: number | undefined;
  /** undefined: there is no such object yet. */
  readonly live: number | undefined;
}): number {
  if (written !== undefined) return written;
  return live === undefined || writtenBefore !== undefined ? 1 : live;
}
