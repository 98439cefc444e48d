/**
 * "namespace/name" of a Gateway as a VirtualService of a namespace names it: `name`, `./name`, `namespace/name`, or of old
 * `name.namespace.svc.cluster.local`; `mesh` stays (pilot/pkg/model, resolveGatewayName).
 */
export function gatewayName(written: string, namespace: string): string {
  if (written === 'mesh') return written;
  const slash = written.indexOf('/');
  if (slash >= 0) return written.startsWith('./') ? namespace + written.slice(slash) : written;
  const [name, ofOld] = written.split('.');
  return `${ofOld ?? namespace}/${name}`;
}
