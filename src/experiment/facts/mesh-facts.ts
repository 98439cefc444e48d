import { fullHost } from '../../manifest/host.ts';
import { podFinder } from '../../manifest/analysis/pod.ts';
import { deniesAll } from '../../manifest/denies-all.ts';
import { selects } from '../../manifest/labels.ts';
import type {
  BackendRef,
  HttpRoute,
  KubernetesGrpcRoute,
  KubernetesHttpRoute,
  KubernetesL4Route,
  VirtualService,
} from '../../manifest/resource.ts';
import { isOwner, ownerOf, ruleText, type RuleOwner } from '../../manifest/rule-name.ts';
import { isWorkload, type Workload } from '../../manifest/scale-target.ts';
import { refusalFinder } from '../../manifest/refuses-plain.ts';
import { rootNamespaceIn } from '../../manifest/root-namespace.ts';
import { lacksPort } from '../../manifest/service-address.ts';
import type { ServiceNames } from '../../manifest/service-names.ts';
import { callsIn } from '../../mesh/app/app.ts';
import { portAsked } from '../../mesh/app/visitors.ts';
import { actingFor } from '../../mesh/istiod/acting-for.ts';
import { clustersOf, portNameOf } from '../../mesh/istiod/cluster.ts';
import { backendDestination } from '../../mesh/istiod/http-route.ts';
import { entranceOf } from '../../mesh/istiod/entrance.ts';
import { isTcpPort, speaksHttp2 } from '../../mesh/istiod/protocol.ts';
import { placeOf } from '../../mesh/istiod/proxy-place.ts';
import { meshView, nearnessIn } from '../../mesh/istiod/translate.ts';
import { labelsFrom, nodeOf, takes } from '../../mesh/kubernetes/node.ts';
import { resourcesOf, type Registry } from '../../mesh/kubernetes/registry.ts';
import { outsideOf } from '../../mesh/kubernetes/outside.ts';
import { podOf, type Pod } from '../../mesh/kubernetes/pod.ts';
import { isPartly } from '../../record/dropped-fact.ts';
import type { MeshFacts, RuleFact } from '../../record/mesh-facts.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { behindIn } from './behind.ts';
import { cookiesIn } from './cookies.ts';
import { distinct, firstOfEach } from './first-of-each.ts';
import { anySidecar, askedInstead, callerOf, hidden, isUnruled, notSeeing, unseen } from './inert.ts';
import { keptIn, type Call } from './kept.ts';
import { costsOf, reachOf } from './autoscaler-reach.ts';
import { misnamedIn } from './misnamed.ts';
import { hiddenIn } from './hidden.ts';
import { idleIn } from './dropped.ts';
import { forNothing } from './for-nothing.ts';
import { abortOf, httpPortOf, namesPorts, otherPortOf, tcpPortOf, type RouteFact } from './of-rule.ts';
import { otherNamesIn } from './other-names.ts';
import { preStopOf } from './pre-stop.ts';
import { headlessOf, reached, weighed, workloadsOf, type ForeseenPod, type Manifests } from './reached.ts';
import { recreatesOf } from './recreates.ts';
import { refusedIn } from './refused.ts';
import { managerOf, rolloutsIn } from './rollouts.ts';
import { canariesIn } from './canaries.ts';
import { thereAt } from '../../scenario/dated.ts';
import { strayRule } from './unknown-calls.ts';
import { matchedIn } from './matched.ts';
import { unevenIn } from './uneven.ts';
import { unsentIn } from './unsent.ts';
import { weighedIn } from '../../verdict/weighed.ts';

/** What is said of a mesh by the manifests in force from `fromUs` on; asks nothing of a run. */
export function meshFacts(
  registry: Registry,
  names: ServiceNames,
  {
    app,
    traffic,
    kubernetes,
    proxy,
    others = [],
    timeline = [],
  }: Pick<Scenario, 'app' | 'traffic' | 'kubernetes'> &
    Partial<Pick<Scenario, 'proxy' | 'others' | 'timeline'>>,
  fromUs: number,
): MeshFacts {
  const resources = [...registry.entries.values()].map(({ resource }) => resource);
  const workloads = resources.filter(isWorkload);
  const there = thereAt(others, fromUs);
  const rootNamespace = rootNamespaceIn(resources);
  const refusal = refusalFinder(there, rootNamespace);
  const pods = workloads.map((owner) => podOf(owner, '', 0));
  const applicationOf = (labels: Readonly<Record<string, string>>): string | null =>
    app.workloads.find((own) => selects(own.match, labels))?.name ?? null;
  const sidecars = distinct(pods.filter(({ sidecar }) => sidecar).map((pod) => placeOf(pod).identity));
  const callers = (sidecars.length === 0 ? [anySidecar] : sidecars).map((proxy) => ({
    proxy,
    view: meshView(registry, proxy),
  }));
  const { identity } = entranceOf(resources);
  const gateway = { proxy: identity, view: meshView(registry, identity) };
  const serviceOf = firstOfEach([...callers, gateway].map(({ view }) => view.serviceOf));
  // What acts for some callers, each once.
  const acting = [...serviceOf.values()].reverse().map((service) => {
    const found = [...new Set(callers.map((own) => actingFor(own.view, own.proxy, service.host)))];
    return {
      service,
      name: names.ofName(service.host),
      rules: found,
      clusters: found.flatMap((own) => clustersOf(service, own)),
    };
  });
  const clusters = new Map(acting.flatMap((own) => own.clusters).map((own) => [own.name, own]));
  const outside = outsideOf(resources).map(({ sets }) => podOf(sets[0]!.owner, '', 0));
  const endpoints = podFinder([
    ...workloads.map((own, index) => withLater(pods[index]!, own, registry)),
    ...outside.map((pod) => ({ ...pod, name: pod.workload })),
  ]);
  const rollouts = resourcesOf(registry, 'Rollout');
  const beside = pods.filter(({ sidecar }) => sidecar);
  const mesh: Manifests = {
    names,
    view: { serviceOf },
    clusters,
    callers,
    gateway,
    sidecars: beside.map((pod) => ({ workload: pod.workload, caller: callerOf(callers, pod) })),
    endpoints,
    rollouts,
  };
  const callsOf = (pod: Pod, host: string, port: number): MeshFacts['calls'][number] => {
    const service = serviceOf.get(names.called(host, pod.namespace).name);
    const stray = service === undefined ? strayRule(registry, pod, host, port) : {};
    const alias = service === undefined ? names.standsFor(host, pod.namespace) : undefined;
    const own = service?.ports.find((each) => each.port === port);
    return {
      caller: pod.workload,
      host,
      service: service === undefined ? null : names.ofName(service.host),
      ...(alias === undefined ? {} : { alias }),
      ...stray,
      port,
      ...(service?.source.kind === 'Service' && lacksPort(service.source, port)
        ? { has: service.ports.map((each) => each.port) }
        : {}),
      workloads:
        service === undefined ? [] : workloadsOf(service, endpoints, {}, own && portNameOf(service, own)),
      speaks: own === undefined ? 'http' : isTcpPort(own) ? 'tcp' : speaksHttp2(own) ? 'grpc' : 'http',
      ...(service !== undefined && pod.sidecar && isUnruled(callers, pod, service.host, port)
        ? { unruled: true as const }
        : {}),
    };
  };
  const calls = pods.flatMap((pod): Call[] => {
    const { workload, labels, sidecar } = pod;
    return [
      ...callsIn(app.workloads.find((own) => selects(own.match, labels))?.script ?? []).map((step) => ({
        call: callsOf(pod, step.host, step.port),
        sidecar,
        keepAlive: step.keepAlive,
        clients: null,
      })),
      ...traffic
        .filter(({ from }) => from === workload)
        .map((entry) => ({
          call: callsOf(pod, entry.request.authority.split(':')[0]!, portAsked(entry)),
          sidecar,
          keepAlive: entry.keepAlive,
          clients: entry.clients?.count ?? null,
        })),
    ];
  });
  const near = nearnessIn(registry);
  const nobodys = forNothing(
    registry,
    names,
    calls.map(({ call }) => call),
  );
  const rules = resourcesOf(registry, 'VirtualService').flatMap((own) => rulesOf(mesh, own, nobodys));
  const all = [
    ...(['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'] as const).flatMap((kind) =>
      resourcesOf(registry, kind).flatMap((own) => routesOf(mesh, own)),
    ),
    ...resourcesOf(registry, 'VirtualService').flatMap((own) => tlsRulesOf(mesh, own)),
  ];
  const routes = all.filter(
    ({ destinations, tcpPort, httpPort }) =>
      destinations.length > 1 || tcpPort !== undefined || httpPort !== undefined,
  );
  const applications = pods.map(({ workload, labels }) => ({
    name: workload,
    application: applicationOf(labels),
  }));
  const services = new Map(acting.map(({ service, name }) => [name, service]));
  const told = weighedIn({ rules, routes: all });
  const matched = matchedIn(told, applications, services);
  const misnamed = misnamedIn(told, pods, services, workloads);
  const idle = idleIn(registry, names, sidecars);
  const otherNames = otherNamesIn(
    mesh,
    {
      rules,
      calls: calls.map(({ call }) => call),
      told: told.filter(
        ({ owner }) =>
          owner.kind === 'VirtualService' ||
          !(idle.dropped ?? []).some((own) => isOwner(own.owner, owner) && !isPartly(own)),
      ),
    },
    services,
  );
  const behind = behindIn(gateway, traffic);
  const hiddenFrom = hiddenIn(
    registry,
    mesh,
    {
      told: [
        ...rules.filter(({ inert }) => inert === null),
        ...all.filter(({ services = [] }) => services.length > 0),
      ].map((own) => ({ ...own, services: own.services ?? [] })),
      calls: calls.map(({ call }) => call),
      hasVisitors: traffic.some(({ from }) => from === undefined),
    },
    services,
  );
  const cookies = cookiesIn(registry, names, traffic, pods);
  return {
    fromSeconds: fromUs / 1e6,
    calls: distinct(calls.map(({ call }) => call)),
    rules,
    ...(routes.length === 0 ? {} : { routes }),
    ...(matched.length === 0 ? {} : { matched }),
    ...(misnamed.length === 0 ? {} : { misnamed }),
    ...(behind.length === 0 ? {} : { behind }),
    ...(hiddenFrom.length === 0 ? {} : { hidden: hiddenFrom }),
    ...(otherNames.length === 0 ? {} : { otherNames }),
    ...idle,
    ...refusedIn(mesh, resourcesOf(registry, 'DestinationRule'), {
      calls: calls.map(({ call }) => call),
      hasVisitors: traffic.some(({ from }) => from === undefined),
      workloads,
      others: there,
      rootNamespace,
    }),
    ...unsentIn(
      registry,
      names,
      told,
      pods.map(({ workload, labels }) => ({
        name: workload,
        application: labels['app'] ?? labels['app.kubernetes.io/name'] ?? workload,
      })),
    ),
    uneven: distinct(
      acting.flatMap(({ service, name, rules: found }) =>
        found.flatMap((own) => unevenIn(service, name, own, near(service), traffic)),
      ),
    ),
    balancers: distinct(
      acting.flatMap(({ name, clusters: found }) =>
        found
          .filter(({ subset }) => subset === '')
          .map(({ lb_policy }) => ({ service: name, policy: lb_policy })),
      ),
    ),
    kept: distinct(keptIn(calls, traffic, rules)),
    ...(cookies.length === 0 ? {} : { cookies }),
    workloads: pods.map(({ sidecar }, index) => ({
      ...applications[index]!,
      sidecar,
      ...refusal(workloads[index]!),
      ...deniesAll(workloads[index]!, there, rootNamespace),
      ...preStopOf(workloads[index]!),
      ...recreatesOf(workloads[index]!),
    })),
    rollouts: rolloutsIn(registry, there),
    ...canariesIn(
      registry,
      there,
      new Set(timeline.flatMap((own) => (own.verb === 'restart' ? [own.workload] : []))),
    ),
    autoscalers: resourcesOf(registry, 'HorizontalPodAutoscaler').flatMap((own) =>
      reachOf(own, workloads, kubernetes.autoscaler, costsOf(kubernetes, proxy), app.workloads),
    ),
  };
}

const withLater = (pod: Pod, own: Workload, registry: Registry): ForeseenPod => ({
  ...pod,
  name: pod.workload,
  ...(own.kind === 'StatefulSet' ? { numbered: { start: own.spec.start, count: Infinity } } : {}),
  places: resourcesOf(registry, 'Node')
    .map(nodeOf)
    .filter((node) => takes(node, own.spec.template))
    .map(labelsFrom),
});

function rulesOf(
  mesh: Manifests,
  own: VirtualService,
  nobodys: (own: VirtualService) => RuleFact['inert'],
): RuleFact[] {
  const { namespace } = own.metadata;
  const { hosts, gateways } = own.spec;
  const outside = gateways.filter((gateway) => gateway !== 'mesh');
  const about = {
    hosts: hosts.map((host) => fullHost(host, namespace)),
    services: hosts.map((host) => mesh.names.ofName(fullHost(host, namespace))),
    inside: gateways.length === 0 || gateways.includes('mesh'),
    gateways: outside,
    inert: withHost(unseen(mesh, own), nobodys(own)) ?? hidden(mesh, own),
  };
  const unseenBy = about.inside && about.inert === null ? notSeeing(mesh.sidecars, own) : [];
  const owner = ownerOf(own);
  const factOf = (
    protocol: RuleFact['protocol'],
    {
      route,
      fault,
      mirrors = [],
      match = [],
    }: Pick<HttpRoute, 'route' | 'fault'> & {
      readonly match?: readonly { readonly port?: number | undefined }[];
    } & Partial<Pick<HttpRoute, 'mirrors'>>,
    rule: string,
  ): RuleFact => {
    const manager = managerOf(
      own,
      route.map(({ destination }) => destination),
      mesh.rollouts,
    );
    const total = route.reduce((sum, { weight }) => sum + (weight ?? (route.length === 1 ? 1 : 0)), 0);
    const hasHttp = own.spec.http.length > 0;
    // Where there are http rules as well, they are what is meant for such ports, unless the rule names its own.
    const httpPort =
      protocol === 'tcp' && about.inside && (!hasHttp || namesPorts(match))
        ? withInstead(mesh, owner, httpPortOf(mesh.names, mesh.view, about.hosts, match), hasHttp)
        : undefined;
    const lost = mirrors.flatMap(({ destination, percent }) => {
      const {
        workloads: _workloads,
        passesThrough: _passes,
        ...place
      } = reached(mesh, destination, namespace);
      return percent === 0 || place.lacks === null ? [] : [place];
    });
    return {
      ...about,
      rule,
      owner,
      protocol,
      destinations: route.map(({ destination, weight }) => ({
        ...reached(mesh, destination, namespace),
        weight: total === 0 ? 0 : (weight ?? (route.length === 1 ? 1 : 0)) / total,
      })),
      tcpPort:
        protocol === 'http' && about.inside ? tcpPortOf(mesh.names, mesh.view, about.hosts, match) : null,
      mirrors: [
        ...new Set(
          mirrors.map(({ destination: { host } }) =>
            mesh.names.ofName(mesh.names.called(host, namespace).name),
          ),
        ),
      ],
      headless: about.inside
        ? headlessOf(mesh, [
            ...about.hosts,
            ...route.map(({ destination: { host } }) => mesh.names.called(host, namespace).name),
          ])
        : null,
      delay:
        fault?.delay === undefined
          ? null
          : { share: fault.delay.percent / 100, seconds: fault.delay.fixedDelayUs / 1e6 },
      ...(httpPort === undefined ? {} : { httpPort }),
      ...abortOf(fault),
      ...(match.length === 0 ? { takesAll: true as const } : {}),
      ...(lost.length === 0 ? {} : { lostMirrors: lost }),
      ...(manager === undefined || route.length === 0 ? {} : { managedBy: manager }),
      ...(unseenBy.length === 0 ? {} : { unseenBy }),
    };
  };
  return [
    ...own.spec.http.map((route, index) =>
      factOf('http', route, ruleText(owner, `rule ${index + 1}`, route.name)),
    ),
    ...own.spec.tcp.map((route, index) => factOf('tcp', route, ruleText(owner, `tcp rule ${index + 1}`))),
  ];
}

/** Who cannot see a rule would not follow it either where nothing has its hosts: both are to be mended. */
const withHost = (unseenBy: RuleFact['inert'], idle: RuleFact['inert']): RuleFact['inert'] =>
  unseenBy?.by === 'export' && idle?.by === 'host' ? { ...unseenBy, host: idle } : (unseenBy ?? idle);

/** With what sidecars ask at the port in place of the tcp rules of a resource, of whatever kind. @param hasHttp it has http rules, too */
function withInstead(
  { names, view, callers }: Manifests,
  owner: RuleOwner,
  port: RuleFact['httpPort'],
  hasHttp = false,
): RuleFact['httpPort'] {
  const service = [...view.serviceOf.values()].find(({ host }) => names.ofName(host) === port?.service);
  const others = service === undefined ? [] : askedInstead(callers, service, owner);
  const instead = hasHttp && others.length === 0 ? [owner] : others;
  return port === undefined || instead.length === 0 ? port : { ...port, instead };
}

/** Rules of Gateway API that send to Services, and whose destinations nobody else tells apart. */
function routesOf(
  mesh: Manifests,
  own: KubernetesHttpRoute | KubernetesGrpcRoute | KubernetesL4Route,
): RouteFact[] {
  const owner = ownerOf(own);
  const protocol = own.kind === 'TCPRoute' ? 'tcp ' : own.kind === 'TLSRoute' ? 'tls ' : '';
  const rules: readonly { readonly name?: string; readonly backendRefs: readonly BackendRef[] }[] =
    own.spec.rules;
  return rules.flatMap(({ name: called, backendRefs }, index) => {
    const sent = backendRefs.map((ref) => ({
      destination: backendDestination(ref),
      weight: ref.weight ?? 1,
    }));
    const all = sent.map(({ destination }) => destination);
    const isTold =
      headlessOf(
        mesh,
        all.map(({ host }) => host),
      ) !== null || managerOf(own, all, mesh.rollouts) !== undefined;
    const destinations = isTold ? [] : weighed(mesh, sent, own.metadata.namespace);
    if (destinations.length === 0) return [];
    const rule = ruleText(owner, `${protocol}rule ${index + 1}`, called);
    const { httpPort, ...other } = otherPortOf(mesh.names, mesh.view, own);
    const services = own.spec.parentRefs
      .filter((each) => each.group === '' && each.kind === 'Service')
      .map((each) => mesh.names.ofName(fullHost(each.name, each.namespace)));
    return [
      {
        rule,
        owner,
        ...(services.length === 0 ? {} : { services }),
        destinations,
        ...other,
        ...(httpPort === undefined ? {} : { httpPort: withInstead(mesh, owner, httpPort)! }),
      },
    ];
  });
}

/** Rules of a VirtualService for TLS that is passed on, which acts for somebody. */
function tlsRulesOf(mesh: Manifests, own: VirtualService): RouteFact[] {
  if (own.spec.tls.length === 0 || (unseen(mesh, own) ?? hidden(mesh, own)) !== null) return [];
  const owner = ownerOf(own);
  return own.spec.tls.flatMap(({ route }, index) => {
    const sent = route.map(({ destination, weight }) => ({
      destination,
      weight: weight ?? (route.length === 1 ? 1 : 0),
    }));
    const destinations = weighed(mesh, sent, own.metadata.namespace);
    return destinations.length === 0
      ? []
      : [{ rule: ruleText(owner, `tls rule ${index + 1}`), owner, destinations }];
  });
}
