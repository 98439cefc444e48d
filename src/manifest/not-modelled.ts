import { inertWarmupsIn } from './analysis/warm-up.ts';
import { Cursor } from './cursor.ts';
import { fullHost, hostCovers } from './host.ts';
import { openNamespaces } from './injection.ts';
import { undeclaredPorts } from './unserved-port.ts';
import type { Manifest, Resource } from './resource.ts';

/** What manifests say and the model does not act upon: kinds, with how many there are and where; fields, each once. */
export function notModelled(manifests: readonly Manifest[]): string[] {
  const kinds = manifests.flatMap((own) => [
    ...own.ignoredKinds.map(({ kind, count, file }) => `${kind} (${count}) in ${file}`),
  ]);
  const fields = manifests.flatMap((own) => own.ignoredFields.map(({ kind, field }) => `${kind} ${field}`));
  // A field that acts beside other balancers.
  const warmups = manifests.flatMap((own) =>
    own.resources.flatMap((resource) =>
      resource.kind === 'DestinationRule'
        ? inertWarmupsIn(resource).map(({ beside }) => `DestinationRule warmup beside ${beside}`)
        : [],
    ),
  );
  const resources = manifests.flatMap((own) => own.resources);
  return [
    ...new Set([
      ...kinds,
      ...fields,
      ...warmups,
      ...unreadyEndpoints(resources),
      ...tlsToPods(resources),
      ...otherPorts(resources),
      ...openNamespaces(resources).map((name) => `Namespace ${name} without a label for injection`),
    ]),
  ];
}

/** Of a headless Service it is for those who look for its pods by name. */
const unreadyEndpoints = (resources: readonly Resource[]): string[] =>
  resources.flatMap(({ kind, metadata, spec }) =>
    kind === 'Service' && spec.publishesUnready === true && spec.isHeadless !== true
      ? [`Service ${metadata.name}.${metadata.namespace} publishNotReadyAddresses`]
      : [],
  );

/**
 * TLS that a sidecar begins for pods of the mesh, which have to end it themselves: it is not Istio's own, so their sidecars pass
 * it on as it is (istio pilot/pkg/networking/core/listener_inbound.go, filter chains by ALPN).
 */
function tlsToPods(resources: readonly Resource[]): string[] {
  const hosts = resources.flatMap(({ kind, metadata, spec }) =>
    kind === 'Service' && Object.keys(spec.selector).length > 0
      ? [fullHost(metadata.name, metadata.namespace)]
      : [],
  );
  return resources.flatMap((own) => {
    if (own.kind !== 'DestinationRule') return [];
    const { metadata, spec, source } = own;
    const host = fullHost(spec.host, metadata.namespace);
    if (!hosts.some((each) => hostCovers(host, each))) return [];
    const written = new Cursor(source, [], []).at('spec');
    const policies = [written, ...written.at('subsets').items].map((each) => each.at('trafficPolicy'));
    const blocks = policies.flatMap((each) => [each, ...each.at('portLevelSettings').items]);
    const modes = blocks.map((each) => each.at('tls', 'mode').text);
    const mode = modes.find((each) => each === 'SIMPLE' || each === 'MUTUAL');
    return mode === undefined
      ? []
      : [`DestinationRule ${metadata.name}.${metadata.namespace} tls of mode ${mode} to pods of the mesh`];
  });
}

/** A version that declares another port than the one at which others of its Service are asked. */
const otherPorts = (resources: readonly Resource[]): string[] =>
  undeclaredPorts(resources).flatMap(({ service: { metadata }, number, workload, othersDo }) =>
    othersDo
      ? [
          `Service ${metadata.name}.${metadata.namespace} port ${number} of pods of ${workload.metadata.name} that declare others`,
        ]
      : [],
  );

/** Of these, what may have a part in where requests go: of a pod's template, labels and annotations. */
export const routesMayDiffer = (ignored: readonly string[]): string[] =>
  ignored.filter((own) => !/^\w+ spec\.template\.(?!metadata\.(labels|annotations))/.test(own));
