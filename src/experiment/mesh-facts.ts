import { fullHost, hostCovers, parseHost } from '../manifest/host.ts';
import { selects } from '../manifest/labels.ts';
import type {
  Destination,
  DestinationRule,
  HorizontalPodAutoscaler,
  RouteDestination,
  Service,
  VirtualService,
} from '../manifest/resource.ts';
import { isWorkload, scaleTargetOf, type Workload } from '../manifest/scale-target.ts';
import type { ServiceNames } from '../manifest/service-names.ts';
import { isTcpPort, speaksHttp2 } from '../mesh/istiod/cluster.ts';
import { resourcesOf, type Registry } from '../mesh/kubernetes/registry.ts';
import { cpuRequestMilli, podOf } from '../mesh/kubernetes/pod.ts';
import type { MeshFacts, RuleFact } from '../record/mesh-facts.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What is said of a mesh by the manifests in force from `fromUs` on; asks nothing of a run. */
export function meshFacts(
  registry: Registry,
  names: ServiceNames,
  { app, traffic }: Pick<Scenario, 'app' | 'traffic'>,
  fromUs: number,
): MeshFacts {
  const services = resourcesOf(registry, 'Service');
  const destinationRules = resourcesOf(registry, 'DestinationRule');
  const workloads = [...registry.entries.values()].map(({ resource }) => resource).filter(isWorkload);
  const pods = workloads.map((owner) => podOf(owner, '', 0));
  const applicationOf = (labels: Readonly<Record<string, string>>): string | null =>
    app.workloads.find((own) => selects(own.match, labels))?.name ?? null;
  const mesh: Manifests = { names, services, destinationRules, pods };
  const callsOf = (
    caller: string,
    namespace: string,
    host: string,
    port: number,
  ): MeshFacts['calls'][number] => {
    const service = serviceOf(mesh, names.called(host, namespace).name);
    const own = service?.spec.ports.find((each) => each.port === port);
    return {
      caller,
      host,
      service: service === undefined ? null : names.ofPlace(service.metadata),
      port,
      speaks: own === undefined ? 'http' : isTcpPort(own) ? 'tcp' : speaksHttp2(own) ? 'grpc' : 'http',
    };
  };
  const inside = pods.flatMap(({ workload, namespace, labels }) => [
    ...(app.workloads.find((own) => selects(own.match, labels))?.script ?? []).flatMap((step) =>
      step.kind === 'call' ? [callsOf(workload, namespace, step.host, step.port)] : [],
    ),
    ...traffic.flatMap((entry) =>
      entry.from === workload ? [callsOf(workload, namespace, ...askedBy(entry))] : [],
    ),
  ]);
  const rules = resourcesOf(registry, 'VirtualService').flatMap((own) => rulesOf(mesh, own));
  return {
    fromSeconds: fromUs / 1e6,
    calls: distinct(inside),
    rules: rules.map((own) => ({ ...own, hiddenBy: hiddenBy(own, rules) })),
    workloads: pods.map(({ workload, labels }) => ({ name: workload, application: applicationOf(labels) })),
    rollouts: resourcesOf(registry, 'Rollout').flatMap(({ metadata, spec: { strategy } }) =>
      strategy.type === 'Canary' && strategy.steps.length > 0
        ? [
            {
              name: metadata.name,
              steps: strategy.steps.length,
              manages:
                strategy.istio?.virtualServices.map(({ name }) => `VirtualService ${name}`).join(', ') ?? '',
            },
          ]
        : [],
    ),
    autoscalers: resourcesOf(registry, 'HorizontalPodAutoscaler').flatMap((own) => reachOf(own, workloads)),
  };
}

interface Manifests {
  readonly names: ServiceNames;
  readonly services: readonly Service[];
  readonly destinationRules: readonly DestinationRule[];
  readonly pods: readonly ReturnType<typeof podOf>[];
}

const serviceOf = ({ services }: Manifests, fullName: string): Service | undefined => {
  const place = parseHost(fullName).service;
  return services.find(
    ({ metadata }) => metadata.name === place?.name && metadata.namespace === place.namespace,
  );
};

function rulesOf(mesh: Manifests, own: VirtualService): RuleFact[] {
  const { name, namespace } = own.metadata;
  const { hosts, gateways } = own.spec;
  const outside = gateways.filter((gateway) => gateway !== 'mesh');
  const about = {
    hosts: hosts.map((host) => fullHost(host, namespace)),
    inside: gateways.length === 0 || gateways.includes('mesh'),
    gateways: outside,
    hiddenBy: null,
  };
  const factOf = (
    protocol: RuleFact['protocol'],
    route: readonly RouteDestination[],
    rule: string,
  ): RuleFact => {
    const total = route.reduce((sum, { weight }) => sum + (weight ?? (route.length === 1 ? 1 : 0)), 0);
    return {
      ...about,
      rule,
      protocol,
      destinations: route.map(({ destination, weight }) => ({
        ...reached(mesh, destination, namespace),
        weight: total === 0 ? 0 : (weight ?? (route.length === 1 ? 1 : 0)) / total,
      })),
      tcpPort: protocol === 'http' && about.inside ? tcpPortOf(mesh, about.hosts) : null,
    };
  };
  return [
    ...own.spec.http.map(({ route, name: title }, index) =>
      factOf(
        'http',
        route,
        `VirtualService ${name}.${namespace}, rule ${index + 1}${title === undefined ? '' : ` (${title})`}`,
      ),
    ),
    ...own.spec.tcp.map(({ route }, index) =>
      factOf('tcp', route, `VirtualService ${name}.${namespace}, tcp rule ${index + 1}`),
    ),
  ];
}

/** Which workloads' pods a destination picks, or what is missing. */
function reached(
  mesh: Manifests,
  { host, subset }: Destination,
  namespace: string,
): Omit<RuleFact['destinations'][number], 'weight'> {
  const full = fullHost(host, namespace);
  const service = serviceOf(mesh, mesh.names.called(host, namespace).name) ?? serviceOf(mesh, full);
  const to = `${mesh.names.ofName(full)}${subset === undefined ? '' : ` ${subset}`}`;
  if (service === undefined) return { to, workloads: [], lacks: 'service' };
  const labels =
    subset === undefined
      ? {}
      : mesh.destinationRules
          .filter((rule) => hostCovers(fullHost(rule.spec.host, rule.metadata.namespace), full))
          .flatMap(({ spec }) => spec.subsets)
          .find((own) => own.name === subset)?.labels;
  if (labels === undefined) return { to, workloads: [], lacks: 'subset' };
  const workloads = mesh.pods.filter(
    (pod) =>
      pod.namespace === service.metadata.namespace &&
      selects(service.spec.selector, pod.labels) &&
      (subset === undefined || selects(labels, pod.labels) || Object.keys(labels).length === 0),
  );
  return {
    to,
    workloads: [...new Set(workloads.map(({ workload }) => workload))],
    lacks: workloads.length === 0 ? 'workload' : null,
  };
}

/** The first port of a Service of the hosts, where all of its ports speak TCP: http rules are never asked. */
function tcpPortOf(mesh: Manifests, hosts: readonly string[]): string | null {
  for (const host of hosts) {
    const ports = serviceOf(mesh, host)?.spec.ports ?? [];
    if (ports.length > 0 && ports.every(isTcpPort)) return ports[0]!.name ?? String(ports[0]!.port);
  }
  return null;
}

/** Sidecars follow one VirtualService for a host: the oldest. Rules are given oldest first. */
function hiddenBy(own: RuleFact, rules: readonly RuleFact[]): string | null {
  if (!own.inside) return null;
  const older = rules
    .slice(0, rules.indexOf(own))
    .filter((rule) => rule.inside && resourceIn(rule) !== resourceIn(own));
  return older.find((rule) => own.hosts.every((host) => rule.hosts.includes(host)))?.rule ?? null;
}

const resourceIn = ({ rule }: RuleFact): string => rule.split(', ')[0]!;

/** How far an autoscaler on CPU could read at most, where its pods have limits. */
function reachOf(
  own: HorizontalPodAutoscaler,
  workloads: readonly Workload[],
): MeshFacts['autoscalers'][number][] {
  const target = scaleTargetOf(own, workloads);
  const wanted = own.spec.metrics.find((metric) => metric.type === 'Resource' && metric.name === 'cpu');
  if (target === undefined || wanted?.type !== 'Resource' || wanted.target.type !== 'Utilization') return [];
  const { template } = target.spec;
  const requests = cpuRequestMilli(template);
  const [application, ...others] = template.containers;
  const limit = template.resources.cpuLimitMilli ?? application?.resources.cpuLimitMilli;
  return [
    {
      name: own.metadata.name,
      target: target.metadata.name,
      wantsPercent: wanted.target.averageUtilization,
      canReachPercent: limit === undefined || requests === 0 ? null : (100 * limit) / requests,
      idle: others.flatMap(({ name, resources: { cpuRequestMilli: requestMilli } }) =>
        requestMilli === undefined || requestMilli === 0 ? [] : [{ container: name, requestMilli }],
      ),
    },
  ];
}

const distinct = <T>(list: readonly T[]): T[] => [
  ...new Map(list.map((own) => [JSON.stringify(own), own])).values(),
];

/** Host and port of an entry's pages; HTTP's own port where none is written. */
function askedBy({ request: { authority } }: Scenario['traffic'][number]): [host: string, port: number] {
  const [host = '', port = '80'] = authority.split(':');
  return [host, Number(port)];
}
