import { isExportedTo } from '../../manifest/export.ts';
import { hostCovers } from '../../manifest/host.ts';
import { matches } from '../../manifest/labels.ts';
import type { MeshConfig, OutboundTrafficPolicy, Sidecar } from '../../manifest/resource.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import { chosenOf, type MeshService } from './mesh-service.ts';
import { destinationsOf, type RoutingRule } from './routing-rule.ts';
import { VisibleRules } from './visible-rules.ts';

/** What of a mesh one proxy is told about (pilot/pkg/model/sidecar.go, SidecarScope). */
export interface Scope {
  /** That it has clusters of; one of each host. */
  readonly services: readonly MeshService[];
  readonly serviceOf: ReadonlyMap<string, MeshService>;
  /** Routes for calls to a port are of the listener for it, or of the last, which is for all others. */
  readonly listeners: readonly EgressListener[];
  readonly outboundTrafficPolicy: OutboundTrafficPolicy;
}

export interface EgressListener {
  /** undefined: all that no other listener is for. */
  readonly port: number | undefined;
  readonly services: readonly MeshService[];
  readonly rules: VisibleRules;
}

/** The one that calls to a port meet; undefined: there is none. */
export const listenerFor = ({ listeners }: Scope, port: number): EgressListener | undefined =>
  listeners.find((own) => own.port === port) ?? listeners.find((own) => own.port === undefined);

/**
 * The Sidecar that is for a proxy: of its namespace the oldest that selects it, else the oldest without a selector, else one
 * of the root namespace without a selector; none merges with another (push_context.go, getSidecarScope). Gateways have none.
 * @param sidecars oldest first
 */
export function sidecarFor(
  sidecars: readonly Sidecar[],
  { type, namespace, labels }: ProxyIdentity,
  rootNamespace: string,
): Sidecar | undefined {
  if (type === 'gateway') return undefined;
  const own = sidecars.filter((each) => each.metadata.namespace === namespace);
  const isForAll = ({ spec }: Sidecar): boolean => spec.workloadSelector === undefined;
  return (
    own.find((each) => !isForAll(each) && matches(each.spec.workloadSelector!, labels)) ??
    own.find(isForAll) ??
    sidecars.find((each) => each.metadata.namespace === rootNamespace && isForAll(each))
  );
}

/** All that is exported to a namespace: what gateways know, and sidecars for which no Sidecar says less. */
export function scopeOfAll(
  all: readonly MeshService[],
  rules: VisibleRules,
  namespace: string,
  mesh: MeshConfig['spec'],
): Scope {
  const services = chosenOf(seenFrom(namespace, all), namespace);
  return {
    services,
    serviceOf: new Map(services.map((own) => [own.host, own])),
    listeners: [{ port: undefined, services, rules }],
    outboundTrafficPolicy: mesh.outboundTrafficPolicy,
  };
}

const seenFrom = (namespace: string, all: readonly MeshService[]): MeshService[] =>
  all.filter((own) => isExportedTo(own.exportTo, own.namespace, namespace));

/**
 * What a Sidecar lets in: the Services that its egress hosts name, the rules that live where they say and are for one of those
 * hosts, and the destinations of these rules, which are clusters without a virtual host (convertToSidecarScope,
 * collectImportedServices).
 */
export function scopeOf(
  { spec }: Sidecar,
  all: readonly MeshService[],
  rules: VisibleRules,
  namespace: string,
  mesh: MeshConfig['spec'],
): Scope {
  const seen = seenFrom(namespace, all);
  const outboundTrafficPolicy = spec.outboundTrafficPolicy ?? mesh.outboundTrafficPolicy;
  if (spec.egress.length === 0) return { ...scopeOfAll(all, rules, namespace, mesh), outboundTrafficPolicy };
  const listeners = spec.egress.map(({ port, hosts }): EgressListener => {
    const imports = hosts.map((own) => importOf(own, namespace));
    const services = seen
      .filter((own) => isImported(imports, own.namespace, (host) => hostCovers(host, own.host)))
      .flatMap((own) => (port === undefined ? [own] : onPorts(own, [port])));
    return {
      port,
      services: chosenOf(services, namespace),
      rules: rules.only((rule) => isRuleImported(imports, rule)),
    };
  });
  const byHost = new Map<string, MeshService[]>();
  for (const own of seen) byHost.set(own.host, [...(byHost.get(own.host) ?? []), own]);
  const services = new Map<string, MeshService>();
  const add = (own: MeshService): void => {
    const known = services.get(own.host);
    if (known === undefined) services.set(own.host, own);
    else if (known.namespace === own.namespace) {
      const ports = new Set(known.ports.map(({ port }) => port));
      const more = own.ports.filter(({ port }) => !ports.has(port));
      if (more.length > 0) services.set(own.host, { ...known, ports: [...known.ports, ...more] });
    }
  };
  for (const listener of listeners) {
    listener.services.forEach(add);
    for (const rule of listener.rules.ofMesh) {
      for (const { host, port } of destinationsOf(rule)) {
        const found = destinationIn(byHost.get(host) ?? [], namespace);
        if (found !== undefined) (port === undefined ? [found] : onPorts(found, [port])).forEach(add);
      }
    }
  }
  return {
    services: [...services.values()],
    serviceOf: services,
    listeners,
    outboundTrafficPolicy,
  };
}

interface Import {
  readonly excludes: boolean;
  /** "*": any. */
  readonly namespace: string;
  readonly host: string;
}

/** "namespace/host"; "." is the proxy's own namespace, also in a Sidecar of the root namespace; "~" alone lets nothing in, and keeps nothing out. */
function importOf(written: string, namespace: string): Import {
  const slash = written.indexOf('/');
  const place = written.slice(0, slash);
  const excludes = place.startsWith('~');
  const named = excludes ? place.slice(1) : place;
  return {
    excludes,
    namespace: named === '.' ? namespace : named,
    host: written.slice(slash + 1).toLowerCase(),
  };
}

function isImported(
  imports: readonly Import[],
  namespace: string,
  isHost: (pattern: string) => boolean,
): boolean {
  const concerns = (own: Import): boolean =>
    (own.namespace === '*' || own.namespace === namespace) && isHost(own.host);
  return (
    imports.some((own) => !own.excludes && concerns(own)) &&
    !imports.some((own) => own.excludes && concerns(own))
  );
}

/** A rule comes as a whole if one of its hosts does; a VirtualService's may be wider than what is let in. */
const isRuleImported = (imports: readonly Import[], rule: RoutingRule): boolean =>
  rule.fullHosts.some((host) =>
    isImported(
      imports,
      rule.namespace,
      (pattern) => hostCovers(pattern, host) || (rule.semantics === 'istio' && hostCovers(host, pattern)),
    ),
  );

/** A Service with some of its ports; none: it is left out. */
function onPorts(own: MeshService, wanted: readonly number[]): MeshService[] {
  const ports = own.ports.filter(({ port }) => wanted.includes(port));
  return ports.length === 0 ? [] : ports.length === own.ports.length ? [own] : [{ ...own, ports }];
}

/** A rule's destination: of the caller's namespace, else of the first that exports it by its name (pickFirstVisibleNamespace). */
const destinationIn = (ofHost: readonly MeshService[], namespace: string): MeshService | undefined =>
  ofHost.find((own) => own.namespace === namespace) ??
  ofHost.reduce<MeshService | undefined>(
    (first, own) => (first === undefined || own.namespace < first.namespace ? own : first),
    undefined,
  );
