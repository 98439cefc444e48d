import { LineSplitter } from '../../accesslog/line-splitter.ts';
import { prometheusSeries } from '../../accesslog/prometheus-json.ts';
import { LogShelf } from '../../fit/logs/log-shelf.ts';
import { MetricShelf } from '../../fit/metrics/metric-shelf.ts';
import { kubernetesObjects, Names } from '../../fit/names.ts';
import { readTraces } from '../../fit/traces/format/index.ts';
import type { Span } from '../../fit/traces/span.ts';
import { plural } from '../../words/number.ts';
import { placeChanges, type Change } from '../check/changes.ts';
import { spanOf, type Evidence, type ToldChange } from './evidence.ts';

/** What a file is, told by how it begins. */
export type Kind = 'log' | 'json' | 'manifest';

/** So much of a file tells what it is. */
export const headBytes = 64 * 1024;

/**
 * Manifests say `apiVersion` and `kind`; JSON that is no log line is traces or metrics; all else is a log, whose lines are looked at
 * one by one.
 */
export function kindOf(head: string): Kind {
  const text = head.replace(/^\uFEFF/, '').trimStart();
  if (/^(---\s*\n)?(#.*\n|\s*\n)*\s*(apiVersion|kind|items)\s*:/.test(text)) return 'manifest';
  if (/"(resultType|metric)"\s*:/.test(text)) return 'json';
  const isJson = text.startsWith('{') || text.startsWith('[{') || /^\[\s*[[{\]]/.test(text);
  if (!isJson) return 'log';
  if (/"apiVersion"\s*:/.test(text) && /"kind"\s*:/.test(text)) return 'manifest';
  // Zipkin's tags bear the names of fields of a log.
  if (/"traceId"\s*:/.test(text) && (text.startsWith('[') || /"(localEndpoint|parentId)"\s*:/.test(text)))
    return 'json';
  return /"(start_time|response_code|response_flags|upstream_cluster)"\s*:/.test(text) ? 'log' : 'json';
}

/** Takes files one after the other, of whatever kind, and makes one body of evidence of them. */
export class Intake {
  readonly #names = new Names();
  readonly #logs = new LogShelf();
  readonly #metrics = new MetricShelf();
  readonly #spans: Span[] = [];
  readonly #objects: unknown[] = [];
  readonly #sources: string[] = [];
  readonly #notes: string[] = [];

  /** For the bytes of a log, as they come; `end` when there are no more. */
  log(name: string): LineSplitter {
    return new LineSplitter(this.#logs.file(name));
  }

  /** A whole text: traces or metrics. False where it is neither. */
  json(name: string, text: string): boolean {
    const series = prometheusSeries(text);
    if (series !== undefined && series.length > 0) {
      this.#metrics.add(series, this.#names);
      const metrics = new Set(series.map(({ labels }) => labels['__name__'] ?? 'a metric without a name'));
      this.#sources.push(
        `${name}: Prometheus, ${plural(series.length, 'series', 'series')} of ${[...metrics].join(', ')}`,
      );
      return true;
    }
    const traces = readTraces(text);
    if (traces === undefined) return false;
    for (const span of traces.spans) this.#spans.push(span);
    this.#sources.push(`${name}: traces (${traces.format}), ${plural(traces.spans.length, 'span')}`);
    this.#notes.push(...traces.problems.map((problem) => `${name}: ${problem}`));
    return true;
  }

  manifests(name: string, text: string): void {
    const objects = kubernetesObjects(name, text);
    this.#objects.push(...objects);
    this.#names.readObjects(objects);
    this.#sources.push(`${name}: ${plural(objects.length, 'object')} of Kubernetes`);
  }

  note(sentence: string): void {
    this.#notes.push(sentence);
  }

  /** All of it; a sentence where nothing has a time, or a change can not be placed. */
  evidence(
    changes: readonly Change[],
  ):
    | { readonly evidence: Evidence; readonly sources: readonly string[]; readonly notes: readonly string[] }
    | string {
    const { pods, files } = this.#logs.podLogs(this.#names);
    for (const { file, requests, others, undirected, again } of files) {
      const less = [
        others > 0 ? `${plural(others, 'line')} that ${others === 1 ? 'is' : 'are'} none` : '',
        undirected > 0
          ? `${plural(undirected, 'request')} whose line does not say whether it came in or went out (no upstream cluster), left out`
          : '',
        again > 0 ? `${again} that another file of the pod has, too` : '',
      ].filter((own) => own !== '');
      if (requests === 0) {
        this.#notes.push(
          `${file} is left out: no line of it is a request, and it is neither traces, an answer of Prometheus nor a manifest`,
        );
        continue;
      }
      this.#sources.push(
        `${file}: access log, ${plural(requests, 'request')}${less.length > 0 ? `; ${less.join('; ')}` : ''}`,
      );
    }
    const span = spanOf(pods, this.#spans, this.#metrics);
    if (span === undefined)
      return 'nothing that was given tells of any request: no line of a log, no span, no range of metrics';
    const placed = placeChanges(changes, span.fromMs * 1000);
    if (typeof placed === 'string') return placed;
    const told: ToldChange[] = [];
    for (const { atUs, weights } of placed) {
      if (atUs === undefined) return 'a change of a fit has a time: --change 10:06=v1=70,v2=30';
      told.push({
        atMs: atUs / 1000,
        weights: Object.fromEntries(weights.keys.map((key, at) => [key, weights.values[at]!])),
      });
    }
    return {
      evidence: {
        spans: this.#spans,
        logs: pods,
        metrics: this.#metrics,
        names: this.#names,
        objects: this.#objects,
        changes: told,
        ...span,
      },
      sources: this.#sources,
      notes: this.#notes,
    };
  }
}
