import { probersRewritten } from './acting-metadata.ts';
import { inertWarmupsIn } from './analysis/warm-up.ts';
import { Cursor } from './cursor.ts';
import { isForNobody, type Among } from './for-nobody.ts';
import { fullHost, hostCovers } from './host.ts';
import { openNamespaces, unknownRevisions } from './injection.ts';
import type { TlsMode } from './kind/traffic-policy.ts';
import { selects } from './labels.ts';
import type { LeftOut } from './left-out.ts';
import { undeclaredPorts } from './unserved-port.ts';
import { noPodChanges, type PodChanges } from './quota.ts';
import type {
  DestinationRule,
  LeftOutObjects,
  Manifest,
  Resource,
  Service,
  WrittenObject,
} from './resource.ts';
import { isFixed, isFrozen, isMemory, scaleTargetOf } from './scale-target.ts';

/**
 * What manifests say and the model does not act upon: kinds, with how many there are and where; fields, each once.
 *
 * @param changes what is done to pods beside these manifests
 */
export function notModelled(manifests: readonly Manifest[], changes: PodChanges = noPodChanges): LeftOut[] {
  const resources = manifests.flatMap((own) => own.resources);
  const others = manifests.flatMap((own) => own.others);
  const among: Among = { resources, others, changes };
  return each([
    ...manifests.flatMap((own) => own.ignoredKinds.map((each) => withWhom(each, own.others, among))),
    ...manifests.flatMap((own) =>
      own.ignoredFields
        .filter(({ field }) => !field.endsWith(probersRewritten) || others.some(isStrict))
        .map(({ kind, field }) => ({ about: 'field' as const, kind, field })),
    ),
    // A field that acts beside other balancers.
    ...resources.flatMap((own) =>
      own.kind === 'DestinationRule'
        ? inertWarmupsIn(own).map(({ beside }) => ({ about: 'warm-up' as const, beside }))
        : [],
    ),
    ...unreadyEndpoints(resources),
    ...tlsToPods(resources),
    ...sameHosts(resources),
    ...moreEndpoints(resources, others),
    ...otherPorts(resources),
    ...memoryBesideOthers(resources),
    ...unknownRevisions({ resources, others }).map((own) => ({ about: 'open-namespace' as const, ...own })),
    ...openNamespaces({ resources, others }).map((name) => ({
      about: 'open-namespace' as const,
      name,
    })),
  ]);
}

const isStrict = ({ kind, source }: WrittenObject): boolean =>
  kind === 'PeerAuthentication' && JSON.stringify(source['spec'] ?? null).includes('"STRICT"');

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
 * TLS that the pods of the mesh do not end: what is not Istio's own their sidecars pass on as it is, where they do at all, and the
 * application would have to end it (istio pilot/pkg/networking/core/listener_inbound.go, filter chains by ALPN). What none of them
 * takes is told by itself (`tls-refused`).
 */
function tlsToPods(resources: readonly Resource[]): LeftOut[] {
  const services = resources.filter(
    (own): own is Service => own.kind === 'Service' && Object.keys(own.spec.selector).length > 0,
  );
  return resources.flatMap((own) => {
    if (own.kind !== 'DestinationRule') return [];
    const { name, namespace } = own.metadata;
    const host = fullHost(own.spec.host, namespace);
    const isForPods = services.some(({ metadata }) =>
      hostCovers(host, fullHost(metadata.name, metadata.namespace)),
    );
    return !isForPods
      ? []
      : tlsModesOf(own)
          .filter((mode) => mode === 'SIMPLE' || mode === 'MUTUAL')
          .map((mode) => ({ about: 'tls-to-pods' as const, name, namespace, mode }));
  });
}

function tlsModesOf({ spec: { trafficPolicy, subsets } }: DestinationRule): TlsMode[] {
  const policies = [trafficPolicy, ...subsets.map((own) => own.trafficPolicy)].filter(
    (own) => own !== undefined,
  );
  const blocks = policies.flatMap((own) => [own, ...own.portLevel]);
  return [...new Set(blocks.flatMap(({ tls }) => tls ?? []))];
}

/** Told, where all objects of a file of one kind are for no pod. */
function withWhom(own: LeftOutObjects, others: readonly WrittenObject[], among: Among): LeftOut {
  if (own.about !== 'kind') return own;
  const found = others.filter(
    ({ kind, apiVersion, file }) =>
      kind === own.kind && file === own.file && (own.group === '' || apiVersion.startsWith(`${own.group}/`)),
  );
  return found.length > 0 && found.every((each) => isForNobody(each, among))
    ? { ...own, forNobody: true }
    : own;
}

/**
 * Pods of kinds that are not modelled, such as Jobs, and machines outside that a Service selects by their labels (istio
 * pilot/pkg/serviceregistry/kube/controller, WorkloadInstanceHandler).
 */
function moreEndpoints(resources: readonly Resource[], others: readonly WrittenObject[]): LeftOut[] {
  const services = resources.filter((own): own is Service => own.kind === 'Service');
  const labelled = [
    ...resources.flatMap((own) => (own.kind === 'WorkloadEntry' ? [{ own, labels: own.spec.labels }] : [])),
    ...others.flatMap((own) => {
      const spec = new Cursor(own.source, [], []).at('spec');
      const job = own.kind === 'CronJob' ? spec.at('jobTemplate', 'spec') : spec;
      return own.kind === 'Job' || own.kind === 'CronJob'
        ? [{ own, labels: job.at('template', 'metadata', 'labels').textMap }]
        : [];
    }),
  ];
  return labelled.flatMap(({ own: { kind, metadata }, labels }) =>
    services
      .filter((own) => own.metadata.namespace === metadata.namespace && selects(own.spec.selector, labels))
      .map((own) => ({
        about: 'more-endpoints' as const,
        kind,
        name: metadata.name,
        namespace: metadata.namespace,
        service: { name: own.metadata.name, namespace: own.metadata.namespace },
      })),
  );
}

/**
 * A ServiceEntry for a name that a Service has. Of one namespace istiod knows the endpoints of both under one name and port
 * (istio pilot/pkg/xds/endpoints/endpoint_builder.go, snapshotShards); by a short name callers mean whichever comes first.
 */
function sameHosts(resources: readonly Resource[]): LeftOut[] {
  const services = resources.filter((own): own is Service => own.kind === 'Service');
  return resources.flatMap((own) => {
    if (own.kind !== 'ServiceEntry') return [];
    const { name, namespace } = own.metadata;
    const { hosts, ports, endpoints, workloadSelector, resolution } = own.spec;
    const isEmpty = endpoints.length === 0 && workloadSelector === undefined && resolution === 'STATIC';
    return hosts.flatMap((host) => {
      const service = services.find(({ metadata, spec }) => {
        const short = `${metadata.name}.${metadata.namespace}`;
        return host === fullHost(metadata.name, metadata.namespace)
          ? !isEmpty &&
              metadata.namespace === namespace &&
              spec.ports.some((each) => ports.some((other) => other.name === each.name))
          : [metadata.name, short, `${short}.svc`].includes(host) &&
              spec.ports.some((each) => ports.some((other) => other.port === each.port));
      });
      return service === undefined
        ? []
        : [
            {
              about: 'same-host' as const,
              name,
              namespace,
              host,
              service: { name: service.metadata.name, namespace: service.metadata.namespace },
            },
          ];
    });
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

/** By memory alone an autoscaler could not decide, which its syncs tell. */
const memoryBesideOthers = (resources: readonly Resource[]): LeftOut[] =>
  resources.flatMap((own) =>
    own.kind === 'HorizontalPodAutoscaler' &&
    own.spec.metrics.some(isMemory) &&
    !own.spec.metrics.every(isMemory) &&
    !isFixed(own) &&
    !isFrozen(own) &&
    scaleTargetOf(own, resources) !== undefined
      ? [
          {
            about: 'metric' as const,
            name: own.metadata.name,
            namespace: own.metadata.namespace,
            metric: 'memory',
          },
        ]
      : [],
  );

/** Of these, what may have a part in where requests go: of a pod's template, labels and annotations. */
export const routesMayDiffer = (ignored: readonly LeftOut[]): LeftOut[] =>
  ignored.filter(
    (own) => own.about !== 'field' || !/^spec\.template\.(?!metadata\.(labels|annotations))/.test(own.field),
  );
