import { rowStep } from '../../kernel/columns.ts';
import type { Stations } from '../app/stations.ts';
import type { GiveUp } from './give-up.ts';
import { inPod } from '../app/in-pod.ts';
import type { RequestColumns } from './request-columns.ts';
import { role } from './role.ts';
import type { Serve } from './serve.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * What is left of a pod whose application has died: a sidecar that says so, or connections that break, or nothing: no packet
 * comes back, so that nobody learns of it.
 */
export type PodDeath = 'application' | 'pod' | 'silent';

/** The application of a pod has died with all that it had in hand. */
export class PodDied {
  readonly #around: Surroundings;
  readonly #rows: RequestColumns;
  readonly #stations: Stations;
  readonly #serve: Serve;
  readonly #giveUp: GiveUp;

  constructor(around: Surroundings, serve: Serve, giveUp: GiveUp) {
    this.#around = around;
    this.#rows = around.rows;
    this.#stations = around.stations;
    this.#serve = serve;
    this.#giveUp = giveUp;
  }

  /**
   * Callers see the connection break (its sidecar, if it lives on, makes a 503 of it) or wait on, and nobody waits any more
   * for what it had asked of others.
   */
  begin(pod: number, how: PodDeath, nowUs: number): void {
    const rows = this.#rows;
    const sidecarLives = how === 'application';
    const dying: number[] = [];
    for (let row = 0; row < rows.end; row += rowStep) {
      const isThere = rows.where[row] !== inPod.no && rows.where[row] !== inPod.lost && rows.pod[row] === pod;
      // What waits in a sidecar that lives on is none of the application's.
      if (isThere && !(sidecarLives && rows.where[row] === inPod.refused)) dying.push(row);
    }
    const gone = new Set(dying);
    for (let row = 0; row < rows.end; row += rowStep) {
      // Its branches go as it does.
      if (gone.has(rows.parent[row]!) && rows.role[row] !== role.branch) this.#giveUp.orphan(row, nowUs);
    }
    if (this.#around.pods[pod]!.isGateway === true)
      this.#giveUp.visitorsOf(this.#around.proxyOfPod[pod]!, nowUs);
    this.#stations.empty(pod, nowUs);
    for (const row of dying) {
      const passedOver = rows.where[row] === inPod.passedOver;
      rows.where[row] = inPod.no;
      rows.workDueUs[row] = -1;
      if (passedOver || rows.isUnwanted(row)) rows.close(row);
      else if (how === 'silent') rows.where[row] = inPod.lost;
      else if (sidecarLives) this.#serve.answer(row, 503, nowUs);
      else this.#serve.breakOff(row, nowUs);
    }
  }
}
