import { versionsOf, ownVersion } from '../../mesh/telemetry/split-key.ts';
import { matches } from '../../manifest/labels.ts';
import type { World } from '../../mesh/world.ts';
import type { Pod } from '../../mesh/kubernetes/pod.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { countAt } from '../counters.ts';
import type { Recorder } from '../recorder.ts';
import type {
  CurvePoint,
  Desk,
  DeskPod,
  DeskProxy,
  DeskService,
  DeskSplit,
  DeskVersion,
  YourPage,
} from './desk.ts';
import { askersOf, HeldRules, type Shares } from './held-rules.ts';
import { gatewayName, Places, type Place } from './places.ts';
import { callerName, type Watch } from './watch.ts';

/** Everything of a desk that the mesh itself says at one moment: the rest is what somebody did. */
export type MeshSeen = Pick<Desk, 'versions' | 'proxies' | 'wantedSnapshot'> & {
  readonly split: Omit<DeskSplit, 'curve'>;
  readonly services: readonly Omit<DeskService, 'perSecond' | 'errorsPerSecond'>[];
};

/** Looks at the worlds of one session, which share names and rules. */
export class DeskView {
  readonly #scenario: Scenario;
  readonly #held = new HeldRules();
  readonly #places: Places;
  /** As manifests and the timeline name them: the same in every world of the scenario. */
  #versions: ReturnType<typeof versionsOf> | undefined;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#places = new Places(scenario);
  }

  see(world: World, recorder: Recorder): MeshSeen {
    const { focus } = this.#scenario;
    const versions = this.versions(world);
    const { byBehaviour, byDeployment } = askersOf(this.#scenario, world, focus);
    const behaviourOf = (pod: number): string => world.stations.behaviours[pod]?.name ?? '';
    const { proxies } = world;
    const { concurrency } = proxies.settings;
    const proxiesSeen: DeskProxy[] = [];
    const callers: {
      readonly held: readonly Shares[];
      readonly configured: Shares;
      readonly isCurrent: boolean;
    }[] = [];
    proxies.places.forEach((place, proxy) => {
      const pod = world.podOfProxy[proxy]!;
      if (pod >= 0 && (world.workloads.lives[pod]?.phase ?? 'Gone') !== 'Running') return;
      if (pod >= 0 && world.proxyOfPod[pod] !== proxy) return;
      const call = byBehaviour.get(behaviourOf(pod)) ?? byDeployment.get(world.pods[pod]?.workload ?? '');
      // Whoever does not call the focus holds the rule all the same, as istiod sends it to everybody.
      const asked = call ?? [...byBehaviour.values(), ...byDeployment.values()][0];
      const views = Array.from(
        { length: concurrency },
        (_, worker) => proxies.routes[proxy * concurrency + worker]!,
      );
      const held = asked === undefined ? [] : views.map((view) => this.#held.of(world, view, asked));
      const configured =
        asked === undefined ? undefined : this.#held.of(world, proxies.configured[proxy]!, asked);
      const isCurrent = held.every(({ rule }) => rule === configured!.rule);
      proxiesSeen.push({
        pod: place.pod,
        workload: callerName(world, proxy),
        snapshot: Math.min(...views.map((view) => view.snapshot)),
        isCurrent,
      });
      if (call !== undefined) {
        const shares = held.map((own) => own.shares);
        callers.push({ held: shares, configured: configured!.shares, isCurrent });
      }
    });
    const byPods = this.#shareOfPods(world, versions);
    const sharesOf = (shares: Shares): readonly number[] =>
      shares === undefined ? byPods : versions.map(({ key }) => shares.get(key) ?? 0);
    const all = callers.flatMap(({ held }) => held.map(sharesOf));
    const since = [...recorder.settledUs].at(-1) ?? 0;
    const start = recorder.totals.findLast(({ atUs }) => atUs === since);
    const sum = (what: 'observed', key: string): number => {
      const row = this.#keyRow(world, key);
      if (row < 0) return 0;
      return (recorder.counters[what][row] ?? 0) - (start === undefined ? 0 : countAt(start, what, row));
    };
    const observed = versions.map(({ key }) => sum('observed', key));
    const service = world.serviceRow(focus);
    const before = start === undefined ? 0 : countAt(start, 'requests', service);
    const requests = (recorder.counters.requests[service] ?? 0) - before;
    const configured = callers[0]?.configured;
    return {
      versions,
      proxies: proxiesSeen,
      wantedSnapshot: recorder.pushes.at(-1)?.snapshot ?? 0,
      split: {
        configured: configured === undefined ? undefined : sharesOf(configured),
        effective:
          all.length === 0
            ? undefined
            : versions.map((_, place) => all.reduce((total, own) => total + own[place]!, 0) / all.length),
        callersCurrent: callers.filter((own) => own.isCurrent).length,
        callers: callers.length,
        observed,
        sinceUs: since,
        nowhere: Math.max(0, requests - observed.reduce((total, own) => total + own, 0)),
      },
      services: this.#services(world),
    };
  }

  /** Names of the versions that the focus has or will have, with the stars that their pods show. */
  versions(world: World): DeskVersion[] {
    const { focus } = this.#scenario;
    const marks = new Map<string, DeskVersion['mark']>();
    for (const { service, name } of this.#named(world)) if (service === focus) marks.set(name, null);
    for (const row of world.servicePods(focus)) {
      const stars = world.stations.behaviours[row]?.stars;
      marks.set(this.#versionOf(world, world.pods[row]!), stars ?? null);
    }
    return [...marks].map(([key, mark]) => ({ key, mark })).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Counts of the focus by version so far, in the order of `versions`. */
  counts(world: World, recorder: Recorder, versions: readonly DeskVersion[]): number[] {
    return versions.map(({ key }) => recorder.counters.observed[this.#keyRow(world, key)] ?? 0);
  }

  /** Pages that the browser at the desk has asked for: those that are there, by what they show, and those on their way. */
  pages(
    world: World,
    recorder: Recorder,
    source: number,
    askedUs: readonly number[],
    watch: Watch,
  ): YourPage[] {
    const done = new Map(recorder.refreshes.get(source)!.map((own) => [own.startedUs, own]));
    return askedUs.map((atUs, place): YourPage => {
      const own = done.get(atUs);
      const choice = watch.choices.get(atUs);
      const shown = own === undefined || own.key < 0 ? '' : world.keys.name[own.key]!;
      return {
        number: place + 1,
        atUs,
        tookUs: own?.latencyUs,
        status: own?.status ?? 0,
        version: shown,
        missing: own?.missing.map((row) => world.services[row]!) ?? [],
        draw: own === undefined ? undefined : choice?.draw,
        pod: own === undefined ? '' : (choice?.pod ?? ''),
        isStale: own !== undefined && own.variant >= 0 && own.variant !== own.configured,
      };
    });
  }

  #named(world: World): ReturnType<typeof versionsOf> {
    if (this.#versions === undefined) {
      const { manifests, timeline } = this.#scenario;
      const later = timeline.flatMap((own) => ('resources' in own ? own.resources : []));
      this.#versions = versionsOf([...manifests, ...later], world.keys.names);
    }
    return this.#versions;
  }

  #versionOf(world: World, pod: Pod): string {
    const { focus } = this.#scenario;
    const version = this.#named(world).find(
      (own) => own.service === focus && matches(own.labels, pod.labels),
    );
    return version?.name ?? ownVersion(pod);
  }

  #keyRow({ keys }: World, version: string): number {
    const { focus } = this.#scenario;
    for (let row = 0; row < keys.count; row++)
      if (keys.service[row] === focus && keys.name[row] === version) return row;
    return -1;
  }

  #shareOfPods(world: World, versions: readonly DeskVersion[]): number[] {
    const ready = world
      .servicePods(this.#scenario.focus)
      .filter((row) => world.workloads.lives[row]?.ready === true);
    return versions.map(({ key }) =>
      ready.length === 0
        ? 0
        : ready.filter((row) => this.#versionOf(world, world.pods[row]!) === key).length / ready.length,
    );
  }

  /** @param row of a pod; -1: the gateway without pods. */
  placeOf(world: World, row: number): Place {
    if (row < 0) return { name: gatewayName, version: '' };
    return this.#places.of(world, row, (own) => this.#versionOf(world, world.pods[own]!));
  }

  /** Calls that there may be. */
  calls(world: World): ReturnType<Places['calls']> {
    return this.#places.calls(world, this.versions(world), (own) => this.#versionOf(world, world.pods[own]!));
  }

  /** The gateway, then workloads in the order in which their first pods came. */
  #services(world: World): MeshSeen['services'] {
    const found = new Map<string, { name: string; version: string; pods: DeskPod[] }>();
    if (
      world.proxies.places.some(
        ({ identity }, proxy) => identity.type === 'gateway' && world.podOfProxy[proxy]! < 0,
      )
    )
      found.set(gatewayName, { name: gatewayName, version: '', pods: [] });
    world.pods.forEach((pod, row) => {
      const life = world.workloads.lives[row];
      if (life === undefined || life.phase === 'Gone' || pod.isOutside === true) return;
      const { name, version } = this.placeOf(world, row);
      const own = found.get(`${name}/${version}`) ?? { name, version, pods: [] };
      found.set(`${name}/${version}`, own);
      own.pods.push({
        name: pod.name,
        state: !Number.isNaN(life.deletedUs)
          ? 'ending'
          : life.ready
            ? 'ready'
            : life.phase === 'Pending' || Number.isNaN(life.readyChangedUs)
              ? 'starting'
              : 'not ready',
        waiting: world.stations.booked(row, 'waiting'),
      });
    });
    return [...found.values()];
  }
}

/** So many points that a curve may have; where there are more, every second one is left out. */
export function thinned(points: readonly CurvePoint[], most: number): readonly CurvePoint[] {
  return points.length <= most
    ? points
    : points.filter((_, place) => place % 2 === 0 || place === points.length - 1);
}
