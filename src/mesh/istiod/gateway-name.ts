import type { VirtualService } from '../../manifest/resource.ts';

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

/** A VirtualService with its gateways by their full names. */
export function withGatewayNames(own: VirtualService): VirtualService {
  const full = (names: readonly string[]): string[] =>
    names.map((each) => gatewayName(each, own.metadata.namespace));
  const matched = <M extends { readonly gateways?: readonly string[] }>(match: readonly M[]): M[] =>
    match.map((each) => (each.gateways === undefined ? each : { ...each, gateways: full(each.gateways) }));
  const { gateways, http, tcp } = own.spec;
  return {
    ...own,
    spec: {
      ...own.spec,
      gateways: full(gateways),
      http: http.map((each) => ({ ...each, match: matched(each.match) })),
      tcp: tcp.map((each) => ({ ...each, match: matched(each.match) })),
    },
  };
}
