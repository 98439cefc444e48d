import { increaseOf } from '../../accesslog/increase.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import type { Series } from '../../accesslog/series.ts';
import { CallersWithoutProxy } from './callers-without-proxy.ts';
import { isHost, type Choice, type ChoiceRules } from './choice.ts';
import type { Evidence, OnChoice } from './evidence.ts';
import { FailedResponses } from './failed-responses.ts';
import { numbersOf } from './number-meaning.ts';
import { count, type Reading } from './reading.ts';
import { failureOf } from './request-failure.ts';
import { Senders } from './senders.ts';
import { seriesChooser, serviceOf } from './series-choice.ts';
import type { Meaning, Row, Steps } from './series-row.ts';

/** Where series stood: an answer of a server that collects, or a page of the process that counts. */
export type SeriesOrigin = 'answer' | 'page';

/**
 * Counts of requests by version, gathered from all sources before any is told: a counter that two of them show counted on from one to
 * the other.
 */
export class Counters {
  readonly #rows: Row[] = [];

  /** How many series were taken and are not told yet. */
  get size(): number {
    return this.#rows.length;
  }

  /** @param meaning undefined where only the numbers themselves can say */
  add(source: string, origin: SeriesOrigin, series: readonly Series[], meaning?: Meaning): void {
    const beginSeconds = series.reduce((first, { times }) => Math.min(first, times[0] ?? first), Infinity);
    for (const own of series) {
      const evidence = meaning?.kind === 'rate' ? 'rate' : evidenceOf(own, origin);
      this.#rows.push({ source, evidence, series: own, beginSeconds, meaning });
    }
  }

  /** Tells all choices that the series come to. @param given what the user says of numbers that may mean several things */
  tell(rules: ChoiceRules, given: Meaning | undefined, reading: Reading, onChoice: OnChoice): void {
    const choose = seriesChooser(rules);
    const rows = joined(this.#rows.splice(0));
    const metrics = new Set(rows.map(({ evidence, series }) => `${evidence} ${nameOf(series)}`));
    for (const evidence of ['series', 'page', 'number', 'rate'] as const) {
      const metric = bestMetric(evidence, metrics);
      const group = rows.filter((row) => row.evidence === evidence && nameOf(row.series) === metric);
      if (group.length === 0) continue;
      const tellers = new Tellers(group);
      const failed = new FailedResponses(rows.filter((row) => row.evidence === evidence));
      const senders = new Senders();
      const withoutProxy = new CallersWithoutProxy();
      for (const { row, steps } of stepsOf(group, given, reading)) {
        const { labels } = row.series;
        const own = choose(labels);
        const choice = tellers.isCounted(labels) ? own : otherReporter;
        const kind = evidence === 'number' && row.meaning?.kind === 'rate' ? 'rate' : evidence;
        const parts = failed
          .partsOf(row, steps)
          .flatMap((part) => wholeSteps(part.steps).map((step) => ({ ...step, ending: part.ending })));
        for (const { seconds, by, ending } of parts) {
          const request = { ...requestOf(labels, seconds, by), ...ending };
          senders.count(labels, choice, request);
          if (!('leftOut' in own)) withoutProxy.count(labels, own.key, by);
          reading.requests += by;
          if ('leftOut' in choice) {
            reading.leave(choice.leftOut, by);
            if (choice.past !== undefined) reading.past.add(choice.past, choice.leftOut, row.source, request);
            noteUnrouted(choice.leftOut, labels, request, rules, reading);
          } else onChoice(choice.service, choice.key, request, row.source, kind, choice.isSubset);
        }
      }
      senders.tell(reading);
      const past = withoutProxy.notes(reading.past);
      reading.notes.unshift(...past);
      reading.notes.push(...tellers.notes(metric, past.length > 0), ...wholeLifeNotes(evidence, group));
    }
  }
}

const otherReporter: Choice = {
  leftOut: 'that a second proxy counted, too (of reporter source, waypoint and destination one is taken)',
};

const nameOf = ({ labels }: Series): string => labels['__name__'] ?? '';

/** Metrics that count requests; several of them count the same ones, and the first that is there is taken. */
const counterNames = [
  'istio_requests_total',
  'istio_request_duration_milliseconds_count',
  'istio_request_bytes_count',
  'istio_response_bytes_count',
  'istio_tcp_connections_opened_total',
  'envoy_cluster_upstream_rq_completed',
  'envoy_cluster_upstream_rq_total',
  'envoy_cluster_upstream_rq',
];

const isCounter = (name: string): boolean =>
  counterNames.includes(name) || (/_(?:total|count)$/.test(name) && !name.includes(':'));

function evidenceOf(series: Series, origin: SeriesOrigin): Evidence {
  if (origin === 'page') return 'page';
  return isCounter(nameOf(series)) ? 'series' : 'number';
}

function bestMetric(evidence: Evidence, metrics: ReadonlySet<string>): string {
  const own = [...metrics]
    .filter((metric) => metric.startsWith(`${evidence} `))
    .map((metric) => metric.slice(evidence.length + 1))
    .filter((metric) => metric !== 'envoy_cluster_upstream_rq_error');
  return (
    counterNames.find((name) => own.includes(name)) ??
    own.find((name) => /request|http|rq/.test(name) && isCounter(name)) ??
    own.find(isCounter) ??
    own[0] ??
    ''
  );
}

/** Series of several sources that are one: by all labels; of pages only where they are known to be of one process. */
function joined(rows: readonly Row[]): Row[] {
  const processes = processStarts(rows);
  const byLabels = new Map<string, Row[]>();
  rows.forEach((row, place) => {
    const process = row.evidence === 'page' ? (processes.get(row.source) ?? row.source) : '';
    const isOwn = row.meaning !== undefined;
    const labels = Object.entries(row.series.labels).sort(([one], [other]) => (one < other ? -1 : 1));
    const key = JSON.stringify([row.evidence, process, isOwn ? place : -1, labels]);
    byLabels.set(key, [...(byLabels.get(key) ?? []), row]);
  });
  return [...byLabels.values()].map((own) => (own.length === 1 ? own[0]! : joinedRow(own)));
}

/** When the process of each page began, as a page of Istio's agent or of any client library tells. */
function processStarts(rows: readonly Row[]): ReadonlyMap<string, string> {
  const starts = new Map<string, string>();
  for (const { source, evidence, series } of rows) {
    if (evidence === 'page' && /(?:^|_)process_start_time_seconds$/.test(nameOf(series))) {
      starts.set(source, String(series.values[0]));
    }
  }
  return starts;
}

function joinedRow(rows: readonly Row[]): Row {
  const samples = rows.flatMap(({ series }) =>
    Array.from(series.values, (value, place) => ({ seconds: series.times[place]!, value })),
  );
  // Where no time is told, pages stay in the order in which they were given.
  if (samples.every(({ seconds }) => !Number.isNaN(seconds))) samples.sort((a, b) => a.seconds - b.seconds);
  const once = samples.filter(
    ({ seconds }, place) => Number.isNaN(seconds) || seconds !== samples[place - 1]?.seconds,
  );
  return {
    ...rows[0]!,
    beginSeconds: Math.min(...rows.map(({ beginSeconds }) => beginSeconds)),
    series: {
      labels: rows[0]!.series.labels,
      times: Float64Array.from(once, ({ seconds }) => seconds),
      values: Float64Array.from(once, ({ value }) => value),
    },
  };
}

function stepsOf(rows: readonly Row[], given: Meaning | undefined, reading: Reading): Steps[] {
  if (rows[0]!.evidence === 'number' || rows[0]!.evidence === 'rate') return numbersOf(rows, given, reading);
  // A total at one moment counts from its beginning; over a time what came in it.
  const isOneMoment = rows.every(({ series }) => series.values.length <= 1);
  let resets = 0;
  const told = rows.map((row) => {
    const beganWithin = row.series.times[0]! > row.beginSeconds;
    const increase = increaseOf(row.series, isOneMoment || beganWithin);
    resets += increase.resets;
    // When what a total counts came is not told by one look at it.
    return {
      row,
      steps: isOneMoment ? increase.steps.map(({ by }) => ({ seconds: Number.NaN, by })) : increase.steps,
    };
  });
  if (resets > 0) {
    reading.notes.push(
      `Counters began anew ${count(resets, 'time')} (a pod was restarted): what they counted since is added.`,
    );
  }
  return told;
}

/** Fractions are carried on to the next step, and the last one is rounded. */
function wholeSteps(steps: Steps['steps']): { readonly seconds: number; readonly by: number }[] {
  let rest = 0;
  const whole = steps.flatMap(({ seconds, by }) => {
    rest += by;
    const own = Math.floor(rest + 1e-9);
    rest -= own;
    return own > 0 ? [{ seconds, by: own }] : [];
  });
  return rest >= 0.5 ? [...whole, { seconds: steps.at(-1)!.seconds, by: 1 }] : whole;
}

function requestOf(
  labels: Readonly<Record<string, string>>,
  seconds: number,
  times: number,
): RecordedRequest {
  const status =
    labels['response_code'] ?? labels['envoy_response_code'] ?? labels['code'] ?? labels['status'];
  const flags = labels['response_flags'];
  const grpcStatus = labels['grpc_response_status'];
  const ofClass = labels['response_code_class'] ?? labels['envoy_response_code_class'];
  return {
    startUs: seconds * 1_000_000,
    times,
    line: 0,
    ...(status !== undefined && /^\d{1,3}$/.test(status) ? { status: Number(status) } : {}),
    ...(flags === undefined ? {} : { flags: flags === '-' ? '' : flags }),
    ...(grpcStatus === undefined || grpcStatus === '' ? {} : { grpcStatus }),
    ...(ofClass?.startsWith('5') === true ? { failure: '5xx' } : {}),
    // Counters of connections tell no code; of a request it is 0 where nobody answered.
    ...(status === '0' && (flags ?? '-') === '-' ? { failure: 'no answer' } : {}),
  };
}

/** A failure for the service in question that shows no version: it came before one was chosen. */
function noteUnrouted(
  leftOut: string,
  labels: Readonly<Record<string, string>>,
  request: RecordedRequest,
  { host }: ChoiceRules,
  reading: Reading,
): void {
  const failure = failureOf(request);
  const service = serviceOf(labels);
  if (failure === undefined || leftOut !== 'without a version' || service === undefined) return;
  if (host === undefined || isHost(service, host)) reading.failUnrouted(failure, request.times ?? 1);
}

/** Both ends of a call count it: of each service the reporters that are nearest to the choice. */
class Tellers {
  readonly #reporterOf = new Map<string, string>();
  #isSeveral = false;
  #isUnknown = false;

  constructor(rows: readonly Row[]) {
    const order = ['source', 'waypoint', 'destination'];
    for (const { series, meaning } of rows) {
      const { labels } = series;
      const { reporter } = labels;
      if (reporter === undefined) {
        // A graph that says what its numbers mean adds up nothing twice.
        if (meaning === undefined && Object.keys(labels).some((name) => name.startsWith('destination_')))
          this.#isUnknown = true;
        continue;
      }
      const service = serviceOf(labels) ?? '';
      const before = this.#reporterOf.get(service);
      if (before !== undefined && before !== reporter) this.#isSeveral = true;
      if (before === undefined || order.indexOf(reporter) < order.indexOf(before))
        this.#reporterOf.set(service, reporter);
    }
  }

  isCounted(labels: Readonly<Record<string, string>>): boolean {
    const { reporter } = labels;
    return reporter === undefined || this.#reporterOf.get(serviceOf(labels) ?? '') === reporter;
  }

  notes(metric: string, isMore: boolean): string[] {
    const taken = [...new Set(this.#reporterOf.values())];
    return [
      ...(taken.length > 0
        ? [
            `${metric === '' ? 'Requests' : metric} as counted by reporter="${taken.join('", and elsewhere by reporter="')}"${this.#isSeveral ? (isMore ? ': the other end of each of these calls counts it, too' : ': the other end of each call counts it, too') : ''}.`,
          ]
        : []),
      ...(this.#isUnknown
        ? [
            'The series do not tell their reporter: where the query adds up both ends of a call, each request is counted twice (add reporter="source" to it).',
          ]
        : []),
    ];
  }
}

function wholeLifeNotes(evidence: Evidence, rows: readonly Row[]): string[] {
  if (evidence !== 'series' && evidence !== 'page') return [];
  if (rows.some(({ series }) => series.values.length > 1)) return [];
  return [
    evidence === 'series'
      ? 'Each counter is told once, and counts since its pod began, under whatever weights: an answer of query_range, or two answers, count what came in between.'
      : 'Each counter is told once, and counts since its proxy began, under whatever weights: two pages of it in one file (cat before.txt after.txt) count what came in between.',
  ];
}
