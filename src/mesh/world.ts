import { Chance, type Stream } from '../kernel/chance.ts';
import { sampler, type Distribution, type Sampler } from '../kernel/distribution.ts';
import { Simulation } from '../kernel/simulation.ts';
import type { Gateway, KubernetesGateway, Resource } from '../manifest/resource.ts';
import { isWorkload, writtenReplicas } from '../manifest/scale-target.ts';
import type { App } from './app/app.ts';
import { Connections } from './app/connections.ts';
import { Endpoints } from './kubernetes/endpoints.ts';
import { ConfigTables } from './envoy/config-tables.ts';
import { ConfigView } from './envoy/config-view.ts';
import type { ControlPlane } from './istiod/control-plane.ts';
import { ConnectionTable } from './envoy/connection-pool.ts';
import { Istiod, type Fleet } from './istiod/istiod.ts';
import {
  applyResources,
  deleteResources,
  emptyRegistry,
  resourceKey,
  resourcesOf,
  type Registry,
  type RegistryChange,
} from './istiod/registry.ts';
import { gatewayNameLabel, translate } from './istiod/translate.ts';
import { Autoscalers } from './kubernetes/autoscalers.ts';
import { PodMetrics } from './kubernetes/pod-metrics.ts';
import type { Pod } from './kubernetes/pod.ts';
import type { KubernetesSettings } from './kubernetes/settings.ts';
import { workloadsOf } from './kubernetes/workload-of.ts';
import { appliedReplicas } from './kubernetes/workload/applied-replicas.ts';
import { Workloads, type WorkloadsHost } from './kubernetes/workloads.ts';
import type { MeshState } from './mesh-state.ts';
import type { ProxyConfiguration } from './envoy/route.ts';
import type { Probe } from './telemetry/probe.ts';
import { Proxies, type ProxyPlace, type ProxySettings } from './envoy/proxies.ts';
import { RequestClasses } from './request/request-class.ts';
import { RequestColumns } from './request/request-columns.ts';
import { Requests } from './request/requests.ts';
import type { ClientOfTraffic, Surroundings } from './request/surroundings.ts';
import { SplitKeys, versionsOf } from './telemetry/split-key.ts';
import { Stations } from './app/stations.ts';
import type { TimelineAction } from './timeline/timeline-action.ts';
import type { Traffic } from './app/traffic/index.ts';
import { ConnectionPools } from './envoy/connection-pools.ts';
import { Upstreams } from './envoy/upstreams.ts';
import { Visitors } from './app/visitors.ts';
import { matches } from '../manifest/labels.ts';
import { type ProxyIdentity } from './envoy/proxy-identity.ts';

/** Everything that one run depends on, checked. Times in microseconds. */
export interface WorldSettings {
  readonly seed: string;
  readonly app: App;
  /** In force, and known to every proxy, when the run begins. */
  readonly manifests: readonly Resource[];
  readonly timeline: readonly ({ readonly atUs: number } & TimelineAction)[];
  readonly traffic: readonly Traffic[];
  readonly controlPlane: ControlPlane;
  readonly kubernetes: KubernetesSettings;
  readonly proxy: ProxySettings;
  /** Both proxies and the network between them, one way. */
  readonly hop: Distribution;
  /** TCP and TLS of a new connection, where connections are counted. */
  readonly handshake: Distribution;
  /** Service whose split the pages are asked for. */
  readonly focus: string;
  /** Moments at which the probe is called before anything else happens, ascending: edges of windows. */
  readonly marksUs: readonly number[];
}

/**
 * The tables of one run and what answers which event: the one place of wiring.
 *
 *   visitors -> requests -> proxies (routes they hold) -> stations (pods) -> requests -> ...
 *   timeline -> registry -> istiod -> proxies
 */
export class World implements Surroundings {
  readonly simulation = new Simulation();
  readonly rows = new RequestColumns();
  readonly classes = new RequestClasses();
  readonly pods: Pod[] = [];
  readonly keys: SplitKeys;
  readonly tables: ConfigTables;
  readonly proxies: Proxies;
  readonly connections = new ConnectionTable();
  readonly pools: ConnectionPools;
  readonly upstreams: Upstreams;
  readonly stations: Stations;
  readonly workloads: Workloads;
  /** Autoscalers see the CPU of sidecars. */
  readonly countsSidecars: boolean;
  readonly #podMetrics: PodMetrics;
  readonly #autoscalers: Autoscalers;
  readonly #endpointRows = new Set<number>();
  readonly #addedUs: number[] = [];
  readonly #kubeProxyLearns: number;
  readonly #kubeProxyDelay: Sampler;
  /** Row of the proxy of each pod; -1: no sidecar, or not started yet. And the pod of each proxy; -1: the gateway's own. */
  readonly proxyOfPod: number[] = [];
  readonly podOfProxy: number[] = [];
  /** Row of the ingress gateway's proxy. */
  readonly gateway = 0;
  readonly kubeProxy: Stream;
  /** Per traffic entry: who asks (undefined: visitors at the gateway), the connections they keep, how long they wait. */
  readonly clients: readonly ClientOfTraffic[];
  /** A proxy's own answer, to the application and back: what refused calls of Istio's circuit-breaking task take. */
  readonly localReplyUs = 500;
  readonly focusRow: number;
  /** What the API server says now. */
  state: MeshState;
  readonly #requests: Requests;
  readonly #istiod: Istiod;
  readonly #connected: number[] = [];
  readonly #groups = new ProxyGroups();
  readonly #groupOfProxy: number[] = [];
  readonly #views = new Map<MeshState, (ConfigView | undefined)[]>();
  readonly #configurations = new Map<Registry, (ProxyConfiguration | undefined)[]>();
  readonly #keyOfPod: number[][] = [];
  readonly #podsOfWorkload = new Map<string, number[]>();
  /** Endpoints as the nodes' kube-proxies know them. */
  #kubeProxyKnows: Endpoints;

  constructor(settings: WorldSettings, probe: Probe) {
    const chance = new Chance(settings.seed);
    const stream = (name: string): Stream => chance.stream(name);
    const { registry } = applyResources(emptyRegistry, settings.manifests, 0);
    const later = settings.timeline.flatMap((entry) => ('resources' in entry ? entry.resources : []));
    this.keys = new SplitKeys(versionsOf([...settings.manifests, ...later]));
    this.tables = new ConfigTables(this.pods, this.classes, this.keys, settings.proxy.alwaysEjectOneHost);
    this.focusRow = this.serviceRow(settings.focus);
    this.countsSidecars = settings.kubernetes.countsSidecars;
    this.proxies = new Proxies(settings.proxy, stream);
    this.stations = new Stations(settings.app, this.simulation, this.rows, stream, (row, nowUs) =>
      this.#requests.stepDone(row, nowUs),
    );
    this.#podMetrics = new PodMetrics(
      this.simulation,
      this.stations,
      settings.kubernetes.scrapeUs,
      stream('pod-metrics'),
    );
    this.workloads = new Workloads(
      this.simulation,
      settings.kubernetes,
      this.stations,
      this.#podMetrics.server,
      this.#workloadsHost(probe),
      stream,
    );
    this.#autoscalers = new Autoscalers(
      this.simulation,
      settings.kubernetes,
      this.workloads,
      this.#podMetrics,
      stream,
      (sync, nowUs) => probe.synced?.(sync, nowUs),
    );
    this.#kubeProxyDelay = sampler(settings.kubernetes.kubeProxy, stream('kube-proxy/sync'));
    this.#kubeProxyLearns = this.simulation.kind('kube-proxy syncs', () => {
      this.#kubeProxyKnows = this.state.endpoints;
    });
    const initial = [...registry.entries.values()].map((entry) => entry.resource);
    for (const workload of workloadsOf(initial)) this.workloads.begin(workload, 0);
    this.pods.forEach((_, row) => this.#endpointRows.add(row));
    const ready = Int32Array.from(this.#endpointRows);
    this.state = { registry, endpoints: new Endpoints(this.pods, ready) };
    this.#kubeProxyKnows = this.state.endpoints;
    const gateway = [...settings.manifests, ...later].find(
      (resource) => resource.kind === 'Gateway' || resource.kind === 'KubernetesGateway',
    );
    this.#startProxy(gatewayPlace(gateway), 0);
    this.pods.forEach((pod, row) => {
      if (pod.sidecar) this.proxyOfPod[row] = this.#startProxy(sidecarPlace(pod), 0, row);
    });
    this.pools = new ConnectionPools(this.connections, () => this.#requests.poolEffects);
    this.upstreams = new Upstreams(
      this.proxies,
      (proxy) => ({
        pods: this.pods,
        active: (pod) => this.proxies.active(proxy, pod),
        addedUs: (pod) => this.#addedUs[pod] ?? -longAgoUs,
      }),
      this.pools,
      this.simulation,
      probe,
      stream,
    );
    this.kubeProxy = stream('kube-proxy');
    this.clients = settings.traffic.map(({ name, from, keepAlive, patience }) => ({
      workload: from,
      kept: keepAlive === undefined ? undefined : new Connections(keepAlive.maxAgeUs),
      patience: patience === undefined ? undefined : sampler(patience, stream(`patience/${name}`)),
    }));

    const requests = (this.#requests = new Requests(
      this,
      sampler(settings.hop, stream('hop')),
      sampler(settings.handshake, stream('handshake')),
      probe,
    ));
    const visitors = new Visitors(
      this.simulation,
      settings.traffic,
      gatewayPort(gateway),
      this.classes,
      stream,
      (source, page, requestClass, client, nowUs) =>
        requests.openPage(source, page, requestClass, client, nowUs),
    );
    requests.onPageDone((row, nowUs) => {
      const source = this.rows.source[row]!;
      probe.pageDone(row, source, this.rows.page[row]!, nowUs);
      visitors.pageDone(source, this.rows.client[row]!, nowUs);
    });

    const mark = this.simulation.kind('mark', (_, nowUs) => probe.mark(nowUs));
    for (const atUs of settings.marksUs) this.simulation.schedule(atUs, mark, 0);
    this.#istiod = new Istiod(
      this.simulation,
      settings.controlPlane,
      this.#fleet(probe),
      this.state,
      stream,
      probe,
    );
    this.#scheduleTimeline(settings.timeline, probe);
    const hpas = resourcesOf(registry, 'HorizontalPodAutoscaler');
    if (hpas.length > 0 || later.some((own) => own.kind === 'HorizontalPodAutoscaler')) {
      this.#podMetrics.begin(this.workloads);
      for (const hpa of hpas) this.#autoscalers.apply(hpa, 0);
    }
    visitors.start();
  }

  runUntil(endUs: number): void {
    this.simulation.runUntil(endUs);
  }

  get pagesInFlight(): number {
    return this.#requests.pagesOpen;
  }

  /** Pages that were asked for at this moment or before, and that somebody still waits for. */
  pagesWaitingSince(us: number): number {
    const { root, abandoned, startedUs } = this.rows;
    return this.rows
      .used()
      .filter((row) => root[row] === row && abandoned[row] === 0 && startedUs[row]! <= us).length;
  }

  /** How many proxies are connected to istiod. */
  get connectedProxies(): number {
    return this.#connected.length;
  }

  get services(): readonly string[] {
    return this.tables.services;
  }

  /** Row of a service's name; -1 for "". */
  serviceRow(service: string): number {
    return this.tables.serviceRow(service);
  }

  /** Key of a pod among those of a service. */
  keyOfPod(service: string, pod: number): number {
    const keys = (this.#keyOfPod[this.serviceRow(service)] ??= []);
    return (keys[pod] ??= this.keys.ofPod(service, this.pods[pod]!));
  }

  /** Rows of all pods that a Service selects and ever selected, whatever the mesh's rules say. */
  servicePods(service: string): number[] {
    const resource = this.#service(service);
    if (resource === undefined) return [];
    return this.pods.flatMap((pod, row) =>
      pod.namespace === resource.metadata.namespace && matches(resource.spec.selector, pod.labels)
        ? [row]
        : [],
    );
  }

  /** Rows of the endpoints of a Service as kube-proxy knows them. */
  kubeProxyPods(service: string): Int32Array {
    const resource = this.#service(service);
    return resource === undefined
      ? none
      : this.#kubeProxyKnows.of(resource.metadata.namespace, resource.spec.selector);
  }

  /** The pod of a workload that asks on behalf of a client. */
  clientPod(workload: string, client: number): number {
    const pods = this.#podsOfWorkload.get(workload);
    if (pods === undefined) throw new RangeError(`no pod of a workload "${workload}" to ask from`);
    return pods[client % pods.length]!;
  }

  /** A proxy passes a request on. */
  proxyWorks(proxy: number): void {
    const pod = this.podOfProxy[proxy]!;
    if (pod >= 0) this.stations.sidecarUs[pod]! += this.proxies.settings.cpuPerRequestUs;
  }

  #service(name: string) {
    return resourcesOf(this.state.registry, 'Service').find((own) => own.metadata.name === name);
  }

  #addPod(pod: Pod): number {
    const row = this.pods.push(pod) - 1;
    this.proxyOfPod.push(-1);
    this.stations.add(pod);
    this.proxies.makeRoomForPods(this.pods.length);
    const own = this.#podsOfWorkload.get(pod.workload);
    if (own === undefined) this.#podsOfWorkload.set(pod.workload, [row]);
    else own.push(row);
    return row;
  }

  /** A proxy connects to istiod and is told the latest snapshot; its row. */
  #startProxy(place: ProxyPlace, snapshot: number, pod = -1): number {
    const group = this.#groups.of(place.identity);
    const held = this.#view(snapshot === 0 ? this.state : this.#istiod.snapshots[snapshot]!, snapshot, group);
    const row = this.proxies.add(place, held, this.#view(this.state, -1, group));
    this.#groupOfProxy.push(group);
    this.podOfProxy.push(pod);
    this.#connected.push(row);
    return row;
  }

  #scheduleTimeline(timeline: WorldSettings['timeline'], probe: Probe): void {
    const kind = this.simulation.kind('timeline', (row, nowUs) => {
      const { lines, changed } = this.#act(timeline[row]!, nowUs);
      probe.manifestsChanged(row, lines, changed, nowUs);
      this.#istiod.changed(
        this.state,
        changed.filter((key) => !unknownToIstiod.has(key.split('/')[0]!)),
        nowUs,
      );
    });
    timeline.forEach((entry, row) => this.simulation.schedule(entry.atUs, kind, row));
  }

  /** What one entry of the timeline does; what kubectl would say of it. */
  #act(action: TimelineAction, nowUs: number): Omit<RegistryChange, 'registry'> {
    const { workloads } = this;
    switch (action.verb) {
      case 'apply': {
        const before = this.state.registry;
        const change = applyResources(before, action.resources, nowUs);
        this.#setState({ ...this.state, registry: change.registry });
        const scaled = this.#applyReplicas(change.registry, action.resources, before);
        const changed = new Set([...change.changed, ...scaled.changed]);
        for (const workload of workloadsOf(scaled.resources)) {
          if (changed.has(`${workload.kind}/${workload.namespace}/${workload.name}`))
            workloads.apply(workload, nowUs);
        }
        for (const own of action.resources) {
          if (own.kind === 'HorizontalPodAutoscaler') this.#autoscalers.apply(own, nowUs);
        }
        // A manifest that is the same again, but whose number somebody had changed.
        const lines = change.lines.map((line, i) =>
          scaled.changed.includes(resourceKey(action.resources[i]!))
            ? line.replace(/ unchanged$/, ' configured')
            : line,
        );
        return { lines, changed: [...changed] };
      }
      case 'delete': {
        const change = deleteResources(this.state.registry, action.resources);
        this.#setState({ ...this.state, registry: change.registry });
        for (const { kind, metadata } of action.resources) {
          if (kind === 'HorizontalPodAutoscaler') this.#autoscalers.remove(metadata.name, metadata.namespace);
          else if (scaled.has(kind)) workloads.remove(metadata.name, metadata.namespace, kind, nowUs);
        }
        return change;
      }
      case 'scale': {
        const workload = this.#workload(action.workload);
        if (workload.isDeleted) return notFound(action.workload);
        workloads.scale(workload, action.replicas, nowUs);
        return {
          lines: [`${workload.kind.toLowerCase()}.apps/${workload.name} scaled to ${action.replicas}`],
          changed: [],
        };
      }
      case 'kill':
      case 'crash': {
        const workload = this.#workload(action.workload);
        if (workload.isDeleted) return notFound(action.workload);
        const count = workloads[action.verb](workload, action.pods, nowUs);
        const done = action.verb === 'kill' ? 'killed' : 'crashed';
        return { lines: [`${count} of the pods of ${action.workload} ${done}`], changed: [] };
      }
      case 'cordon':
      case 'uncordon':
        workloads.cordon(action.verb === 'cordon', nowUs);
        return {
          lines: [action.verb === 'cordon' ? 'no room for new pods' : 'room for new pods'],
          changed: [],
        };
      case 'slow':
      case 'fail':
      case 'heal': {
        this.stations.trouble(action.workload, action.trouble);
        const { factor, fails } = action.trouble;
        const what = {
          slow: `takes ${factor} times as long`,
          fail: `fails ${(fails?.share ?? 0) * 100} % of its requests`,
          heal: 'is well again',
        };
        return { lines: [`${action.workload} ${what[action.verb]}`], changed: [] };
      }
    }
  }

  /** All resources with spec.replicas as `kubectl apply` leaves it, and keys of those whose number that changes. */
  #applyReplicas(
    registry: Registry,
    applied: readonly Resource[],
    before: Registry,
  ): { readonly resources: readonly Resource[]; readonly changed: readonly string[] } {
    const keys = new Set(applied.map(resourceKey));
    const changed: string[] = [];
    const resources = [...registry.entries].map(([key, { resource }]): Resource => {
      if (!isWorkload(resource)) return resource;
      const { name, namespace } = resource.metadata;
      const live = this.workloads.find(name, namespace, resource.kind)?.replicas;
      const last = before.entries.get(key)?.resource;
      const replicas = keys.has(key)
        ? appliedReplicas({
            written: writtenReplicas(resource),
            writtenBefore: last !== undefined && isWorkload(last) ? writtenReplicas(last) : undefined,
            live,
          })
        : (live ?? resource.spec.replicas);
      if (keys.has(key) && live !== undefined && live !== replicas) changed.push(key);
      return { ...resource, spec: { ...resource.spec, replicas } } as Resource;
    });
    return { resources, changed };
  }

  #workload(name: string) {
    const found = this.workloads.all.find((own) => own.name === name);
    if (found === undefined) throw new RangeError(`no workload is called "${name}"`);
    return found;
  }

  #workloadsHost(probe: Probe): WorkloadsHost {
    return {
      addPod: (pod) => this.#addPod(pod),
      startProxy: (row) => {
        const pod = this.pods[row]!;
        if (!pod.sidecar) return;
        this.proxyOfPod[row] = this.#startProxy(sidecarPlace(pod), this.#istiod.snapshots.length - 1, row);
      },
      stopProxy: (row) => {
        const proxy = this.proxyOfPod[row]!;
        const place = this.#connected.indexOf(proxy);
        if (place >= 0) this.#connected.splice(place, 1);
        if (proxy >= 0) probe.proxyLeft?.(proxy);
        const own = this.#podsOfWorkload.get(this.pods[row]!.workload)!;
        if (own.length > 1) own.splice(own.indexOf(row), 1);
      },
      podDied: (row, sidecarLives, nowUs) => this.#requests.podDied(row, sidecarLives, nowUs),
      endpointChanged: (row, isEndpoint, nowUs) => this.#endpointChanged(row, isEndpoint, nowUs),
      podChanged: (row, what, nowUs) => {
        if (what === 'containers run') this.#podMetrics.started(row, nowUs);
        probe.podChanged?.(row, what, nowUs);
      },
    };
  }

  /** EndpointSlices name a pod from now on, or do not; istiod and kube-proxy learn of it in their own time. */
  #endpointChanged(row: number, isEndpoint: boolean, nowUs: number): void {
    if (this.#endpointRows.has(row) === isEndpoint) return;
    if (isEndpoint) {
      this.#endpointRows.add(row);
      this.#addedUs[row] = nowUs;
    } else {
      this.#endpointRows.delete(row);
    }
    const rows = Int32Array.from(this.#endpointRows).sort();
    this.#setState({ ...this.state, endpoints: new Endpoints(this.pods, rows, this.state.endpoints) });
    const { namespace, workload } = this.pods[row]!;
    this.#istiod.changed(this.state, [`Endpoints/${namespace}/${workload}`], nowUs);
    this.simulation.schedule(nowUs + this.#kubeProxyDelay(), this.#kubeProxyLearns, 0);
  }

  /** What the API server says from now on, and so what every proxy would hold if it knew at once. */
  #setState(state: MeshState): void {
    this.state = state;
    this.#groupOfProxy.forEach((group, proxy) => {
      this.proxies.configured[proxy] = this.#view(state, -1, group);
    });
  }

  #fleet(probe: Probe): Fleet {
    const { proxies } = this;
    const { concurrency } = proxies.settings;
    const told = (proxy: number, snapshot: number): ConfigView =>
      this.#view(this.#istiod.snapshots[snapshot]!, snapshot, this.#groupOfProxy[proxy]!);
    return {
      concurrency,
      connected: () => this.#connected,
      takeClusters: (proxy, worker, snapshot) => {
        proxies.clusters[proxy * concurrency + worker] = told(proxy, snapshot);
      },
      takeRoutes: (proxy, worker, snapshot) => {
        proxies.routes[proxy * concurrency + worker] = told(proxy, snapshot);
        if (proxies.heldSnapshot(proxy) >= snapshot) probe.held(proxy, snapshot, this.simulation.nowUs);
      },
    };
  }

  /** What the proxies of one group are told of a state; made once. A snapshot of -1 means: not pushed (yet). */
  #view(state: MeshState, snapshot: number, group: number): ConfigView {
    let views = this.#views.get(state);
    if (views === undefined) this.#views.set(state, (views = []));
    const known = views[group];
    if (known !== undefined && (known.snapshot === snapshot || snapshot === -1)) return known;
    const identity = this.#groups.identities[group]!;
    const configuration = this.#configuration(state.registry, group);
    const view = new ConfigView(snapshot, configuration, identity, state.endpoints, this.tables);
    if (known === undefined || known.snapshot === -1) views[group] = view;
    return view;
  }

  #configuration(registry: Registry, group: number): ProxyConfiguration {
    let configurations = this.#configurations.get(registry);
    if (configurations === undefined) this.#configurations.set(registry, (configurations = []));
    return (configurations[group] ??= translate(registry, this.#groups.identities[group]!));
  }
}

const none = new Int32Array();

/** Pods that were there before the run have no warm-up left, however long it takes. */
const longAgoUs = 3600e6;

/** Kinds whose changes istiod does not hear of as such; their pods reach it as endpoints. */
const unknownToIstiod = new Set(['Deployment', 'ReplicaSet', 'Rollout', 'HorizontalPodAutoscaler']);
const scaled = new Set(['Deployment', 'ReplicaSet', 'Rollout']);

const sidecarPlace = (pod: Pod): ProxyPlace => ({
  pod: pod.name,
  workload: pod.workload,
  identity: { type: 'sidecar', namespace: pod.namespace, labels: pod.labels },
});

/**
 * The ingress gateway, which no manifest of an application brings along: one pod. Its labels are Istio's own, or what the
 * scenario's first Gateway selects (installations differ in that label); for a Gateway of Gateway API istiod deploys one.
 */
function gatewayPlace(gateway: Gateway | KubernetesGateway | undefined): ProxyPlace {
  if (gateway?.kind === 'KubernetesGateway') {
    const { name, namespace } = gateway.metadata;
    return {
      pod: `${name}-istio-6c8f9d7b54-x7kqp`,
      workload: `${name}-istio`,
      identity: { type: 'gateway', namespace, labels: { [gatewayNameLabel]: name } },
    };
  }
  return {
    pod: 'istio-ingressgateway-6c8f9d7b54-x7kqp',
    workload: 'istio-ingressgateway',
    identity: {
      type: 'gateway',
      namespace: 'istio-system',
      labels: { app: 'istio-ingressgateway', istio: 'ingressgateway', ...gateway?.spec.selector },
    },
  };
}

const gatewayPort = (gateway: Gateway | KubernetesGateway | undefined): number =>
  (gateway?.kind === 'KubernetesGateway'
    ? gateway.spec.listeners[0]?.port
    : gateway?.spec.servers[0]?.port.number) ?? 80;

/** Proxies that istiod tells the same: same type, namespace and labels. */
class ProxyGroups {
  readonly identities: ProxyIdentity[] = [];
  readonly #rows = new Map<string, number>();

  of(identity: ProxyIdentity): number {
    const key = JSON.stringify([identity.type, identity.namespace, Object.entries(identity.labels).sort()]);
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = this.identities.push(identity) - 1;
      this.#rows.set(key, row);
    }
    return row;
  }
}

const notFound = (name: string): Omit<RegistryChange, 'registry'> => ({
  lines: [`Error from server (NotFound): "${name}" not found`],
  changed: [],
});
