import { inertWarmupsIn } from './analysis/warm-up.ts';
import { Cursor } from './cursor.ts';
import { fullHost, hostCovers } from './host.ts';
import { openNamespaces } from './injection.ts';
import type { LeftOut } from './left-out.ts';
import { undeclaredPorts } from './unserved-port.ts';
import type { Manifest, Resource } from './resource.ts';

/** What manifests say and the model does not act upon: kinds, with how many there are and where; fields, each once. */
export function notModelled(manifests: readonly Manifest[]): LeftOut[] {
  const resources = manifests.flatMap((own) => own.resources);
  return each([
    ...manifests.flatMap((own) => own.ignoredKinds),
    ...manifests.flatMap((own) =>
      own.ignoredFields.map(({ kind, field }) => ({ about: 'field' as const, kind, field })),
    ),
    // A field that acts beside other balancers.
    ...resources.flatMap((own) =>
      own.kind === 'DestinationRule'
        ? inertWarmupsIn(own).map(({ beside }) => ({ about: 'warm-up' as const, beside }))
        : [],
    ),
    ...unreadyEndpoints(resources),
    ...tlsToPods(resources),
    ...otherPorts(resources),
    ...openNamespaces(resources).map((name) => ({ about: 'open-namespace' as const, name })),
  ]);
}

/** Two that say the same are told once. */
const each = (all: readonly LeftOut[]): LeftOut[] => [
  ...new Map(all.map((own) => [JSON.stringify(own), own])).values(),
];

/** Of a headless Service it is for those who look for its pods by name. */
const unreadyEndpoints = (resources: readonly Resource[]): LeftOut[] =>
  resources.flatMap(({ kind, metadata, spec }) =>
    kind === 'Service' && spec.publishesUnready === true && spec.isHeadless !== true
      ? [{ about: 'unready-addresses', name: metadata.name, namespace: metadata.namespace }]
      : [],
  );

/**
 * TLS that a sidecar begins for pods of the mesh, which have to end it themselves: it is not Istio's own, so their sidecars pass
 * it on as it is (istio pilot/pkg/networking/core/listener_inbound.go, filter chains by ALPN).
 */
function tlsToPods(resources: readonly Resource[]): LeftOut[] {
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
      : [{ about: 'tls-to-pods', name: metadata.name, namespace: metadata.namespace, mode }];
  });
}

/** A version that declares another port than the one at which others of its Service are asked. */
const otherPorts = (resources: readonly Resource[]): LeftOut[] =>
  undeclaredPorts(resources).flatMap(({ service, number: port, workload, othersDo }) =>
    othersDo
      ? [
          {
            about: 'other-port' as const,
            name: service.metadata.name,
            namespace: service.metadata.namespace,
            port,
            workload: workload.metadata.name,
          },
        ]
      : [],
  );

/** Of these, what may have a part in where requests go: of a pod's template, labels and annotations. */
export const routesMayDiffer = (ignored: readonly LeftOut[]): LeftOut[] =>
  ignored.filter(
    (own) => own.about !== 'field' || !/^spec\.template\.(?!metadata\.(labels|annotations))/.test(own.field),
  );
