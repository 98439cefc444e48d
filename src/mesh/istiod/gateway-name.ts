import { gatewayName } from '../../manifest/gateway-name.ts';
import type { VirtualService } from '../../manifest/resource.ts';

/** A VirtualService with its gateways by their full names. */
export function withGatewayNames(own: VirtualService): VirtualService {
  const full = (names: readonly string[]): string[] =>
    names.map((each) => gatewayName(each, own.metadata.namespace));
  const matched = <M extends { readonly gateways?: readonly string[] }>(match: readonly M[]): M[] =>
    match.map((each) => (each.gateways === undefined ? each : { ...each, gateways: full(each.gateways) }));
  const { gateways, http, tcp, tls } = own.spec;
  return {
    ...own,
    spec: {
      ...own.spec,
      gateways: full(gateways),
      http: http.map((each) => ({ ...each, match: matched(each.match) })),
      tcp: tcp.map((each) => ({ ...each, match: matched(each.match) })),
      tls: tls.map((each) => ({ ...each, match: matched(each.match) })),
    },
  };
}
