import { fullHost } from '../manifest/host.ts';
import type { Resource } from '../manifest/resource.ts';
import { selects } from '../manifest/labels.ts';
import { isWorkload } from '../manifest/scale-target.ts';
import { schemePort } from '../manifest/scheme-port.ts';
import { serviceNames } from '../manifest/service-names.ts';
import type { Traffic } from '../mesh/app/traffic/index.ts';

/** Port of a call that names none, of a host by a caller in a namespace. */
export type PortOf = (host: string, namespace: string) => number;

/**
 * The first of these ports that the Service has which is called, or a host that a ServiceEntry names; else its own first one. What
 * nothing has is called at the first of these.
 *
 * @param resources of the whole run: a Service may come later.
 */
export function portOfCalls(resources: readonly Resource[], usual: readonly [number, ...number[]]): PortOf {
  const names = serviceNames(resources);
  const portsOf = new Map<string, number[]>();
  for (const own of resources) {
    if (own.kind !== 'Service' && own.kind !== 'ServiceEntry') continue;
    const { name, namespace } = own.metadata;
    const hosts = own.kind === 'Service' ? [fullHost(name, namespace)] : new Set(own.spec.hosts);
    const ports = own.spec.ports.map(({ port }) => port);
    for (const host of hosts) portsOf.set(host, [...(portsOf.get(host) ?? []), ...ports]);
  }
  return (host, namespace) => {
    const ports = portsOf.get(names.called(host, namespace).name) ?? [];
    return usual.find((own) => ports.includes(own)) ?? ports[0] ?? usual[0];
  };
}

/** Ports of the calls of an app's entries, by the labels that an entry is for: its own of Bookinfo, or HTTP's. */
export function portOfScripts(
  resources: readonly Resource[],
): (host: string, match: Readonly<Record<string, string>>) => number {
  const portOf = portOfCalls(resources, [9080, schemePort.http]);
  const workloads = resources.filter(isWorkload);
  return (host, match) => {
    const caller = workloads.find(({ spec }) => selects(match, spec.template.labels));
    return portOf(host, caller?.metadata.namespace ?? 'default');
  };
}

/** Who asks from inside the mesh asks at a port. */
export function withPorts(resources: readonly Resource[]): (entry: Traffic) => Traffic {
  const portOf = portOfCalls(resources, [schemePort.http]);
  const workloads = resources.filter(isWorkload);
  return (entry) => {
    const { from, port, request } = entry;
    if (from === undefined || port !== undefined || /:\d+$/.test(request.authority)) return entry;
    const caller = workloads.find(({ metadata }) => metadata.name === from);
    return { ...entry, port: portOf(request.authority, caller?.metadata.namespace ?? 'default') };
  };
}
