import { listOf, mapOf, type Data } from '../../manifest/change/written.ts';
import type { Exported } from './exported.ts';
import type { Service, System } from './system.ts';

/** A destination of a rule with its weight, as a VirtualService or an HTTPRoute writes it. */
export interface Destination {
  /** The Service that is meant; undefined: it is not in the export. */
  readonly service: Service | undefined;
  readonly host: string;
  readonly subset: string | undefined;
  /** undefined: none is written. */
  readonly weight: number | undefined;
}

/** One route of a rule: what it matches, and where it sends. */
export interface Route {
  readonly rule: Exported;
  /** Its place among the rule's routes. */
  readonly index: number;
  readonly hosts: readonly string[];
  /** A path that it takes; undefined: none that can be told (a regular expression). */
  readonly path: string | undefined;
  /** Something besides the path has to fit: a header, a method other than GET, a caller. */
  readonly isPicky: boolean;
  readonly destinations: readonly Destination[];
  /** As the rule names them; "mesh": callers inside. */
  readonly gateways: readonly GatewayName[];
}

export interface GatewayName {
  readonly name: string;
  readonly namespace: string;
  readonly group: 'networking.istio.io' | 'gateway.networking.k8s.io';
}

/** All routes of HTTP rules, in their order. */
export const routesOf = (objects: readonly Exported[], system: System): Route[] =>
  objects.flatMap((own) =>
    own.kind === 'VirtualService'
      ? ofVirtualService(own, system)
      : own.kind === 'HTTPRoute' || own.kind === 'GRPCRoute'
        ? ofHttpRoute(own, system)
        : [],
  );

/** The Service that a host means to a rule of a namespace. */
export function serviceOfHost(host: string, namespace: string, { services }: System): Service | undefined {
  const [name, place = namespace] = host
    .toLowerCase()
    .replace(/\.svc(\.cluster\.local)?$/, '')
    .split('.');
  return services.find((own) => own.name === name && own.namespace === place);
}

function ofVirtualService(rule: Exported, system: System): Route[] {
  const spec = mapOf(rule.source['spec']);
  const named = Array.isArray(spec['gateways']) ? spec['gateways'].map(String) : ['mesh'];
  const gateways = named.map((own): GatewayName => {
    const [place, name] = own.includes('/') ? own.split('/') : [rule.namespace, own];
    return { name: name!, namespace: place === '.' ? rule.namespace : place!, group: 'networking.istio.io' };
  });
  const hosts = Array.isArray(spec['hosts']) ? spec['hosts'].map(String) : [];
  return listOf(spec['http']).flatMap((route, index) => {
    const destinations = listOf(route['route']).map(({ destination, weight }): Destination => {
      const { host, subset } = mapOf(destination);
      return {
        service: serviceOfHost(String(host), rule.namespace, system),
        host: String(host),
        subset: typeof subset === 'string' ? subset : undefined,
        weight: typeof weight === 'number' ? weight : undefined,
      };
    });
    if (destinations.length === 0) return [];
    return [
      { rule, index, hosts, destinations, gateways, ...easiest(listOf(route['match']).map(istioMatch)) },
    ];
  });
}

function ofHttpRoute(rule: Exported, system: System): Route[] {
  const spec = mapOf(rule.source['spec']);
  const gateways = listOf(spec['parentRefs']).map(({ kind = 'Gateway', name, namespace }): GatewayName => ({
    name: kind === 'Gateway' ? String(name) : 'mesh',
    namespace: typeof namespace === 'string' ? namespace : rule.namespace,
    group: 'gateway.networking.k8s.io',
  }));
  const hosts = Array.isArray(spec['hostnames']) ? spec['hostnames'].map(String) : ['*'];
  return listOf(spec['rules']).flatMap((route, index) => {
    const destinations = listOf(route['backendRefs']).map(
      // Of a backend that says none the weight is 1 (apis/v1/httproute_types.go).
      ({ name, namespace = rule.namespace, weight = 1 }): Destination => ({
        service: system.services.find((own) => own.name === name && own.namespace === namespace),
        host: String(name),
        subset: undefined,
        weight: Number(weight),
      }),
    );
    if (destinations.length === 0) return [];
    return [
      { rule, index, hosts, destinations, gateways, ...easiest(listOf(route['matches']).map(apiMatch)) },
    ];
  });
}

interface Match {
  readonly path: string | undefined;
  readonly isPicky: boolean;
}

/** The match that a plain request meets most easily; none at all: any path. */
const easiest = (matches: readonly Match[]): Match =>
  matches.length === 0
    ? { path: '/', isPicky: false }
    : (matches.find((own) => own.path !== undefined && !own.isPicky) ??
      matches.find((own) => own.path !== undefined) ??
      matches[0]!);

function istioMatch(match: Data): Match {
  const { uri, method, ...others } = match;
  delete others['name'];
  delete others['ignoreUriCase'];
  delete others['gateways'];
  const isGet = method === undefined || mapOf(method)['exact'] === 'GET';
  const { exact, prefix } = mapOf(uri);
  const path = uri === undefined ? '/' : (exact ?? prefix);
  return {
    path: typeof path === 'string' ? path : undefined,
    isPicky: !isGet || Object.keys(others).length > 0,
  };
}

function apiMatch({ path, method, headers, queryParams }: Data): Match {
  const { type = 'PathPrefix', value = '/' } = mapOf(path);
  const isRegex = type === 'RegularExpression';
  const isGrpc = typeof method === 'object' && method !== null;
  const grpcPath = isGrpc
    ? `/${String(mapOf(method)['service'] ?? 'a')}/${String(mapOf(method)['method'] ?? 'b')}`
    : undefined;
  return {
    path: grpcPath ?? (isRegex ? undefined : String(value)),
    isPicky:
      (!isGrpc && method !== undefined && method !== 'GET') ||
      headers !== undefined ||
      queryParams !== undefined,
  };
}
