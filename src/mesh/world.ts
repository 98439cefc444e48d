import { Chance, type Stream } from '../kernel/chance.ts';
import { sampler, type Distribution } from '../kernel/distribution.ts';
import { Simulation } from '../kernel/simulation.ts';
import type { Gateway, Resource } from '../manifest/resource.ts';
import type { App } from './app/app.ts';
import { ConfigTables, ConfigView } from './config-view.ts';
import type { ControlPlane } from './istiod/control-plane.ts';
import { Istiod } from './istiod/istiod.ts';
import {
  applyResources,
  deleteResources,
  emptyRegistry,
  resourcesOf,
  type Registry,
  type RegistryChange,
} from './istiod/registry.ts';
import { includes, translate, type ProxyIdentity } from './istiod/translate.ts';
import { podsOf, type Pod } from './kubernetes/pod.ts';
import type { Probe } from './probe.ts';
import { Proxies, type ProxyPlace, type ProxySettings } from './proxies.ts';
import { RequestClasses } from './request-class.ts';
import { RequestColumns } from './request-columns.ts';
import { Requests } from './request.ts';
import { SplitKeys } from './split-key.ts';
import { Stations } from './stations.ts';
import type { Traffic } from './traffic.ts';
import { Visitors } from './visitors.ts';

/** Everything that one run depends on, checked. Times in microseconds. */
export interface WorldSettings {
  readonly seed: string;
  readonly app: App;
  /** In force, and known to every proxy, when the run begins. */
  readonly manifests: readonly Resource[];
  readonly timeline: readonly {
    readonly atUs: number;
    readonly verb: 'apply' | 'delete';
    readonly resources: readonly Resource[];
  }[];
  readonly traffic: readonly Traffic[];
  readonly controlPlane: ControlPlane;
  readonly proxy: ProxySettings;
  /** Both proxies and the network between them, one way. */
  readonly hop: Distribution;
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
export class World {
  readonly simulation = new Simulation();
  readonly rows = new RequestColumns();
  readonly classes = new RequestClasses();
  readonly pods: readonly Pod[];
  readonly keys: SplitKeys;
  readonly tables: ConfigTables;
  readonly proxies: Proxies;
  readonly stations: Stations;
  /** Row of the proxy of each pod; -1: no sidecar. */
  readonly proxyOfPod: Int32Array;
  /** Row of the ingress gateway's proxy. */
  readonly gateway: number;
  readonly kubeProxy: Stream;
  /** A proxy's own answer: no network, hardly any work. */
  readonly localReplyUs = 200;
  readonly focusRow: number;
  registry: Registry;
  readonly #requests: Requests;
  readonly #istiod: Istiod;
  readonly #views = new Map<Registry, ConfigView[]>();
  readonly #groups: readonly ProxyIdentity[];
  readonly #groupOfProxy: Int32Array;
  readonly #keyOfPod: Int16Array[] = [];
  readonly #servicePods = new Map<string, Int32Array>();

  constructor(settings: WorldSettings, probe: Probe) {
    const chance = new Chance(settings.seed);
    const stream = (name: string): Stream => chance.stream(name);
    this.registry = applyResources(emptyRegistry, settings.manifests, 0).registry;
    this.pods = resourcesOf(this.registry, 'Deployment').flatMap(podsOf);
    const later = settings.timeline.flatMap((entry) => entry.resources);
    this.keys = new SplitKeys(
      [...settings.manifests, ...later].filter((resource) => resource.kind === 'DestinationRule'),
    );
    this.tables = new ConfigTables(this.pods, this.classes, this.keys);
    this.focusRow = this.serviceRow(settings.focus);

    const gateways = [...settings.manifests, ...later].filter((resource) => resource.kind === 'Gateway');
    const places = [gatewayPlace(gateways), ...this.pods.filter((pod) => pod.sidecar).map(sidecarPlace)];
    this.gateway = 0;
    let sidecars = 0;
    this.proxyOfPod = Int32Array.from(this.pods, (pod) => (pod.sidecar ? ++sidecars : -1));
    const groups = groupProxies(places);
    this.#groups = groups.identities;
    this.#groupOfProxy = groups.groupOfProxy;
    const initial = places.map((_, proxy) => this.#view(this.registry, 0, proxy));
    this.proxies = new Proxies(places, settings.proxy, this.pods.length, initial, stream);
    this.stations = new Stations(settings.app, this.pods, this.rows, stream);
    this.kubeProxy = stream('kube-proxy');

    const requests = (this.#requests = new Requests(this, sampler(settings.hop, stream('hop')), probe));
    const visitors = new Visitors(
      this.simulation,
      settings.traffic,
      gateways[0]?.spec.servers[0]?.port.number ?? 80,
      this.classes,
      stream,
      (source, page, requestClass, nowUs) => requests.openPage(source, page, requestClass, nowUs),
    );
    requests.onPageDone((row, nowUs) => {
      const source = this.rows.source[row]!;
      probe.pageDone(row, source, this.rows.page[row]!, nowUs);
      visitors.pageDone(source, nowUs);
    });

    const mark = this.simulation.kind('mark', (_, nowUs) => probe.mark(nowUs));
    for (const atUs of settings.marksUs) this.simulation.schedule(atUs, mark, 0);
    this.#istiod = new Istiod(
      this.simulation,
      settings.controlPlane,
      this.#fleet(probe),
      this.registry,
      stream,
      probe,
    );
    this.#scheduleTimeline(settings.timeline, probe);
    visitors.start();
  }

  runUntil(endUs: number): void {
    this.simulation.runUntil(endUs);
  }

  get pagesInFlight(): number {
    return this.#requests.pagesOpen;
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
    const row = this.serviceRow(service);
    this.#keyOfPod[row] ??= Int16Array.from(this.pods, (own) => this.keys.ofPod(service, own));
    return this.#keyOfPod[row]![pod]!;
  }

  /** Rows of all pods that a Service selects, whatever the mesh's rules say. */
  servicePods(service: string): Int32Array {
    const known = this.#servicePods.get(service);
    if (known !== undefined) return known;
    const resource = resourcesOf(this.registry, 'Service').find((own) => own.metadata.name === service);
    const rows: number[] = [];
    this.pods.forEach((pod, row) => {
      if (
        resource !== undefined &&
        pod.namespace === resource.metadata.namespace &&
        includes(pod.labels, resource.spec.selector)
      ) {
        rows.push(row);
      }
    });
    const pods = Int32Array.from(rows);
    this.#servicePods.set(service, pods);
    return pods;
  }

  #scheduleTimeline(timeline: WorldSettings['timeline'], probe: Probe): void {
    const kind = this.simulation.kind('manifests change', (row, nowUs) => {
      const { verb, resources } = timeline[row]!;
      const change: RegistryChange =
        verb === 'apply'
          ? applyResources(this.registry, resources, nowUs)
          : deleteResources(this.registry, resources);
      this.registry = change.registry;
      this.proxies.places.forEach((_, proxy) => {
        this.proxies.configured[proxy] = this.#view(change.registry, -1, proxy);
      });
      probe.manifestsChanged(row, change.lines, change.changed, nowUs);
      this.#istiod.changed(change.registry, change.changed, nowUs);
    });
    timeline.forEach((entry, row) => this.simulation.schedule(entry.atUs, kind, row));
  }

  #fleet(probe: Probe) {
    const { proxies } = this;
    const { concurrency } = proxies.settings;
    return {
      count: proxies.places.length,
      concurrency,
      takeClusters: (proxy: number, worker: number, snapshot: number): void => {
        proxies.clusters[proxy * concurrency + worker] = this.#view(
          this.#istiod.snapshots[snapshot]!,
          snapshot,
          proxy,
        );
      },
      takeRoutes: (proxy: number, worker: number, snapshot: number): void => {
        proxies.routes[proxy * concurrency + worker] = this.#view(
          this.#istiod.snapshots[snapshot]!,
          snapshot,
          proxy,
        );
        if (proxies.heldSnapshot(proxy) >= snapshot) probe.held(proxy, snapshot, this.simulation.nowUs);
      },
    };
  }

  /** What the proxies of one group are told by a registry; made once. A snapshot of -1 means: not pushed (yet). */
  #view(registry: Registry, snapshot: number, proxy: number): ConfigView {
    let views = this.#views.get(registry);
    if (views === undefined) this.#views.set(registry, (views = []));
    const group = this.#groupOfProxy[proxy]!;
    const known = views[group];
    if (known !== undefined && (known.snapshot === snapshot || snapshot === -1)) return known;
    const identity = this.#groups[group]!;
    const view = new ConfigView(snapshot, translate(registry, identity), identity, this.tables);
    if (known === undefined || known.snapshot === -1) views[group] = view;
    return view;
  }
}

const sidecarPlace = (pod: Pod): ProxyPlace => ({
  pod: pod.name,
  workload: pod.workload,
  identity: { type: 'sidecar', namespace: pod.namespace, labels: pod.labels },
});

/**
 * The ingress gateway, which no manifest of an application brings along: one pod, whose labels are Istio's own, or what
 * the scenario's first Gateway selects (installations differ in that label).
 */
function gatewayPlace(gateways: readonly Gateway[]): ProxyPlace {
  return {
    pod: 'istio-ingressgateway-6c8f9d7b54-x7kqp',
    workload: 'istio-ingressgateway',
    identity: {
      type: 'gateway',
      namespace: 'istio-system',
      labels: { app: 'istio-ingressgateway', istio: 'ingressgateway', ...gateways[0]?.spec.selector },
    },
  };
}

/** Proxies that istiod tells the same: same type, namespace and labels. */
function groupProxies(places: readonly ProxyPlace[]) {
  const identities: ProxyIdentity[] = [];
  const rows = new Map<string, number>();
  const groupOfProxy = Int32Array.from(places, ({ identity }) => {
    const key = JSON.stringify([identity.type, identity.namespace, Object.entries(identity.labels).sort()]);
    let row = rows.get(key);
    if (row === undefined) {
      row = identities.push(identity) - 1;
      rows.set(key, row);
    }
    return row;
  });
  return { identities, groupOfProxy };
}
