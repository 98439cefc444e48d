import { percent } from '../../words/number.ts';
import type { PastRequests } from './past-requests.ts';
import { count } from './reading.ts';
import { serviceOf } from './series-choice.ts';

interface Service {
  readonly name: string;
  bySource: number;
  byDestination: number;
  /** Of those that the destination counted without knowing who called, by version. */
  readonly unknown: Map<string, number>;
}

/**
 * Requests that the proxy of the pod that was asked counted, and none of a caller: these have no sidecar, so that no rule acts for them and
 * kube-proxy chose the pod. Istio calls the source of such a call `unknown`.
 */
export class CallersWithoutProxy {
  readonly #services = new Map<string, Service>();

  count(labels: Readonly<Record<string, string>>, version: string | undefined, times: number): void {
    const { reporter, source_workload: source } = labels;
    const name = serviceOf(labels);
    if (name === undefined || (reporter !== 'source' && reporter !== 'destination')) return;
    const own = this.#services.get(name) ?? { name, bySource: 0, byDestination: 0, unknown: new Map() };
    this.#services.set(name, own);
    if (reporter === 'source') own.bySource += times;
    else own.byDestination += times;
    if (reporter === 'destination' && source === 'unknown' && version !== undefined)
      own.unknown.set(version, (own.unknown.get(version) ?? 0) + times);
  }

  /** Of each service that both ends count: those that came without a sidecar, where that is told; they are `past` the weights. */
  notes(past: PastRequests): string[] {
    return [...this.#services.values()].flatMap(({ name, bySource, byDestination, unknown }) => {
      const told = [...unknown.values()].reduce((sum, own) => sum + own, 0);
      const without = Math.min(told, byDestination - bySource);
      if (bySource === 0 || without <= 0) return [];
      past.addWay(name, 'from callers without a sidecar', without);
      const shares = [...unknown].map(
        ([version, own]) => `${version} ${own.toLocaleString('en-US')} (${percent(own / told)})`,
      );
      return [
        `${count(without, 'request')} of ${byDestination.toLocaleString('en-US')} for ${name} came from callers without a sidecar: no rule acts for them, and they are not judged. They went to ${shares.join(', ')}.`,
      ];
    });
  }
}
