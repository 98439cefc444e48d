import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import type { Choice } from './choice.ts';
import { count, type Reading } from './reading.ts';
import { failureOf } from './request-failure.ts';
import { serviceOf } from './series-choice.ts';

interface Sender {
  readonly name: string;
  /** Services in question that it asked, and whether it asked others. */
  readonly services: Set<string>;
  asksOthers: boolean;
  /** What it failed for nobody that is known: no route told it for whom. */
  readonly failures: Map<string, number>;
}

/**
 * Who sent the requests that counters tell. A request that found no route names no service: of a sender that asks one service alone it
 * was for that one.
 */
export class Senders {
  readonly #senders = new Map<string, Sender>();

  count(labels: Readonly<Record<string, string>>, choice: Choice, request: RecordedRequest): void {
    const { reporter, source_workload: workload, source_workload_namespace: namespace = '' } = labels;
    if (reporter !== 'source' || workload === undefined || workload === 'unknown') return;
    const place = `${workload} ${namespace}`;
    const own = this.#senders.get(place) ?? {
      name: workload,
      services: new Set<string>(),
      asksOthers: false,
      failures: new Map<string, number>(),
    };
    this.#senders.set(place, own);
    if (!('leftOut' in choice)) own.services.add(choice.service);
    else if (choice.leftOut === 'to other services') own.asksOthers = true;
    else if (choice.leftOut === 'without a version' && serviceOf(labels) === undefined) {
      const failure = failureOf(request);
      if (failure !== undefined)
        own.failures.set(failure, (own.failures.get(failure) ?? 0) + (request.times ?? 1));
    }
  }

  tell(reading: Reading): void {
    for (const { name, services, asksOthers, failures } of this.#senders.values()) {
      const isKnown = services.size === 1 && !asksOthers;
      for (const [failure, times] of failures) {
        if (isKnown) reading.failUnrouted(failure, times);
        else
          reading.notes.unshift(
            `${name} failed ${count(times, 'request')} with ${failure}; for which service is not told.`,
          );
      }
    }
  }
}
