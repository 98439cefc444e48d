import { Copies, refill } from '../kernel/copies.ts';
import { Chance, type Stream } from '../kernel/chance.ts';
import { Draws } from '../kernel/draws.ts';
import { sampler } from '../kernel/distribution.ts';
import { Simulation, type ForeseenEvent } from '../kernel/simulation.ts';
import { matches } from '../manifest/labels.ts';
import type { Service } from '../manifest/resource.ts';
import { serviceNames } from '../manifest/service-names.ts';
import { Connections } from './app/connections.ts';
import { CookieJars } from './app/cookie-jars.ts';
import { Stations } from './app/stations.ts';
import { kindOf, type Traffic } from './app/traffic/index.ts';
import { Visitors } from './app/visitors.ts';
import { BudgetWatch, manyRetries, type Overrun } from './budget.ts';
import { ConfigTables } from './envoy/config-tables.ts';
import { ConnectionTable } from './envoy/connection-pool.ts';
import { ConnectionPools } from './envoy/connection-pools.ts';
import { Proxies, type ProxyPlace } from './envoy/proxies.ts';
import { Upstreams } from './envoy/upstreams.ts';
import { Configurations } from './istiod/configurations.ts';
import { ConnectedProxies } from './istiod/connected-proxies.ts';
import { Istiod } from './istiod/istiod.ts';
import { countsUnready } from './istiod/locality-setting.ts';
import { entranceOf, type Entrance } from './istiod/entrance.ts';
import { deployedFor } from './istiod/gateway-deployment.ts';
import { placeOf } from './istiod/proxy-place.ts';
import { ApiServer, type MeshState } from './kubernetes/api-server.ts';
import { Autoscalers } from './kubernetes/autoscalers.ts';
import { EndpointSlices } from './kubernetes/endpoint-slices.ts';
import { Endpoints } from './kubernetes/endpoints.ts';
import { KubeProxy } from './kubernetes/kube-proxy.ts';
import { Kubectl } from './kubernetes/kubectl.ts';
import { nodeOf } from './kubernetes/node.ts';
import { Nodes } from './kubernetes/nodes.ts';
import { outsideOf } from './kubernetes/outside.ts';
import { PodMetrics } from './kubernetes/pod-metrics.ts';
import type { Pod } from './kubernetes/pod.ts';
import { applyResources, emptyRegistry, resourcesOf } from './kubernetes/registry.ts';
import { workloadsOf } from './kubernetes/workload-of.ts';
import { Workloads, type WorkloadsHost } from './kubernetes/workloads.ts';
import { RequestClasses } from './envoy/request-class.ts';
import { RequestColumns } from './request/request-columns.ts';
import { Requests } from './request/requests.ts';
import type { ClientOfTraffic, Surroundings } from './request/surroundings.ts';
import { heardFrom, type Probe } from './telemetry/probe.ts';
import { prometheusDefaults } from './telemetry/prometheus.ts';
import { SplitKeys, versionsOf, wholesAtGateways } from './telemetry/split-key.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import { verbOf } from './timeline/index.ts';
import { allManifests, asksForRequests, type WorldSettings } from './world-settings.ts';

/**
 * The tables of one run and what answers which event: the one place of wiring, and long because it is the only one.
 *
 *   visitors -> requests -> proxies (routes they hold) -> stations (pods) -> requests -> ...
 *   timeline -> kubectl -> API server -> istiod -> proxies
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
  /** Row of the proxy of each pod; -1: no sidecar, or not started yet. And the pod of each proxy; -1: the gateway's own. */
  readonly proxyOfPod: number[] = [];
  readonly podOfProxy: number[] = [];
  readonly kubeProxy: KubeProxy;
  readonly telemetry: Telemetry;
  /** Per traffic entry: who asks (undefined: visitors at the gateway), the connections they keep, how long they wait. */
  readonly clients: readonly ClientOfTraffic[];
  /** A proxy's own answer, to the application and back: what refused calls of Istio's circuit-breaking task take. */
  readonly localReplyUs = 500;
  readonly manyRetries = manyRetries;
  readonly focusRow: number;
  readonly #api: ApiServer;
  readonly #endpointSlices: EndpointSlices;
  readonly #chance: Chance;
  readonly #autoscalers: Autoscalers;
  readonly #podMetrics: PodMetrics;
  /** What of the budget is spent; undefined while there is some of everything. */
  overrun: Overrun | undefined;
  readonly #budget: BudgetWatch;
  readonly #visitors: Visitors;
  readonly #requests: Requests;
  readonly #hop: Draws;
  readonly #istiod: Istiod;
  readonly #connected: ConnectedProxies;
  readonly #keyOfPod: number[][] = [];
  readonly #podsOfWorkload = new Map<string, number[]>();
  /** Per traffic entry: the pods that ask; undefined: visitors at the gateway. */
  readonly #askers: readonly (number[] | undefined)[];

  constructor(settings: WorldSettings, listener: Probe) {
    const { simulation, pods } = this;
    const { startUs = 0 } = settings;
    simulation.nowUs = startUs;
    const probe = startUs < 0 ? heardFrom(0, listener, simulation) : listener;
    const chance = (this.#chance = new Chance(settings.seed));
    const stream = (name: string): Stream => chance.stream(name);
    const applied = applyResources(emptyRegistry, settings.manifests, 0);
    const { registry } = applyResources(applied.registry, settings.manifests.flatMap(deployedFor), 0);
    const initial = [...registry.entries.values()].map((entry) => entry.resource);
    const manifests = allManifests(settings);
    const names = serviceNames(manifests);
    this.keys = new SplitKeys(names, versionsOf(manifests, names), wholesAtGateways(manifests, names));
    this.tables = new ConfigTables(pods, this.classes, this.keys, settings.proxy.alwaysEjectOneHost);
    this.focusRow = this.serviceRow(settings.focus);

    // Pods and what runs in them.
    this.countsSidecars = settings.kubernetes.countsSidecars;
    this.proxies = new Proxies(settings.proxy, stream);
    this.stations = new Stations(
      settings.app,
      simulation,
      this.rows,
      stream,
      (row, nowUs) => this.#requests.stepDone(row, nowUs),
      settings.proxy.idleCpuMilli,
    );
    const { scrapeUs } = settings.kubernetes;
    this.#podMetrics = new PodMetrics(simulation, this.stations, scrapeUs, stream('pod-metrics'));
    const nodes = [...settings.kubernetes.nodes, ...resourcesOf(registry, 'Node').map(nodeOf)];
    this.workloads = new Workloads(
      simulation,
      { ...settings.kubernetes, nodes },
      this.stations,
      this.#podMetrics.server,
      this.#workloadsHost(probe),
      stream,
    );
    for (const workload of [...workloadsOf(initial), ...outsideOf(manifests)])
      this.workloads.begin(workload, startUs);

    this.telemetry = new Telemetry(
      simulation,
      this.rows,
      prometheusDefaults,
      this.proxyOfPod,
      stream('prometheus'),
      settings.metersAreRead !== false || manifests.some(asksForRequests),
    );

    // The API server, and whoever reads it or writes to it.
    const endpoints = new Endpoints(pods, Int32Array.from(pods.keys()));
    this.#api = new ApiServer({ registry, endpoints }, (state) => this.#connected.configure(state));
    this.#endpointSlices = new EndpointSlices(
      simulation,
      this.#api,
      pods,
      settings.kubernetes.endpoint,
      countsUnready(manifests, nodes.length > 0),
      (services, nowUs) => this.#endpointsWritten(services, nowUs),
      stream,
    );
    const authorityOf = (requestClass: number): string => this.classes.heads[requestClass]!.authority;
    this.kubeProxy = new KubeProxy(
      simulation,
      this.#api,
      settings.kubernetes.kubeProxy,
      names,
      pods,
      authorityOf,
      (requestClass) => this.classes.ports[requestClass]!,
      stream,
    );
    const autoscalers = (this.#autoscalers = new Autoscalers(
      simulation,
      settings.kubernetes,
      this.workloads,
      this.#podMetrics,
      stream,
      (pod, nowUs) =>
        this.telemetry.prometheus.rate('destination', (own) => own.pod === pod, minuteUs, nowUs).value,
      (sync, nowUs) => probe.synced?.(sync, nowUs),
    ));
    const kubectl = new Kubectl(
      this.#api,
      this.workloads,
      autoscalers,
      new Nodes(simulation, this.#api, this.workloads),
      deployedFor,
    );

    // istiod and the proxies.
    this.pools = new ConnectionPools(this.connections, () => this.#requests.poolEffects);
    this.upstreams = new Upstreams(this.proxies, pods, this.pools, simulation, probe, stream);
    this.#connected = new ConnectedProxies(
      this.proxies,
      new Configurations(this.tables),
      (proxy, view) =>
        this.upstreams.told(proxy, view, simulation.nowUs > startUs ? simulation.nowUs : startUs - longAgoUs),
      (proxy, snapshot) => probe.held(proxy, snapshot, simulation.nowUs),
      (proxy, worker, view) => this.upstreams.clustersTaken(proxy, worker, view),
    );
    this.#istiod = new Istiod(simulation, settings.controlPlane, this.#connected, this.state, stream, probe);
    const entrances = settings.traffic.map(({ gateway }) => entranceOf(manifests, gateway)!);
    const assumed = new Map<string, number>();
    for (const { assumed: place } of [entranceOf(manifests), ...entrances])
      if (place !== undefined && !assumed.has(place.pod)) assumed.set(place.pod, this.#startProxy(place, -1));
    pods.forEach((pod, row) => this.#containersRun(pod, row));

    // Who asks.
    this.#askers = settings.traffic.map(({ from }) => (from === undefined ? from : this.#callersOf(from)));
    this.clients = settings.traffic.map((entry, source) => {
      const entrance = entrances[source]!;
      return clientOf(entry, entrance, assumed.get(entrance.assumed?.pod ?? '') ?? -1, this.classes, stream);
    });
    const requests = (this.#requests = new Requests(
      this,
      (this.#hop = new Draws(settings.hop, stream('hop'), true)),
      sampler(settings.handshake, stream('handshake')),
      probe,
    ));
    this.#budget = new BudgetWatch(settings.budget, settings.traffic);
    const visitors = (this.#visitors = new Visitors(
      simulation,
      settings.traffic,
      entrances.map(({ port }) => port),
      this.classes,
      this.clients,
      stream,
      (source) => {
        const askers = this.#askers[source];
        return askers === undefined || askers.length > 0;
      },
      (source, page, requestClass, client, nowUs) =>
        requests.openPage(source, page, requestClass, client, nowUs),
    ));
    requests.onPageDone((row, nowUs) => {
      const source = this.rows.source[row]!;
      probe.pageDone(row, source, this.rows.page[row]!, nowUs);
      visitors.pageDone(source, this.rows.client[row]!, nowUs);
    });

    if (manifests.some((own) => own.kind === 'HorizontalPodAutoscaler')) {
      this.#podMetrics.begin(this.workloads);
      if (manifests.some(asksForRequests))
        this.telemetry.prometheus.begin(this.#connected.connected, startUs);
      for (const hpa of resourcesOf(registry, 'HorizontalPodAutoscaler'))
        autoscalers.apply(hpa, startUs < 0 ? startUs + metricsUs : 0);
    }
    visitors.start();
    simulation.foresee(this.#foreseen(settings, kubectl, probe, listener));
  }

  /** What happens when, in its order at equal times: marks, then the timeline, then refreshes by hand; all else comes after it. */
  #foreseen(settings: WorldSettings, kubectl: Kubectl, probe: Probe, listener: Probe): ForeseenEvent[] {
    const { simulation } = this;
    const { startUs = 0 } = settings;
    const mark = simulation.kind('mark', (_, nowUs) => probe.mark(nowUs));
    const hands = { kubectl, stations: this.stations, istiod: this.#istiod };
    const act = simulation.kind('timeline', (row, nowUs) => {
      const action = settings.timeline[row]!;
      const { lines, changed } = verbOf(action).act(action, hands, nowUs);
      probe.manifestsChanged(row, lines, changed, nowUs);
      const told = changed.filter((key) => !unknownToIstiod.has(key.split('/')[0]!));
      this.#istiod.changed(this.state, told, nowUs);
    });
    const clock = simulation.kind('the clock begins', (_, nowUs) => {
      this.telemetry.startOver();
      this.upstreams.startOver();
      listener.started?.(nowUs);
    });
    return [
      ...(startUs < 0 ? [{ dueUs: 0, kind: clock, subject: 0 }] : []),
      ...settings.marksUs.map((dueUs) => ({ dueUs, kind: mark, subject: 0 })),
      ...settings.timeline.map(({ atUs }, row) => ({ dueUs: atUs, kind: act, subject: row })),
      ...this.#visitors.foreseen,
    ];
  }

  /**
   * Stands where `other` stands, of whose settings it must differ at most in marks, refreshes by hand and entries of the timeline that
   * are still to come, and in none that `startsLike` names. The other goes on undisturbed.
   * @returns which object of this world stands for which of the other.
   */
  copyFrom(other: World): Copies {
    const copies = new Copies();
    for (const pod of other.pods.slice(this.pods.length)) this.stations.add(pod);
    refill(copies.note(other.pods, this.pods), other.pods);
    this.classes.copyFrom(other.classes);
    this.keys.copyFrom(other.keys);
    this.tables.copyFrom(other.tables);

    this.#api.copyFrom(other.#api, copies);
    this.#endpointSlices.copyFrom(other.#endpointSlices);
    this.kubeProxy.copyFrom(other.kubeProxy, copies);
    this.#istiod.copyFrom(other.#istiod, copies);
    this.#connected.copyFrom(other.#connected, copies);
    this.proxies.copyFrom(other.proxies, copies, this.tables);
    this.connections.copyFrom(other.connections);
    this.upstreams.copyFrom(other.upstreams, copies);

    this.workloads.copyFrom(other.workloads, copies);
    this.stations.copyFrom(other.stations);
    this.#podMetrics.copyFrom(other.#podMetrics, this.workloads);
    this.telemetry.copyFrom(other.telemetry);
    this.#autoscalers.copyFrom(other.#autoscalers);
    refill(this.proxyOfPod, other.proxyOfPod);
    refill(this.podOfProxy, other.podOfProxy);
    refill(
      this.#keyOfPod,
      other.#keyOfPod.map((keys) => keys.slice()),
    );
    for (const [workload, pods] of other.#podsOfWorkload) refill(this.#callersOf(workload), pods);

    this.rows.copyFrom(other.rows);
    this.#requests.copyFrom(other.#requests);
    this.#hop.copyFrom(other.#hop);
    this.#visitors.copyFrom(other.#visitors);
    this.overrun = other.overrun;
    this.#budget.copyFrom(other.#budget);
    other.clients.forEach(({ kept, cookies }, source) => {
      const own = this.clients[source]!;
      if (kept !== undefined) own.kept!.copyFrom(kept);
      if (cookies !== undefined) own.cookies!.copyFrom(cookies);
    });

    this.#chance.copyFrom(other.#chance);
    this.simulation.copyFrom(other.simulation);
    return copies;
  }

  /** False where the budget is spent before that moment; see `overrun`. */
  runUntil(endUs: number): boolean {
    const { simulation } = this;
    while (
      this.overrun === undefined &&
      !simulation.runUntil(endUs, this.#budget.stretch(simulation.events))
    ) {
      this.overrun = this.#budget.overrun({
        nowUs: simulation.nowUs,
        events: simulation.events,
        pages: this.#visitors.asked,
        requests: this.rows.inUse,
        depth: this.#requests.deepest,
        retries: this.#requests.stubbornRetries,
        pods: this.pods.length,
      });
    }
    return this.overrun === undefined;
  }

  /** Names of the kinds of events that an entry of the traffic has, by entry. */
  get eventsOfTraffic(): readonly (readonly string[])[] {
    return this.#visitors.events;
  }

  /** Pages asked for so far, by entry of the traffic. */
  get pagesAsked(): readonly number[] {
    return this.#visitors.asked;
  }

  /** What the API server says now. */
  get state(): MeshState {
    return this.#api.state;
  }

  get pagesInFlight(): number {
    return this.#requests.pagesOpen;
  }

  /** Pages that were asked for at this moment or before, and that somebody still waits for. */
  pagesWaitingSince(us: number): number {
    return this.rows.countOpenPages(us);
  }

  /** How many proxies are connected to istiod. */
  get connectedProxies(): number {
    return this.#connected.connected.length;
  }

  get services(): readonly string[] {
    return this.tables.services;
  }

  /** Row of a service's name; -1 for "". */
  serviceRow(service: string): number {
    return this.tables.serviceRow(service);
  }

  /** Key of a pod among those of a service. */
  keyOfPod(service: number, pod: number): number {
    const keys = (this.#keyOfPod[service] ??= []);
    return (keys[pod] ??= this.keys.ofPod(this.services[service]!, this.pods[pod]!));
  }

  /** The Service that is called so for short; see `ServiceNames`. */
  service(name: string): Service | undefined {
    const { names } = this.keys;
    return resourcesOf(this.state.registry, 'Service').find((own) => names.ofPlace(own.metadata) === name);
  }

  /** Rows of all pods that a Service selects and ever selected, or that stand behind the Services which rules weigh for it. */
  servicePods(service: string): number[] {
    const found = this.service(service);
    return found === undefined
      ? []
      : this.pods.flatMap((pod, row) => (this.#isOf(found, service, pod) ? [row] : []));
  }

  /** Whether a pod is one of a service's, as `servicePods` has it. */
  isOfService(service: string, pod: Pick<Pod, 'labels' | 'namespace'>): boolean {
    const found = this.service(service);
    return found !== undefined && this.#isOf(found, service, pod);
  }

  #isOf({ metadata, spec }: Service, service: string, pod: Pick<Pod, 'labels' | 'namespace'>): boolean {
    const isSelected = pod.namespace === metadata.namespace && matches(spec.selector, pod.labels);
    return isSelected || this.keys.isBehind(service, pod);
  }

  /**
   * The pod that asks for a client of a traffic entry: client number n stays with the n-th, as long as the pods do. Nobody in
   * particular (-1) is anywhere among them, each arrival by itself, as callers are of whom there are many. -1: there is none.
   */
  clientPod(source: number, client: number): number {
    const pods = this.#askers[source]!;
    if (pods.length === 0) return -1;
    return pods[client < 0 ? this.clients[source]!.anybody.below(pods.length) : client % pods.length]!;
  }

  /** Pods of a workload whose containers run. */
  #callersOf(workload: string): number[] {
    let pods = this.#podsOfWorkload.get(workload);
    if (pods === undefined) this.#podsOfWorkload.set(workload, (pods = []));
    return pods;
  }

  askingPod(row: number): number {
    const parent = this.rows.parent[row]!;
    if (parent >= 0) return this.rows.pod[parent]!;
    return this.rows.asker[row]!;
  }

  /** A proxy passes a request on. */
  proxyWorks(proxy: number): void {
    const pod = this.podOfProxy[proxy]!;
    if (pod >= 0) this.stations.costsSidecar(pod, this.proxies.settings.cpuPerRequestUs);
  }

  #addPod(pod: Pod): number {
    const row = this.pods.push(pod) - 1;
    this.proxyOfPod.push(-1);
    this.stations.add(pod);
    this.proxies.makeRoomForPods(this.pods.length);
    return row;
  }

  /** A proxy connects to istiod, which tells it the latest snapshot; its row. */
  #startProxy(place: ProxyPlace, pod: number): number {
    const snapshot = this.#istiod.snapshots.length - 1;
    const row = this.#connected.connect(place, snapshot, this.#istiod.snapshots[snapshot]!, this.state);
    this.podOfProxy.push(pod);
    this.telemetry.prometheus.started(row, this.simulation.nowUs);
    return row;
  }

  #containersRun(pod: Pod, row: number): void {
    this.#callersOf(pod.workload).push(row);
    if (!pod.sidecar && pod.isGateway !== true) return;
    this.proxyOfPod[row] = this.#startProxy(placeOf(pod), row);
    this.stations.sidecarIdle.runs(row, this.simulation.nowUs);
  }

  #workloadsHost(probe: Probe): WorkloadsHost {
    return {
      addPod: (pod) => this.#addPod(pod),
      podPlaced: (row, pod) => void (this.pods[row] = pod),
      startProxy: (row) => this.#containersRun(this.pods[row]!, row),
      stopProxy: (row) => {
        const proxy = this.proxyOfPod[row]!;
        this.#connected.disconnect(proxy);
        this.stations.sidecarIdle.ends(row, this.simulation.nowUs);
        if (proxy >= 0) this.telemetry.prometheus.stopped(proxy);
        if (proxy >= 0) probe.proxyLeft?.(proxy, this.simulation.nowUs);
        const callers = this.#callersOf(this.pods[row]!.workload);
        if (callers.includes(row)) callers.splice(callers.indexOf(row), 1);
      },
      proxiesStartFromUs: () => this.#istiod.servesFromUs,
      podDied: (row, how, nowUs) => this.#requests.podDied(row, how, nowUs),
      endpointChanged: (row, state, nowUs) => this.#endpointSlices.podChanged(row, state, nowUs),
      podChanged: (row, what, nowUs) => {
        if (what === 'containers run') {
          this.#podMetrics.started(row, nowUs);
          this.#endpointSlices.podStarted(row, nowUs);
        }
        probe.podChanged?.(row, what, nowUs);
      },
    };
  }

  /** istiod and kube-proxy learn of it in their own time. */
  #endpointsWritten(services: readonly string[], nowUs: number): void {
    this.#istiod.changed(
      this.state,
      services.map((name) => `Endpoints/${name}`),
      nowUs,
    );
    this.kubeProxy.endpointsChanged(nowUs);
  }
}

const minuteUs = 60e6;

/** Until metrics-server has seen what pods do: an autoscaler that looks before that would take them for idle. */
const metricsUs = 60e6;

/** Who asks for the pages of an entry; `assumed`: the proxy of a gateway that no manifest has, -1 where one has it. */
const clientOf = (
  entry: Traffic,
  { namespace, endpointLabels, openPorts, port, byNode }: Entrance,
  assumed: number,
  classes: RequestClasses,
  stream: (name: string) => Stream,
): ClientOfTraffic => ({
  workload: entry.from,
  entrance: {
    assumed,
    namespace,
    labels: endpointLabels,
    closed: openPorts?.includes(entry.port ?? port) === false,
    byNode,
    chance: stream(`entrance/${entry.name}`),
  },
  anybody: stream(`callers/${entry.name}`),
  kept: entry.keepAlive === undefined ? undefined : new Connections(entry.keepAlive.maxAgeUs),
  cookies: kindOf(entry).hasClients || entry.clients !== undefined ? new CookieJars(classes) : undefined,
  patience:
    entry.patience === undefined ? undefined : sampler(entry.patience, stream(`patience/${entry.name}`)),
});

/** What proxies know when the run begins they have known for long: nothing of it warms up any more. */
const longAgoUs = 3600e6;

/** Kinds whose changes istiod does not hear of as such; their pods reach it as endpoints. */
const unknownToIstiod = new Set([
  'Deployment',
  'ReplicaSet',
  'Rollout',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'DaemonSet',
  'BarePod',
  'Node',
  'PodDisruptionBudget',
]);
