import { refill, type Copies } from '../../kernel/copies.ts';
import type { Stream } from '../../kernel/chance.ts';
import { sampler, type Distribution, type Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { copyOfState, type MeshState } from '../kubernetes/api-server.ts';
import type { Probe } from '../telemetry/probe.ts';
import type { ControlPlane } from './control-plane.ts';
import {
  debounceChange,
  debounceIdle,
  debouncePushed,
  debounceTimer,
  type DebounceStep,
} from './debounce.ts';
import { PushQueue } from './push-queue.ts';
import { reconnectsUs } from './reconnect.ts';

/** A change on its way to istiod. */
interface Watched {
  readonly state: MeshState;
  readonly changed: readonly string[];
  readonly changedUs: number;
}

/** One proxy's share of one push. */
interface Delivery {
  readonly proxy: number;
  readonly snapshot: number;
}

/** Where istiod delivers; the mesh decides what a worker does with it. */
export interface Fleet {
  readonly concurrency: number;
  /** Rows of the proxies that are connected. */
  readonly connected: readonly number[];
  /** Name and workload of the pod that a proxy runs in. */
  placeOf(proxy: number): { readonly pod: string; readonly workload: string };
  takeClusters(proxy: number, worker: number, snapshot: number, told: MeshState): void;
  takeRoutes(proxy: number, worker: number, snapshot: number, told: MeshState): void;
}

/**
 * The control plane as an actor. Each step of the way is an event; what may overtake what in Istio may do so here, and
 * what is ordered there (events of one watch, messages of one stream, posts to one worker) is ordered here.
 * Simplification: every push goes to every proxy; Istio spares sidecars a change of Gateways, which tells them nothing.
 *
 *   change -> watch -> debounce -> build snapshot -> queue -> [permit] send -> network -> clusters -> routes, per worker
 *
 * A proxy whose stream hangs, and all of them while istiod is down, get nothing; with a new stream each is sent the latest
 * snapshot. Simplification: while istiod is down its webhooks are, too, and a real API server refuses Istio's own resources
 * then, and pods that want a sidecar; here what is applied waits for istiod, and so do the sidecars of new pods.
 */
export class Istiod {
  readonly #simulation: Simulation;
  readonly #settings: ControlPlane;
  readonly #fleet: Fleet;
  readonly #probe: Probe;
  readonly #queue: PushQueue;
  readonly #order: Stream;
  readonly #draw: Readonly<Record<'watch' | 'snapshot' | 'send' | 'network' | 'apply' | 'worker', Sampler>>;
  /** What each snapshot says; number 0 is what the mesh starts with. */
  readonly snapshots: MeshState[];
  #debounce = debounceIdle;
  #timerGeneration = 0;
  #seen: MeshState;
  #gathered: Watched[] = [];
  #watchedUs = -Infinity;
  /** End of the last message on each proxy's stream, and of the last post to each worker. */
  readonly #streamUs: number[] = [];
  readonly #clustersUs: number[] = [];
  readonly #routesUs: number[] = [];
  readonly #watching: Watched[] = [];
  readonly #deliveries: Delivery[] = [];
  /** The latest snapshot that is whole. */
  #built = 0;
  /** Proxies without a stream, and when each has a new one; Infinity: never. */
  readonly #silentUntilUs = new Map<number, number>();
  #downUntilUs = -Infinity;
  /** Snapshots and deliveries below these were lost with the istiod that made them. */
  #lostSnapshots = 0;
  #lostDeliveries = 0;
  readonly #chanceOfStreams: Stream;
  readonly #kind: Readonly<
    Record<'watched' | 'timer' | 'built' | 'sent' | 'clusters' | 'routes' | 'back' | 'stream', number>
  >;

  constructor(
    simulation: Simulation,
    settings: ControlPlane,
    fleet: Fleet,
    initial: MeshState,
    stream: (name: string) => Stream,
    probe: Probe,
  ) {
    this.#simulation = simulation;
    this.#settings = settings;
    this.#fleet = fleet;
    this.#probe = probe;
    this.#seen = initial;
    this.snapshots = [initial];
    this.#queue = new PushQueue(settings.throttle);
    this.#order = stream('istiod/order');
    this.#chanceOfStreams = stream('istiod/streams');
    const draw = (name: string, distribution: Distribution): Sampler =>
      sampler(distribution, stream(`istiod/${name}`));
    this.#draw = {
      watch: draw('watch', settings.watch),
      snapshot: draw('snapshot', settings.snapshot),
      send: draw('send', settings.send),
      network: draw('network', settings.network),
      apply: draw('apply', settings.apply),
      worker: draw('worker', settings.worker),
    };
    this.#kind = {
      watched: simulation.kind('istiod sees change', (row, nowUs) => this.#onWatched(row, nowUs)),
      timer: simulation.kind('debounce timer', (generation, nowUs) => {
        if (generation === this.#timerGeneration)
          this.#step(debounceTimer(this.#debounce, settings.debounce, nowUs), nowUs);
      }),
      built: simulation.kind('snapshot built', (snapshot, nowUs) => this.#onBuilt(snapshot, nowUs)),
      sent: simulation.kind('push sent', (row, nowUs) => this.#onSent(row, nowUs)),
      clusters: simulation.kind('worker takes clusters', (subject) => this.#take(subject, 'takeClusters')),
      routes: simulation.kind('worker takes routes', (subject) => this.#take(subject, 'takeRoutes')),
      back: simulation.kind('istiod is back', (_, nowUs) => this.#onBack(nowUs)),
      stream: simulation.kind('proxy has a new stream', (proxy, nowUs) => this.#onStream(proxy, nowUs)),
    };
  }

  /** The API server has accepted a change. */
  changed(state: MeshState, changed: readonly string[], nowUs: number): void {
    if (changed.length === 0) return;
    this.#watching.push({ state, changed, changedUs: nowUs });
    this.#watchedUs = Math.max(this.#watchedUs, nowUs + this.#draw.watch());
    this.#simulation.schedule(this.#watchedUs, this.#kind.watched, this.#watching.length - 1);
  }

  /**
   * Proxies of a workload get no pushes any more, as when their streams hang: those that have one, the first of them first.
   * @param forUs after so long each has a new stream; Infinity: never. @returns their pods.
   */
  silence(workload: string, count: number, forUs: number, nowUs: number): string[] {
    const proxies = this.#fleet.connected
      .filter((proxy) => this.#fleet.placeOf(proxy).workload === workload && !this.#silentUntilUs.has(proxy))
      .slice(0, count);
    for (const proxy of proxies) this.#silenceUntil(proxy, nowUs + forUs);
    return proxies.map((proxy) => this.#fleet.placeOf(proxy).pod);
  }

  /** istiod is gone with whatever it was about to send, and there again after a while. */
  goDown(forUs: number, nowUs: number): void {
    this.#downUntilUs = Math.max(this.#downUntilUs, nowUs + forUs);
    this.#lostSnapshots = this.snapshots.length;
    this.#lostDeliveries = this.#deliveries.length;
    this.#queue.clear();
    this.#timerGeneration += 1;
    this.#debounce = debounceIdle;
    this.#simulation.schedule(this.#downUntilUs, this.#kind.back, 0);
    for (const proxy of this.#fleet.connected) {
      const uniform = (): number => this.#chanceOfStreams.uniform();
      const untilUs = reconnectsUs(nowUs, this.#downUntilUs, this.#settings.reconnect, uniform);
      this.#silenceUntil(proxy, Math.max(untilUs, this.#silentUntilUs.get(proxy) ?? 0));
    }
  }

  /** From when on a proxy that starts is told what to do. */
  get servesFromUs(): number {
    return this.#downUntilUs;
  }

  #silenceUntil(proxy: number, untilUs: number): void {
    this.#silentUntilUs.set(proxy, untilUs);
    if (untilUs < Infinity) this.#simulation.schedule(untilUs, this.#kind.stream, proxy);
  }

  /** It reads all there is anew, and pushes it if there is anything that nobody was told. */
  #onBack(nowUs: number): void {
    if (nowUs < this.#downUntilUs) return;
    this.#built = this.snapshots.length - 1;
    const push = this.#gathered.length > 0;
    this.#step({ state: { ...debounceIdle, free: !push }, push, timerUs: undefined }, nowUs);
  }

  #onStream(proxy: number, nowUs: number): void {
    if (this.#silentUntilUs.get(proxy) !== nowUs) return;
    this.#silentUntilUs.delete(proxy);
    if (!this.#fleet.connected.includes(proxy)) return;
    this.#queue.enqueue(proxy, this.#built);
    this.#sendNext(nowUs);
  }

  #onWatched(row: number, nowUs: number): void {
    const watched = this.#watching[row]!;
    this.#seen = watched.state;
    this.#gathered.push(watched);
    if (nowUs < this.#downUntilUs) return;
    this.#step(debounceChange(this.#debounce, this.#settings.debounce, nowUs), nowUs);
  }

  #step(step: DebounceStep, nowUs: number): void {
    this.#debounce = step.state;
    if (step.timerUs !== undefined) {
      this.#timerGeneration += 1;
      this.#simulation.schedule(step.timerUs, this.#kind.timer, this.#timerGeneration);
    }
    if (step.push) this.#push(nowUs);
  }

  #push(nowUs: number): void {
    const gathered = this.#gathered;
    this.#gathered = [];
    const snapshot = this.snapshots.push(this.#seen) - 1;
    const changes = [...new Set(gathered.flatMap((own) => own.changed))];
    this.#probe.pushStarted(
      snapshot,
      changes,
      gathered[0]!.changedUs,
      gathered[gathered.length - 1]!.changedUs,
      nowUs,
    );
    this.#simulation.schedule(nowUs + this.#draw.snapshot(), this.#kind.built, snapshot);
  }

  /** Filling the queue ends the push as far as the debounce is concerned; delivery goes on beside it. */
  #onBuilt(snapshot: number, nowUs: number): void {
    if (snapshot < this.#lostSnapshots) return;
    this.#built = snapshot;
    for (const proxy of this.#permutation()) this.#queue.enqueue(proxy, snapshot);
    this.#sendNext(nowUs);
    this.#step(debouncePushed(this.#debounce, this.#settings.debounce, nowUs), nowUs);
  }

  #sendNext(nowUs: number): void {
    for (let push = this.#queue.dequeue(); push !== undefined; push = this.#queue.dequeue()) {
      const row = this.#deliveries.push(push) - 1;
      this.#simulation.schedule(nowUs + this.#draw.send(), this.#kind.sent, row);
    }
  }

  #onSent(row: number, nowUs: number): void {
    if (row < this.#lostDeliveries) return;
    const { proxy } = this.#deliveries[row]!;
    this.#queue.sent(proxy);
    if (this.#silentUntilUs.has(proxy)) {
      this.#sendNext(nowUs);
      return;
    }
    const received = Math.max(this.#streamUs[proxy] ?? 0, nowUs + this.#draw.network());
    const clusters = received + this.#draw.apply();
    const routes = clusters + this.#draw.apply();
    this.#streamUs[proxy] = routes;
    for (let worker = 0; worker < this.#fleet.concurrency; worker++) {
      const place = proxy * this.#fleet.concurrency + worker;
      const clustersUs = Math.max(this.#clustersUs[place] ?? 0, clusters + this.#draw.worker());
      const routesUs = Math.max(this.#routesUs[place] ?? 0, clustersUs, routes + this.#draw.worker());
      this.#clustersUs[place] = clustersUs;
      this.#routesUs[place] = routesUs;
      const subject = row * this.#fleet.concurrency + worker;
      this.#simulation.schedule(clustersUs, this.#kind.clusters, subject);
      this.#simulation.schedule(routesUs, this.#kind.routes, subject);
    }
    this.#sendNext(nowUs);
  }

  #take(subject: number, what: 'takeClusters' | 'takeRoutes'): void {
    const { concurrency } = this.#fleet;
    const { proxy, snapshot } = this.#deliveries[Math.floor(subject / concurrency)]!;
    this.#fleet[what](proxy, subject % concurrency, snapshot, this.snapshots[snapshot]!);
  }

  /** istiod walks its connections in Go's map order: a fresh permutation per push (Fisher and Yates). */
  #permutation(): number[] {
    const proxies = [...this.#fleet.connected];
    for (let last = proxies.length - 1; last > 0; last--) {
      const other = this.#order.below(last + 1);
      const moved = proxies[last]!;
      proxies[last] = proxies[other]!;
      proxies[other] = moved;
    }
    return proxies;
  }

  copyFrom(other: Istiod, copies: Copies): void {
    const stateOf = (state: MeshState): MeshState => copyOfState(state, copies);
    const watchedOf = (watched: Watched): Watched =>
      copies.once(watched, (own) => ({ ...own, state: stateOf(own.state) }));
    this.#queue.copyFrom(other.#queue);
    refill(this.snapshots, other.snapshots.map(stateOf));
    this.#debounce = other.#debounce;
    this.#timerGeneration = other.#timerGeneration;
    this.#seen = stateOf(other.#seen);
    this.#gathered = other.#gathered.map(watchedOf);
    this.#watchedUs = other.#watchedUs;
    refill(this.#streamUs, other.#streamUs);
    refill(this.#clustersUs, other.#clustersUs);
    refill(this.#routesUs, other.#routesUs);
    refill(this.#watching, other.#watching.map(watchedOf));
    refill(this.#deliveries, other.#deliveries);
    this.#built = other.#built;
    refill(this.#silentUntilUs, other.#silentUntilUs);
    this.#downUntilUs = other.#downUntilUs;
    this.#lostSnapshots = other.#lostSnapshots;
    this.#lostDeliveries = other.#lostDeliveries;
  }
}
