import type { Simulation } from '../../kernel/simulation.ts';
import type { ResolvedRoute } from '../envoy/resolved-route.ts';
import { resetReason } from '../envoy/reset-reason.ts';
import { isMirrored } from '../envoy/mirror.ts';
import type { Probe } from '../telemetry/probe.ts';
import type { Connect } from './connect.ts';
import type { Holding } from './holding.ts';
import type { LetGo } from './let-go.ts';
import type { Pick } from './pick.ts';
import type { RequestColumns } from './request-columns.ts';
import { role } from './role.ts';
import type { Send } from './send.ts';
import { stage } from './stage.ts';
import type { Surroundings } from './surroundings.ts';
import { TimerLanes } from '../../kernel/timer-lanes.ts';

/**
 * Copies that nobody waits for: the endpoint is the target cluster's own choice, the answer is dropped (but the judge of
 * outliers sees it), and what a copy causes belongs to no page. A copy is abandoned from its first moment; what the proxy
 * still holds for it tells its stage:
 *
 *   made -> [waiting for a connection] -> upstream -> answered: its connection is given back
 *                        \-> refused or failed \-> over: the route's timeout has passed, the answer finds nothing to give back
 */
export class Mirror {
  readonly #around: Surroundings;
  readonly #rows: RequestColumns;
  readonly #simulation: Simulation;
  readonly #probe: Probe;
  readonly #pick: Pick;
  readonly #connect: Connect;
  readonly #send: Send;
  readonly #holding: Holding;
  readonly #letGo: LetGo;
  readonly #timeouts: TimerLanes;

  constructor(
    around: Surroundings,
    probe: Probe,
    pick: Pick,
    connect: Connect,
    send: Send,
    holding: Holding,
    letGo: LetGo,
  ) {
    this.#around = around;
    this.#rows = around.rows;
    this.#simulation = around.simulation;
    this.#probe = probe;
    this.#pick = pick;
    this.#connect = connect;
    this.#send = send;
    this.#holding = holding;
    this.#letGo = letGo;
    this.#timeouts = new TimerLanes(
      this.#simulation,
      'mirror timeout',
      (copy) => this.#rows.generation[copy]!,
      (copy) => this.#onTimeout(copy),
    );
  }

  /** The copies of a request that its route asks for. */
  copies(row: number, route: ResolvedRoute, nowUs: number): void {
    for (const mirror of route.mirrors) {
      if (isMirrored(this.#rows.high[row]!, this.#rows.low[row]!, mirror.numerator, mirror.denominator)) {
        this.#copy(row, mirror.cluster, mirror.service, route.timeoutUs, nowUs);
      }
    }
  }

  #copy(row: number, cluster: number, service: string, timeoutUs: number, nowUs: number): void {
    const rows = this.#rows;
    const { proxies } = this.#around;
    const caller = rows.caller[row]!;
    const worker = rows.worker[row]!;
    const endpoints = proxies.clusters[worker]!.endpoints(cluster);
    if (endpoints === undefined || endpoints.pods.length === 0) return;
    const pod = this.#pick.ask(caller, worker, endpoints, undefined, 0, nowUs);
    if (pod < 0) return;
    const copy = rows.openFor(row, role.copy, nowUs);
    rows.root[copy] = copy;
    rows.rootGeneration[copy] = rows.generation[copy]!;
    rows.abandoned[copy] = 1;
    rows.service[copy] = this.#around.serviceRow(service);
    rows.pod[copy] = pod;
    rows.key[copy] = this.#around.keyOfPod(rows.service[copy]!, pod);
    rows.worker[copy] = worker;
    // The route's timeout is its own, too.
    if (timeoutUs > 0) this.#timeouts.set(copy, timeoutUs);
    this.#probe.mirrored(copy, nowUs);
    this.#probe.sent?.(row, copy, nowUs);
    const atOnce =
      !endpoints.managed ||
      this.#connect.goesAtOnce(copy, this.#around.upstreams.of(caller, endpoints, nowUs), worker, pod, false);
    if (!atOnce) return;
    if (this.#around.stations.isSilent(pod))
      this.#connect.waitInVain(copy, endpoints.settings.timeouts.connectUs);
    else this.#send.copy(copy, nowUs);
  }

  connected(copy: number): void {
    this.#send.copy(copy, this.#simulation.nowUs);
  }

  refused(copy: number): void {
    this.#rows.close(copy);
  }

  failed(copy: number): void {
    if (this.#rows.upstream[copy]! >= 0) this.#holding.judge(copy, this.#simulation.nowUs);
    this.#rows.close(copy);
  }

  answered(copy: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.stage[copy] === stage.upstream) {
      if (rows.upstream[copy]! >= 0) this.#holding.judge(copy, nowUs);
      this.#holding.release(copy, rows.reset[copy] === resetReason.none);
    }
    rows.close(copy);
  }

  #onTimeout(copy: number): void {
    const comesBack = this.#letGo.of(copy, true);
    this.#rows.stage[copy] = stage.over;
    if (!comesBack) this.#rows.close(copy);
  }

  copyFrom(other: Mirror): void {
    this.#timeouts.copyFrom(other.#timeouts);
  }
}
