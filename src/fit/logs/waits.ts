import type { LoggedCall } from './logged-call.ts';

/**
 * What requests waited for a worker of their pod, by pod and request id. Of several with one id (calls in turn, tries) it is the one
 * that began nearest to the moment asked for.
 */
export class Waits {
  readonly #byRequest = new Map<string, { readonly startMs: number; readonly waitMs: number }[]>();

  /** @param calls in the order that `workersOf` was given. */
  add(pod: string, calls: readonly LoggedCall[], waitMs: ArrayLike<number>): void {
    calls
      .filter(({ durationMs }) => durationMs >= 0)
      .forEach(({ requestId, startMs }, at) => {
        if (requestId === '') return;
        const key = `${pod} ${requestId}`;
        const own = { startMs, waitMs: waitMs[at]! };
        const known = this.#byRequest.get(key);
        if (known === undefined) this.#byRequest.set(key, [own]);
        else known.push(own);
      });
  }

  /** In ms; undefined where no line of that pod has the id. @param startMs since 1970, by the clock of the pod's node. */
  of(pod: string, requestId: string, startMs: number): number | undefined {
    const known = this.#byRequest.get(`${pod} ${requestId}`);
    if (known === undefined) return undefined;
    return known.reduce((best, own) =>
      Math.abs(own.startMs - startMs) < Math.abs(best.startMs - startMs) ? own : best,
    ).waitMs;
  }
}
