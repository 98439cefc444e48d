import type { Cursor } from '../cursor.ts';
import { hostsOverlap, isIpAddress, wildcardDomainProblem } from '../host-name.ts';
import type { RouteDestination, TcpMatch } from '../resource.ts';
import { routingClaim } from '../routing-claim.ts';
import { ignored, int32, list, map, struct, text, uint32 } from '../schema.ts';
import { checkPort, checkWeights, destinationFields, readDestination } from './destination.ts';
import { checkExportTo } from './export-to.ts';
import { checkGatewayNames, checkLabels } from './http-match.ts';
import { httpRouteFields, readHttpRoute } from './virtual-service-http.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';

const routeDestination = struct(
  { destination: destinationFields, weight: int32 },
  { required: ['destination'] },
);
const l4Match = {
  destinationSubnets: ignored(list(text)),
  port: uint32,
  sourceLabels: map(text),
  gateways: list(text),
  sourceNamespace: text,
};

const tcpMatch = { ...l4Match, sourceSubnet: ignored(text) };

/** istio/api networking/v1alpha3/virtual_service.proto; rules of pkg/config/validation/validation.go and virtualservice.go. */
export const virtualService: KindReader<'VirtualService'> = {
  kind: 'VirtualService',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  unknownFields: 'refuse',
  fields: objectFields(
    struct({
      hosts: list(text),
      gateways: list(text),
      http: list(httpRouteFields),
      tls: list(
        struct(
          {
            match: list(struct({ sniHosts: list(text), ...l4Match }, { required: ['sniHosts'] })),
            route: list(routeDestination),
          },
          { required: ['match'] },
        ),
      ),
      tcp: list(struct({ match: list(struct(tcpMatch)), route: list(routeDestination) })),
      exportTo: list(text),
    }),
  ),
  checkName: checkSubdomain,
  read(spec, metadata) {
    const [hosts, gateways, http, tls, tcp] = ['hosts', 'gateways', 'http', 'tls', 'tcp'].map((field) =>
      spec.at(field),
    ) as [Cursor, Cursor, Cursor, Cursor, Cursor];
    const isDelegate = hosts.items.length === 0;
    if (isDelegate) {
      const wrong = { gateways: gateways, 'tls route': tls, 'tcp route': tcp };
      for (const [name, own] of Object.entries(wrong)) {
        if (own.items.length > 0)
          own.refuse(`delegate virtual service must have no ${name} specified`, 'or are the hosts missing?');
      }
    }
    checkGatewayNames(gateways);
    checkHosts(hosts, gateways.texts);
    if (gateways.items.length === 0 || gateways.texts.includes('mesh')) checkNoClaims(http, gateways.texts);
    if (http.items.length === 0 && tcp.items.length === 0 && tls.items.length === 0) {
      spec.refuse('http, tcp or tls must be provided in virtual service');
    }
    checkL4(tls, tcp);
    checkExportTo(spec.at('exportTo'), metadata.namespace);
    return {
      hosts: hosts.texts,
      gateways: gateways.texts,
      http: http.items.map((route) => readHttpRoute(route, isDelegate)),
      tcp: tcp.items.map((route) => ({
        match: route.at('match').items.map(readL4Match),
        route: readL4Destinations(route),
      })),
      tls: tls.items.map((route) => ({
        match: route.at('match').items.map((match) => ({
          ...readL4Match(match),
          sniHosts: match.at('sniHosts').texts,
        })),
        route: readL4Destinations(route),
      })),
      exportTo: spec.at('exportTo').texts,
    };
  },
};

function checkHosts(hosts: Cursor, gateways: readonly string[]): void {
  const meshToo = gateways.length === 0 || gateways.includes('mesh');
  let valid = true;
  for (const host of hosts.items) {
    if (host.text === undefined) continue;
    const problem = wildcardDomainProblem(host.text);
    if (problem !== undefined && !isIpAddress(host.text)) {
      host.refuse(problem);
      valid = false;
    } else if (meshToo && host.text === '*') {
      host.refuse(
        'wildcard host * is not allowed for virtual services bound to the mesh gateway',
        'name the host, or list the gateways',
      );
      valid = false;
    }
  }
  if (!valid) return;
  const names = hosts.items.filter((host) => host.text !== undefined);
  names.forEach((second, index) => {
    for (const first of names.slice(0, index)) {
      if (hostsOverlap(first.text!, second.text!))
        second.refuse(`duplicate hosts in virtual service: ${first.text} & ${second.text}`);
    }
  });
}

/** Tokens are looked at by gateways (ValidateVirtualService, validateJWTClaimRoute). */
function checkNoClaims(http: Cursor, gateways: readonly string[]): void {
  for (const match of http.items.flatMap((rule) => rule.at('match').items)) {
    for (const [key, own] of [...match.at('headers').entries, ...match.at('withoutHeaders').entries]) {
      if (routingClaim(key) === undefined) continue;
      own.refuse(
        `JWT claim based routing (key: ${key}) is only supported for gateway, found no gateways: [${gateways.join(' ')}]`,
      );
    }
  }
}

/** Of a connection a rule sees port, source and gateway. */
function readL4Match(match: Cursor): TcpMatch {
  const [port, labels, namespace, gateways] = [
    match.at('port').number,
    match.at('sourceLabels'),
    match.at('sourceNamespace').text,
    match.at('gateways'),
  ];
  return {
    ...(port === undefined || port === 0 ? {} : { port }),
    ...(labels.isSet ? { sourceLabels: labels.textMap } : {}),
    ...(namespace === undefined ? {} : { sourceNamespace: namespace }),
    ...(gateways.isSet ? { gateways: gateways.texts } : {}),
  };
}

const readL4Destinations = (route: Cursor): RouteDestination[] =>
  route.at('route').items.map((item) => {
    const weight = item.at('weight').number;
    return {
      destination: readDestination(item.at('destination')),
      ...(weight === undefined ? {} : { weight }),
    };
  });

function checkL4(tls: Cursor, tcp: Cursor): void {
  for (const route of tls.items) {
    if (route.at('match').items.length === 0)
      route.refuse('TLS route must have at least one match condition');
    for (const match of route.at('match').items) {
      if (match.at('sniHosts').items.length === 0) match.refuse('TLS match must have at least one SNI host');
    }
    if (route.at('route').items.length === 0) route.refuse('TLS route is required');
  }
  for (const route of tcp.items)
    if (route.at('route').items.length === 0) route.refuse('TCP route is required');
  for (const route of [...tls.items, ...tcp.items]) {
    for (const match of route.at('match').items) {
      if ((match.at('port').number ?? 0) !== 0) checkPort(match.at('port'));
      checkLabels(match.at('sourceLabels'));
      checkGatewayNames(match.at('gateways'));
    }
    checkWeights(route.at('route'));
    for (const item of route.at('route').items) readDestination(item.at('destination'));
  }
}
