import { fullHost, isWildcard } from '../../manifest/host.ts';
import type { DestinationRule, Resource, VirtualService } from '../../manifest/resource.ts';
import type { Registry, RegistryEntry } from '../kubernetes/registry.ts';
import { destinationsOf, type RoutingRule } from './routing-rule.ts';

/** Hosts, in full, of which a sidecar may hold something else than before: routes, and clusters. */
export interface RegistryChange {
  readonly routes: ReadonlySet<string>;
  readonly clusters: ReadonlySet<string>;
}

/** More than that are not told one by one. */
const few = 50;

/**
 * What of a sidecar's configuration two registries may differ in, where only rules for hosts that they name in full have changed
 * (istiod pushes to the proxies that depend on what has changed: xds/proxy_dependencies.go; here all are asked, for less).
 * undefined: in anything.
 * @param rules of the later one
 */
export function changeBetween(
  before: Registry,
  after: Registry,
  rules: readonly RoutingRule[],
): RegistryChange | undefined {
  const changed = changedEntries(before, after);
  if (changed === undefined) return undefined;
  const change = { routes: new Set<string>(), clusters: new Set<string>() };
  for (const { resource } of changed) {
    const hosts = hostsIn(resource, rules);
    if (hosts === undefined) return undefined;
    for (const host of hosts) change.routes.add(host);
    if (resource.kind === 'DestinationRule') change.clusters.add(hostOf(resource));
  }
  return change;
}

function changedEntries(before: Registry, after: Registry): readonly RegistryEntry[] | undefined {
  const changed: RegistryEntry[] = [];
  for (const [key, entry] of after.entries) {
    const known = before.entries.get(key);
    if (known === entry) continue;
    changed.push(entry);
    if (known !== undefined) changed.push(known);
    if (changed.length > few) return undefined;
  }
  for (const [key, entry] of before.entries) if (!after.entries.has(key)) changed.push(entry);
  return changed.length > few ? undefined : changed;
}

/** Hosts whose routes a resource has a part in; undefined: nobody can tell without asking each. */
function hostsIn(resource: Resource, rules: readonly RoutingRule[]): readonly string[] | undefined {
  if (noMatterOfIstiod.has(resource.kind)) return [];
  if (resource.kind === 'VirtualService') return namedBy(resource);
  if (resource.kind !== 'DestinationRule') return undefined;
  const host = hostOf(resource);
  if (isWildcard(host)) return undefined;
  // A hash policy stands on the routes that lead to its host.
  const senders = rules
    .filter((rule) => destinationsOf(rule).some((own) => own.host === host))
    .flatMap(({ fullHosts }) => fullHosts);
  return senders.some(isWildcard) ? undefined : [host, ...senders];
}

const noMatterOfIstiod: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Rollout',
  'HorizontalPodAutoscaler',
]);

const hostOf = ({ metadata, spec }: DestinationRule): string => fullHost(spec.host, metadata.namespace);

function namedBy({ metadata, spec }: VirtualService): readonly string[] | undefined {
  const isPart = spec.hosts.length === 0 || spec.http.some(({ delegate }) => delegate !== undefined);
  if (isPart || spec.tcp.length > 0 || spec.tls.length > 0) return undefined;
  // Sidecars have nothing of what is bound to gateways alone.
  if (spec.gateways.length > 0 && !spec.gateways.includes('mesh')) return [];
  const hosts = spec.hosts.map((host) => fullHost(host, metadata.namespace));
  return hosts.some(isWildcard) ? undefined : hosts;
}
