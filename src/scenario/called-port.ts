import type { Resource } from '../manifest/resource.ts';
import { selects } from '../manifest/labels.ts';
import { isWorkload } from '../manifest/scale-target.ts';
import type { Traffic } from '../mesh/app/traffic/index.ts';
import { serviceNames } from '../manifest/service-names.ts';

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
  return (host, namespace) => {
    const called = names.called(host, namespace);
    const ports = resources.flatMap((own) =>
      (own.kind === 'Service' &&
        own.metadata.name === called.service?.name &&
        own.metadata.namespace === called.service.namespace) ||
      (own.kind === 'ServiceEntry' && own.spec.hosts.includes(called.name))
        ? own.spec.ports.map(({ port }) => port)
        : [],
    );
    return usual.find((own) => ports.includes(own)) ?? ports[0] ?? usual[0];
  };
}

/** Ports of the calls of an app's entries, by the labels that an entry is for: its own of Bookinfo, or HTTP's. */
export function portOfScripts(
  resources: readonly Resource[],
): (host: string, match: Readonly<Record<string, string>>) => number {
  const portOf = portOfCalls(resources, [9080, 80]);
  return (host, match) => {
    const caller = resources.filter(isWorkload).find(({ spec }) => selects(match, spec.template.labels));
    return portOf(host, caller?.metadata.namespace ?? 'default');
  };
}

/** Who asks from inside the mesh asks at a port. */
export function withPort(entry: Traffic, resources: readonly Resource[]): Traffic {
  const { from, port, request } = entry;
  if (from === undefined || port !== undefined || /:\d+$/.test(request.authority)) return entry;
  const caller = resources.filter(isWorkload).find(({ metadata }) => metadata.name === from);
  const portOf = portOfCalls(resources, [80]);
  return { ...entry, port: portOf(request.authority, caller?.metadata.namespace ?? 'default') };
}
