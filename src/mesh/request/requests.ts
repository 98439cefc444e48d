import type { Sampler } from '../../kernel/distribution.ts';
import type { Draws } from '../../kernel/draws.ts';
import type { ConnectionPoolEffects } from '../envoy/connection-pool.ts';
import type { Probe } from '../telemetry/probe.ts';
import { Ahead } from './ahead.ts';
import type { Handler } from '../../kernel/simulation.ts';
import { Answer } from './answer.ts';
import { Connect, type Waiting } from './connect.ts';
import { GiveUp } from './give-up.ts';
import { Holding } from './holding.ts';
import { LetGo } from './let-go.ts';
import { LocalReply } from './local-reply.ts';
import { NewCookies } from './new-cookies.ts';
import { Mirror } from './mirror.ts';
import { Open } from './open.ts';
import { Page } from './page.ts';
import { Pick } from './pick.ts';
import { PodDied, type PodDeath } from './pod-died.ts';
import type { RequestEvents } from './request-events.ts';
import { role } from './role.ts';
import { Route } from './route.ts';
import { Send } from './send.ts';
import { Serve } from './serve.ts';
import type { Surroundings } from './surroundings.ts';
import { TimerLanes } from '../../kernel/timer-lanes.ts';
import { Try } from './try.ts';

/**
 * The life of a request. Each chapter is a file; this one binds them. A chapter calls those that come after it, and what
 * leads back comes as an event:
 *
 *   open -> route -> try (pick, mirror, connect, send) ---arrives---> serve ---answered---> answer
 *     ^      |                ^                                       |  ^                    |  |
 *     |      '-> local reply -+--------------answered-----------------+--+-------------->     |  |
 *     |                       '-----------------back-off over---------+--+--------------------'  |
 *     '--------------the script calls---------------------------------'  '--the script goes on---'
 *
 *   give up: the route's timeout, the application, the visitor; pod died: all of a pod's at once
 *   ahead: what nothing can disturb is one event, from sent to answered; what takes no time is none
 *
 * Simplifications: an application reaches its own sidecar in no time and over a new connection per call; a request
 * passes both proxies and the network in one drawn delay each way; proxies themselves never queue.
 */
export class Requests {
  readonly poolEffects: ConnectionPoolEffects;
  readonly #page: Page;
  readonly #ahead: Ahead;
  readonly #answer: Answer;
  readonly #open: Open;
  readonly #route: Route;
  readonly #pick: Pick;
  readonly #newCookies: NewCookies;
  readonly #mirror: Mirror;
  readonly #connect: Connect;
  readonly #send: Send;
  readonly #serve: Serve;
  readonly #podDied: PodDied;

  /**
   * @param hop both proxies and the network between them, one way, in microseconds
   * @param handshake of a new connection, where connections are counted
   */
  constructor(around: Surroundings, hop: Draws, handshake: Sampler, probe: Probe) {
    const { simulation, rows } = around;
    const timers = (purpose: string, onDue: (row: number, nowUs: number) => void): TimerLanes =>
      new TimerLanes(simulation, purpose, (row) => rows.generation[row]!, onDue);
    const quiet = (name: string, handler: Handler): number => simulation.kind(name, handler, true);
    const events: RequestEvents = {
      arrives: quiet('request arrives', (row, nowUs) => serve.onArrive(row, nowUs)),
      ahead: quiet('played ahead', (row, nowUs) => ahead.onDue(row, nowUs)),
      looked: quiet('a moment at the pod', (row, nowUs) => ahead.settle(row, nowUs)),
      offered: quiet('inbound back-off over', (row, nowUs) => serve.onOffered(row, nowUs)),
      worked: quiet('work done', (row, nowUs) => serve.onWorked(row, nowUs)),
      answered: quiet('answer arrives', (row, nowUs) => answer.onAnswered(row, nowUs)),
      delayed: quiet('fault delay over', (row, nowUs) => route.onDelayed(row, nowUs)),
      backedOff: quiet('back-off over', (row, nowUs) => attempts.onBackedOff(row, nowUs)),
      connected: quiet('connection stands', (connection, nowUs) => connect.onConnected(connection, nowUs)),
      connectTimedOut: quiet('connect timeout', (connection, nowUs) => connect.onTimeout(connection, nowUs)),
      leaves: quiet('client gives up', (row, nowUs) => giveUp.onLeave(row, nowUs)),
      inVain: quiet('no connection', (row) => connect.onInVain(row, waiting)),
      connectionIdle: quiet('connection was idle', (connection, nowUs) => connect.onIdle(connection, nowUs)),
    };
    const newCookies = new NewCookies(rows);
    const page = new Page(around, probe, newCookies);
    const holding = new Holding(around);
    const reply = new LocalReply(around, events, page, holding);
    const connect = new Connect(around, handshake, events);
    const ahead: Ahead = new Ahead(around, probe, hop, events, {
      onArrive: (row, nowUs) => serve.onArrive(row, nowUs),
      onAnswered: (row, nowUs) => answer.onAnswered(row, nowUs),
      startOf: (row) => serve.startOf(row),
      came: (row, thenUs) => serve.came(row, thenUs),
      left: (row, thenUs) => serve.left(row, thenUs),
      passed: (row, enteredUs, leftUs) => serve.passed(row, enteredUs, leftUs),
      stepDone: (row, nowUs) => serve.stepDone(row, nowUs),
    });
    const letGo = new LetGo(around, connect, holding, ahead);
    const perTryTimeouts = timers('per-try timeout', (attempt, nowUs) =>
      answer.onPerTryTimeout(attempt, nowUs),
    );
    const send = new Send(around, probe, perTryTimeouts, ahead);
    const pick = new Pick(around, newCookies);
    const mirror = new Mirror(around, probe, pick, connect, send, holding, letGo);
    const attempts = new Try(around, probe, page, pick, mirror, connect, send, reply);
    const routeTimeouts = timers('route timeout', (row, nowUs) => giveUp.onRouteTimeout(row, nowUs));
    const route = new Route(around, probe, events, routeTimeouts, page, attempts, connect, send, reply);
    const patience = timers('application waits', (row, nowUs) => giveUp.onImpatience(row, nowUs));
    const open = new Open(around, probe, events, patience, page, route);
    const serve: Serve = new Serve(around, probe, hop, events, open, ahead);
    const answer: Answer = new Answer(around, probe, events, page, holding, letGo, pick, mirror, serve);
    const giveUp = new GiveUp(around, probe, page, letGo, ahead, serve);
    const isCopy = (row: number): boolean => rows.role[row] === role.copy;
    const waiting: Waiting = {
      connected: (row) => (isCopy(row) ? mirror.connected(row) : attempts.connected(row)),
      refused: (row) => (isCopy(row) ? mirror.refused(row) : attempts.refused(row)),
      failed: (row) => (isCopy(row) ? mirror.failed(row) : answer.failed(row)),
    };
    simulation.beforeLook((nowUs) => ahead.settleAll(nowUs));
    around.stations.onChanging((pod) => ahead.unfold(pod));
    this.poolEffects = connect.effects(waiting);
    this.#page = page;
    this.#ahead = ahead;
    this.#answer = answer;
    this.#open = open;
    this.#route = route;
    this.#pick = pick;
    this.#newCookies = newCookies;
    this.#mirror = mirror;
    this.#connect = connect;
    this.#send = send;
    this.#serve = serve;
    this.#podDied = new PodDied(around, serve, giveUp);
  }

  /** A page is asked for, at the gateway or by a client inside the mesh. */
  openPage(source: number, page: number, requestClass: number, client: number, nowUs: number): void {
    this.#open.page(source, page, requestClass, client, nowUs);
  }

  /** Pages asked for and not complete. */
  get pagesOpen(): number {
    return this.#page.open;
  }

  /** Calls within calls, at most so far. */
  get deepest(): number {
    return this.#open.deepest;
  }

  /** Retries so far of requests that had very many before. */
  get stubbornRetries(): number {
    return this.#answer.stubborn;
  }

  /** Who is told when a page is complete, before its row is free again. */
  onPageDone(listener: (row: number, nowUs: number) => void): void {
    this.#page.onDone(listener);
  }

  /** The processor of a pod has done the present step of a request's script. */
  stepDone(row: number, nowUs: number): void {
    this.#serve.stepDone(row, nowUs);
  }

  /** The application of a pod has died. */
  podDied(pod: number, how: PodDeath, nowUs: number): void {
    this.#podDied.begin(pod, how, nowUs);
  }

  /** Other chapters keep nothing from one event to the next: it is in the rows. */
  copyFrom(other: Requests): void {
    this.#page.copyFrom(other.#page);
    this.#ahead.copyFrom(other.#ahead);
    this.#answer.copyFrom(other.#answer);
    this.#open.copyFrom(other.#open);
    this.#route.copyFrom(other.#route);
    this.#pick.copyFrom(other.#pick);
    this.#newCookies.copyFrom(other.#newCookies);
    this.#mirror.copyFrom(other.#mirror);
    this.#connect.copyFrom(other.#connect);
    this.#send.copyFrom(other.#send);
  }
}
