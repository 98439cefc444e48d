import { Block } from '../../accesslog/block.ts';
import { kialiGraph } from '../../accesslog/kiali-graph.ts';
import { flattened, requestOfFields } from '../../accesslog/request-fields.ts';
import { isObject, logEntry, single, type JsonObject, type LogEntry } from '../../accesslog/log-entry.ts';
import { LineReader } from '../../accesslog/parse-line.ts';
import { parseNdjsonLine } from '../../accesslog/ndjson.ts';
import { isCountName } from '../../accesslog/table-row.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import { reviewsLook } from '../../accesslog/reviews-answer.ts';
import { bucketsOf, heldBy } from './answer-of-a-store.ts';
import { clusterChooser, lineChoice, lookChoice, type Choice } from './choice.ts';
import { tellAnswer } from './client-answer.ts';
import type { Evidence, OnChoice } from './evidence.ts';
import type { IntakeOptions } from './format.ts';
import type { Place, Reading } from './reading.ts';
import { seriesChooser } from './series-choice.ts';
import { tell } from './tell.ts';

/** Reads records of JSON from one source: what collectors and their stores make of a proxy's lines, answers of an application, graphs. */
export class RecordIntake {
  readonly #name: string;
  readonly #options: IntakeOptions;
  readonly #reading: Reading;
  readonly #onChoice: OnChoice;
  readonly #byCluster: (cluster: string) => Choice;
  readonly #byLabels: (labels: Readonly<Record<string, string>>) => Choice;
  readonly #lines = new LineReader();
  readonly #encoder = new TextEncoder();
  #count = 0;

  constructor(name: string, options: IntakeOptions, reading: Reading, onChoice: OnChoice) {
    this.#name = name;
    this.#options = options;
    this.#reading = reading;
    this.#onChoice = onChoice;
    this.#byCluster = clusterChooser(options.rules, (host) => {
      if (reading.otherHosts.size < 20) reading.otherHosts.add(host);
    });
    this.#byLabels = seriesChooser(options.rules);
  }

  /** A value that may hold any number of records. @param place where it stands, where that is not told by its number */
  take(value: unknown, place?: Place): void {
    if (Array.isArray(value)) {
      for (const own of value as readonly unknown[]) this.take(own, place);
      return;
    }
    if (!isObject(value)) {
      if (typeof value === 'string') this.#line(value, undefined, place ?? this.#next());
      return;
    }
    const held = heldBy(value);
    if (held !== undefined) {
      this.#reading.notes.unshift(...held.notes.map((note) => `${this.#name}: ${note}`));
      for (const own of held.records) this.take(own, place);
      return;
    }
    const graph = kialiGraph(value);
    if (graph !== undefined) this.#graph(graph);
    else if (!this.#buckets(value)) this.#record(value, place ?? this.#next());
  }

  #next(): Place {
    this.#count += 1;
    return { noun: 'entry', number: this.#count };
  }

  #graph({ series, seconds }: NonNullable<ReturnType<typeof kialiGraph>>): void {
    this.#options.counters.add(this.#name, 'answer', series, { kind: 'rate', seconds });
    this.#reading.notes.push(
      seconds === undefined
        ? `${this.#name}: a graph of Kiali tells rates, and this one not over how long: say --values rate=10m.`
        : `${this.#name}: a graph of Kiali tells rates to two decimals, no counts; over its ${seconds} s they come to about so many requests. Counters of Prometheus tell them exactly.`,
    );
  }

  /** Counts by a field, as Elasticsearch's aggregations have them. */
  #buckets(value: JsonObject): boolean {
    const buckets = bucketsOf(value);
    if (buckets.length === 0) return false;
    for (const { key, count } of buckets) {
      const request: RecordedRequest = { startUs: Number.NaN, times: count, version: key, line: 0 };
      const choice = /bound(?:-vip)?\|/.test(key)
        ? this.#byCluster(key)
        : lineChoice('', request, this.#options.rules, this.#byCluster);
      this.#tell(request, choice, 'tally');
    }
    return true;
  }

  #record(record: JsonObject, place: Place): void {
    const look = reviewsLook(record);
    if (look !== undefined) {
      const request = { startUs: Number.NaN, line: 0 };
      const { rules } = this.#options;
      const choice = lookChoice(look, JSON.stringify(record), rules);
      tellAnswer(this.#name, request, choice, rules, this.#reading, this.#onChoice);
      return;
    }
    if (Object.keys(record).some((name) => isCountName(name))) {
      this.#row(record, place);
      return;
    }
    const entry = logEntry(record);
    if (entry?.kind === 'line') this.#line(entry.line, entry.pod, place);
    else if (entry !== undefined) this.#fields(entry, record, place);
    else this.#row(record, place);
  }

  #line(line: string, pod: string | undefined, place: Place): void {
    const bytes = this.#encoder.encode(line);
    const block = new Block(bytes);
    const read = this.#lines.read(block, 0, bytes.length, 0);
    if ('unparsed' in read) this.#reading.skip(this.#name, place, read.unparsed);
    else this.#tell(withPod(read, pod), lineChoice(line, read, this.#options.rules, this.#byCluster), 'line');
  }

  #fields(entry: Extract<LogEntry, { kind: 'fields' }>, record: JsonObject, place: Place): void {
    const request = requestOfFields(entry.fields, entry, 0);
    const { rules } = this.#options;
    const choice = lineChoice(
      rules.pattern === undefined ? '' : JSON.stringify(record),
      request,
      rules,
      this.#byCluster,
    );
    // A server's line on Google Cloud has an inbound cluster and says itself who served.
    const byLabels =
      'leftOut' in choice && rules.pattern === undefined ? this.#byLabels(labelsOf(entry.fields)) : choice;
    if (!('leftOut' in byLabels) && 'leftOut' in choice) this.#tell(request, byLabels, 'arrival');
    else if (
      request.upstreamCluster === undefined &&
      request.status === undefined &&
      Number.isNaN(request.startUs)
    ) {
      this.#reading.skip(this.#name, place, 'no request in it');
    } else this.#tell(request, choice, 'line');
  }

  /** Chosen fields, as of a table. */
  #row(record: JsonObject, place: Place): void {
    const { rules, columns } = this.#options;
    const plain = Object.fromEntries([...flattened(record)]);
    const read = parseNdjsonLine(JSON.stringify(plain), 0, columns);
    if ('unparsed' in read) this.#reading.skip(this.#name, place, read.unparsed);
    else if (
      read.version === undefined &&
      read.upstreamCluster === undefined &&
      rules.pattern === undefined
    ) {
      const choice = this.#byLabels(labelsOf(record));
      if ('leftOut' in choice) this.#reading.skip(this.#name, place, 'neither a cluster nor a version in it');
      else this.#tell(read, choice, read.times === undefined ? 'row' : 'tally');
    } else {
      const text = rules.pattern === undefined ? '' : JSON.stringify(record);
      this.#tell(
        read,
        lineChoice(text, read, rules, this.#byCluster),
        read.times === undefined ? 'row' : 'tally',
      );
    }
  }

  #tell(request: RecordedRequest, choice: Choice, evidence: Evidence): void {
    tell(this.#name, request, choice, evidence, this.#options.rules, this.#reading, this.#onChoice);
  }
}

/** The line's own object stands for the next line, too: what is added to it is a new one. */
function withPod(read: RecordedRequest, pod: string | undefined): RecordedRequest {
  if (pod === undefined) return read;
  return new Proxy(read, {
    get: (own, name) => (name === 'proxy' ? pod : (Reflect.get(own, name, own) as unknown)),
  });
}

function labelsOf(fields: JsonObject): Record<string, string> {
  const flat = [...flattened(fields)].map(([name, value]) => [name, String(single(value))]);
  const labels = Object.fromEntries(flat) as Record<string, string>;
  const { upstream_cluster: _cluster, destination_service_host: host, ...rest } = labels;
  return {
    ...rest,
    ...(host === undefined ? {} : { destination_service: host }),
    ...(labels['destination_name'] === undefined ? {} : { destination_pod: labels['destination_name'] }),
  };
}
