import { fullHost } from '../../manifest/host.ts';
import { isIpAddress } from '../../manifest/host-name.ts';
import { matches } from '../../manifest/labels.ts';
import type {
  MeshConfig,
  Service,
  ServiceEntry,
  ServicePort,
  WorkloadEntry,
  WorkloadEntrySpec,
} from '../../manifest/resource.ts';
import { compareByAge } from '../kubernetes/age.ts';
import { outsideSelector } from '../kubernetes/outside.ts';
import { entriesOf, resourcesOf, type Registry } from '../kubernetes/registry.ts';

/**
 * A host as istiod knows it, of whichever registry (pilot/pkg/model/service.go): a Service of Kubernetes, or one host of a
 * ServiceEntry.
 */
export interface MeshService {
  /** In full. */
  readonly host: string;
  readonly namespace: string;
  readonly ports: readonly ServicePort[];
  /** Where its endpoints are known from; an alias has none of its own. */
  readonly resolution: 'EDS' | 'DNS' | 'DNS_ROUND_ROBIN' | 'ORIGINAL_DST' | 'ALIAS';
  /** As far as manifests say them; empty: a Service whose address the cluster chooses, or a host without one. */
  readonly addresses: readonly string[];
  /** Callers find an address by its name: what is sent there meets a listener of its own. */
  readonly hasAddress: boolean;
  /** With the mesh's default where nothing is written. */
  readonly exportTo: readonly string[];
  /** Labels of the pods of its namespace that are its endpoints; empty: none are. */
  readonly selector: Readonly<Record<string, string>>;
  /** Endpoints that are no pods. */
  readonly endpoints: readonly WorkloadEntrySpec[];
  /** Other names of it, in full: Services of type ExternalName. */
  readonly aliases: readonly string[];
  readonly source: Service | ServiceEntry;
}

/** All hosts of a mesh, oldest first; those that share a name are for a scope to choose from. */
export function servicesOf(registry: Registry, mesh: MeshConfig['spec']): readonly MeshService[] {
  const byDefault = mesh.defaultServiceExportTo;
  const machines = resourcesOf(registry, 'WorkloadEntry');
  const all = [
    ...entriesOf(registry, 'Service').map((entry) => ({
      age: entry.age,
      made: [ofService(entry.resource, byDefault)],
    })),
    ...entriesOf(registry, 'ServiceEntry').map((entry) => ({
      age: entry.age,
      made: ofServiceEntry(entry.resource, byDefault, machines),
    })),
  ]
    .sort((a, b) => compareByAge(a.age, b.age))
    .flatMap(({ made }) => made);
  return withAliases(all);
}

/** Made once for all registries, so that what is made of it can be kept, too. */
const services = new WeakMap<
  Service,
  { readonly byDefault: readonly string[]; readonly made: MeshService }
>();

function ofService(source: Service, byDefault: readonly string[]): MeshService {
  const known = services.get(source);
  if (known?.byDefault === byDefault) return known.made;
  const { metadata, spec } = source;
  const made: MeshService = {
    host: fullHost(metadata.name, metadata.namespace),
    namespace: metadata.namespace,
    ports: spec.ports,
    resolution: spec.externalName !== undefined ? 'ALIAS' : spec.isHeadless === true ? 'ORIGINAL_DST' : 'EDS',
    addresses: spec.addresses ?? [],
    hasAddress: true,
    exportTo: annotated(metadata.annotations['networking.istio.io/exportTo']) ?? byDefault,
    selector: spec.selector,
    endpoints: [],
    aliases: [],
    source,
  };
  services.set(source, { byDefault, made });
  return made;
}

/** Names, separated by commas. */
function annotated(text: string | undefined): readonly string[] | undefined {
  const names = (text ?? '')
    .split(',')
    .map((own) => own.trim())
    .filter((own) => own !== '');
  return names.length === 0 ? undefined : names;
}

const resolutions = {
  NONE: 'ORIGINAL_DST',
  STATIC: 'EDS',
  DNS: 'DNS',
  DNS_ROUND_ROBIN: 'DNS_ROUND_ROBIN',
  DYNAMIC_DNS: 'DNS',
} as const;

/** A host each (serviceentry/conversion.go, convertServices, convertServiceEntryToInstances). */
function ofServiceEntry(
  source: ServiceEntry,
  byDefault: readonly string[],
  machines: readonly WorkloadEntry[],
): MeshService[] {
  const { metadata, spec } = source;
  const { namespace } = metadata;
  const selector = spec.workloadSelector;
  const selected =
    spec.workloadSelector === undefined
      ? spec.endpoints
      : machines
          .filter((own) => own.metadata.namespace === namespace && matches(selector!, own.spec.labels))
          .map((own) => own.spec);
  const resolution = resolutions[spec.resolution];
  return spec.hosts.map((written) => {
    const host = written.toLowerCase();
    // A name to look up stands for itself; a pattern cannot.
    const isLookedUp = resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN';
    const itself = isLookedUp && spec.workloadSelector === undefined && !host.startsWith('*');
    return {
      host,
      namespace,
      ports: spec.ports,
      resolution,
      addresses: spec.addresses.length > 0 ? spec.addresses : isIpAddress(host) ? [host] : [],
      hasAddress: spec.addresses.length > 0 || isIpAddress(host),
      exportTo: spec.exportTo.length > 0 ? spec.exportTo : byDefault,
      selector: selector ?? outsideSelector(source, host),
      endpoints: selected.length === 0 && itself ? [{ address: host, labels: {} }] : selected,
      aliases: [],
      source,
    };
  });
}

/** Services of type ExternalName are other names of what they name, if the mesh knows it. */
function withAliases(all: readonly MeshService[]): readonly MeshService[] {
  const aliases = new Map<string, string[]>();
  for (const { source, host } of all) {
    if (source.kind !== 'Service' || source.spec.externalName === undefined) continue;
    const target = source.spec.externalName.toLowerCase().replace(/\.$/, '');
    aliases.set(target, [...(aliases.get(target) ?? []), host]);
  }
  return aliases.size === 0
    ? all
    : all.map((own) => {
        const names = aliases.get(own.host);
        return names === undefined ? own : { ...own, aliases: names };
      });
}

/**
 * Of those that share a host the one that a namespace sees: its own, else one of Kubernetes, else the oldest; ServiceEntries of
 * one namespace add up their ports (pilot/pkg/model/sidecar.go, appendSidecarServices, canMergeServices).
 */
export function chosenOf(all: readonly MeshService[], viewer: string): MeshService[] {
  const byHost = new Map<string, MeshService[]>();
  for (const own of all) {
    const same = byHost.get(own.host);
    if (same === undefined) byHost.set(own.host, [own]);
    else same.push(own);
  }
  return [...byHost.values()].map((same) => {
    if (same.length === 1) return same[0]!;
    const own = same.filter(({ namespace }) => namespace === viewer);
    const among = own.length > 0 ? own : same;
    const chosen = among.find(({ source }) => source.kind === 'Service') ?? among[0]!;
    return same.filter((each) => each !== chosen && addsTo(chosen, each)).reduce(merged, chosen);
  });
}

const addsTo = (one: MeshService, other: MeshService): boolean =>
  one.namespace === other.namespace &&
  one.resolution === other.resolution &&
  one.source.kind === other.source.kind &&
  one.exportTo.length === other.exportTo.length &&
  one.exportTo.every((own) => other.exportTo.includes(own));

function merged(one: MeshService, other: MeshService): MeshService {
  const known = new Set(one.ports.map(({ port }) => port));
  const addresses = new Set(one.endpoints.map(({ address }) => address));
  return {
    ...one,
    ports: [...one.ports, ...other.ports.filter(({ port }) => !known.has(port))],
    endpoints: [...one.endpoints, ...other.endpoints.filter(({ address }) => !addresses.has(address))],
  };
}
