/**
 * Whether what a namespace exports is seen from another: "." is the namespace itself, "*" is everybody, "~" nobody, and a name
 * that namespace (istio pilot/pkg/model/push_context.go, initServiceRegistry, initVirtualServices). An empty list is for the
 * caller to replace by the mesh's default.
 */
export function isExportedTo(exportTo: readonly string[], owner: string, viewer: string): boolean {
  if (exportTo.includes('*')) return true;
  if (exportTo.includes('~')) return false;
  return exportTo.includes(viewer) || (owner === viewer && exportTo.includes('.'));
}

/** Seen from its own namespace alone. */
export const isPrivate = (exportTo: readonly string[], owner: string): boolean =>
  exportTo.length > 0 && exportTo.every((own) => own === '.' || own === owner);
