import { fullHost } from '../host-name.ts';
import type { Labels } from '../labels.ts';
import type { Written } from './written.ts';

/** A host of the mesh: a Service's name, or one that a ServiceEntry adds. */
export interface KnownHost {
  readonly ports: readonly number[];
  readonly from: Written;
  /** Of a Service: the labels and the namespace of its pods. */
  readonly selector: Labels;
  /** Labels of the addresses that a ServiceEntry lists. */
  readonly endpoints: readonly Labels[];
  readonly isService: boolean;
}

export interface HostTable {
  /** All names, for suggestions. */
  readonly names: readonly string[];
  /**
   * The host that a resource of this namespace means, if it is visible to it (analyzers/util/service_lookup.go,
   * GetDestinationHost).
   * @param exportTo of that resource: whoever it is exported to has to see the host
   */
  find(host: string, namespace: string, exportTo: readonly string[]): KnownHost | undefined;
}

/** Services and ServiceEntries by namespace that sees them and full name (analyzers/util/service_lookup.go, InitServiceEntryHostMap). */
export function hostTable(written: (group: string, kind: string) => readonly Written[]): HostTable {
  const known = new Map<string, KnownHost>();
  const wildcards: { readonly scope: string; readonly tail: string; readonly host: KnownHost }[] = [];
  for (const own of written('networking.istio.io', 'ServiceEntry')) {
    const exportTo = own.spec.at('exportTo').texts;
    const host = {
      ports: portsOf(own, 'number'),
      from: own,
      selector: own.spec.at('workloadSelector', 'labels').textMap,
      endpoints: own.spec.at('endpoints').items.map((endpoint) => endpoint.at('labels').textMap),
      isService: false,
    };
    for (const name of own.spec.at('hosts').texts) {
      for (const scope of scopesOf(exportTo, own.namespace)) {
        known.set(`${scope}/${fullHost(name, own.namespace)}`, host);
        if (name.startsWith('*')) wildcards.push({ scope, tail: name.slice(1), host });
      }
    }
  }
  for (const own of written('', 'Service')) {
    const visible = own.object.metadata.annotations['networking.istio.io/exportTo'] ?? '';
    const host = {
      ports: portsOf(own, 'port'),
      from: own,
      selector: own.spec.at('selector').textMap,
      endpoints: [],
      isService: true,
    };
    const exportTo = visible === '' ? [] : visible.split(',').map((one) => one.trim());
    for (const scope of scopesOf(exportTo, own.namespace))
      known.set(`${scope}/${fullHost(own.name, own.namespace)}`, host);
  }
  return {
    names: [...known.values()].filter((own) => own.isService).map(({ from }) => from.name),
    find(host, namespace, exportTo) {
      const full = fullHost(host, namespace);
      const scopes =
        exportTo.length === 0 ? [namespace] : exportTo.map((one) => (one === '.' ? namespace : one));
      for (const scope of ['*', ...scopes]) {
        const found = known.get(`${scope}/${full}`);
        if (found !== undefined) return found;
      }
      const bare = host.startsWith('*') ? host.slice(1) : host;
      return wildcards.find(
        ({ scope, tail }) => (scope === '*' || scope === namespace) && bare.endsWith(tail),
      )?.host;
    },
  };
}

/** Namespaces to which something is exported; `*` alone if it is there, or if nothing is said. */
export const scopesOf = (exportTo: readonly string[], namespace: string): readonly string[] =>
  exportTo.length === 0 || exportTo.includes('*')
    ? ['*']
    : [...new Set(exportTo.map((one) => (one === '.' ? namespace : one)))];

const portsOf = (own: Written, field: 'number' | 'port'): readonly number[] =>
  own.spec.at('ports').items.flatMap((port) => port.at(field).number ?? []);
