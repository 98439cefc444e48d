import { increaseOf } from '../../accesslog/increase.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import type { Row, Step } from './series-row.ts';

/** How requests ended, as far as a proxy's counters tell. */
type Ending = Pick<RecordedRequest, 'status' | 'failure'>;

interface Part {
  readonly ending: Ending;
  readonly steps: readonly Step[];
}

/**
 * Envoy counts all requests of a cluster in one counter, and beside it by status (`upstream_rq_503`), by its class (`upstream_rq_5xx`), or
 * by endpoint (`rq_error` of /clusters): of each total, those that failed by the first of these that is there.
 */
export class FailedResponses {
  readonly #byPlace = new Map<string, Map<string, Part[]>>();

  constructor(rows: readonly Row[]) {
    const isOneMoment = rows.every(({ series }) => series.values.length <= 1);
    const most = rows.reduce((longest, { series }) => Math.max(longest, series.values.length), 0);
    for (const row of rows) {
      const name = row.series.labels['__name__'] ?? '';
      const ending = endingOf(name, row.series.labels);
      if (ending === undefined) continue;
      // A counter that nothing had counted before is not on the pages before.
      const isNew = row.series.values.length < most || row.series.times[0]! > row.beginSeconds;
      const steps = increaseOf(row.series, isOneMoment || isNew).steps;
      const own = isOneMoment ? steps.map(({ by }) => ({ seconds: Number.NaN, by })) : steps;
      const place = placeOf(row);
      const families = this.#byPlace.get(place) ?? new Map<string, Part[]>();
      this.#byPlace.set(place, families);
      families.set(name, [...(families.get(name) ?? []), { ending, steps: own }]);
    }
  }

  /** The steps of a total, those that failed by themselves. */
  partsOf(row: Row, steps: readonly Step[]): readonly Part[] {
    const families = totals.includes(row.series.labels['__name__'] ?? '')
      ? this.#byPlace.get(placeOf(row))
      : undefined;
    const best = failures.find((name) => families?.has(name) === true);
    if (families === undefined || best === undefined) return [{ ending: {}, steps }];
    let rest: readonly Step[] = steps;
    const parts = families.get(best)!.map(({ ending, steps: own }) => {
      const taken = takenFrom(rest, own);
      rest = taken.rest;
      return { ending, steps: taken.part };
    });
    return [{ ending: {}, steps: rest }, ...parts].filter((part) => part.steps.length > 0);
  }
}

const totals = ['envoy_cluster_upstream_rq_completed', 'envoy_cluster_upstream_rq_total'];

/** Best first: an exact status says most. */
const failures = [
  'envoy_cluster_upstream_rq',
  'envoy_cluster_upstream_rq_xx',
  'envoy_cluster_upstream_rq_error',
];

function endingOf(name: string, labels: Readonly<Record<string, string>>): Ending | undefined {
  if (name === 'envoy_cluster_upstream_rq') {
    const status = Number(labels['response_code'] ?? labels['envoy_response_code']);
    return status >= 500 ? { status } : undefined;
  }
  if (name === 'envoy_cluster_upstream_rq_xx') {
    const own = labels['response_code_class'] ?? labels['envoy_response_code_class'];
    return own?.startsWith('5') === true ? { failure: '5xx' } : undefined;
  }
  return name === 'envoy_cluster_upstream_rq_error' ? { failure: 'rq_error' } : undefined;
}

/** The counters of one cluster, of one proxy. */
function placeOf({ source, evidence, series }: Row): string {
  const labels = Object.entries(series.labels)
    .filter(([name]) => name !== '__name__' && !/^(?:envoy_)?response_code(?:_class)?$/.test(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([evidence, source, labels]);
}

/** As much of the steps as the failed ones of the same time are, and what is left. */
function takenFrom(
  steps: readonly Step[],
  failed: readonly Step[],
): { readonly part: readonly Step[]; readonly rest: readonly Step[] } {
  const open = new Map<number, number>();
  for (const { seconds, by } of failed) open.set(seconds, (open.get(seconds) ?? 0) + by);
  const part: Step[] = [];
  const rest: Step[] = [];
  for (const { seconds, by } of steps) {
    const own = Math.min(by, open.get(seconds) ?? 0);
    open.set(seconds, (open.get(seconds) ?? 0) - own);
    if (own > 0) part.push({ seconds, by: own });
    if (by > own) rest.push({ seconds, by: by - own });
  }
  return { part, rest };
}
