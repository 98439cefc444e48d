import { flagSet } from '../mesh/envoy/response-flag.ts';

/** One line of a proxy's request counter: who asked whom, and what came of it. */
export interface MeterRow {
  /** Row of the caller's proxy; -1: it has none. */
  readonly caller: number;
  /** Row of the pod that was asked last; -1: none was. */
  readonly pod: number;
  /** Row of the service; -1: no route named one. */
  readonly service: number;
  readonly status: number;
  readonly flags: number;
  readonly requests: number;
}

/**
 * Counts requests as Istio's standard metric does, by caller, destination, status and flags. Plain success, which nearly
 * everything is, costs one increment; the rest goes through a table.
 */
export class Meter {
  /** Per caller (row + 1), per pod. */
  readonly #ok: number[][] = [];
  /** Service of each pod, as it was last asked for. */
  readonly #serviceOfPod: number[] = [];
  readonly #outcomes: { readonly status: number; readonly flags: number }[] = [];
  readonly #outcomeRows = new Map<number, number>();
  readonly #rest = new Map<number, number>();

  add(caller: number, pod: number, service: number, status: number, flags: number): void {
    if (status === 200 && flags === 0 && pod >= 0) {
      this.#serviceOfPod[pod] = service;
      const counts = this.#ok[caller + 1] ?? (this.#ok[caller + 1] = []);
      while (counts.length <= pod) counts.push(0);
      counts[pod]! += 1;
      return;
    }
    const outcome = this.#outcome(status, flags);
    const key = ((outcome * 64 + service + 1) * rowLimit + caller + 1) * rowLimit + pod + 1;
    this.#rest.set(key, (this.#rest.get(key) ?? 0) + 1);
  }

  /** In order of caller, service, pod, status and flags. */
  rows(): MeterRow[] {
    const found: MeterRow[] = [];
    this.#ok.forEach((counts, at) => {
      counts.forEach((requests, pod) => {
        if (requests === 0) return;
        found.push({
          caller: at - 1,
          pod,
          service: this.#serviceOfPod[pod]!,
          status: 200,
          flags: 0,
          requests,
        });
      });
    });
    for (const [key, requests] of this.#rest) {
      const pod = (key % rowLimit) - 1;
      let left = Math.floor(key / rowLimit);
      const caller = (left % rowLimit) - 1;
      left = Math.floor(left / rowLimit);
      const service = (left % 64) - 1;
      found.push({ caller, pod, service, ...this.#outcomes[Math.floor(left / 64)]!, requests });
    }
    return found.sort(
      (a, b) =>
        a.caller - b.caller ||
        a.service - b.service ||
        a.pod - b.pod ||
        a.status - b.status ||
        flagSet(a.flags) - flagSet(b.flags) ||
        a.flags - b.flags,
    );
  }

  #outcome(status: number, flags: number): number {
    const key = status * 4294967296 + flags;
    let row = this.#outcomeRows.get(key);
    if (row === undefined) {
      row = this.#outcomes.push({ status, flags }) - 1;
      this.#outcomeRows.set(key, row);
    }
    return row;
  }
}

/** Pods and proxies of one run are fewer; four numbers fit into one key. */
const rowLimit = 65536;
