import { expositionSeries } from '../../accesslog/exposition.ts';
import { LineSplitter } from '../../accesslog/line-splitter.ts';
import { parseLine } from '../../accesslog/parse-line.ts';
import { prometheusSeries } from '../../accesslog/prometheus-json.ts';
import { textAt } from '../../fit/json.ts';
import { LogShelf } from '../../fit/logs/log-shelf.ts';
import { MetricShelf } from '../../fit/metrics/metric-shelf.ts';
import { isAddress, kubernetesObjects, Names } from '../../fit/names.ts';
import { LargeTraces, readTraces, type TraceFile } from '../../fit/traces/format/index.ts';
import type { Span } from '../../fit/traces/span.ts';
import { listed } from '../../words/listed.ts';
import { plural } from '../../words/number.ts';
import { placeChanges, type Change } from '../check/changes.ts';
import { appliedFiles, weightsOf, type AppliedFile } from './applied-files.ts';
import { spanOf, type Evidence, type ToldChange } from './evidence.ts';

/** What a file is, told by how it begins. */
export type Kind = 'log' | 'json' | 'manifest' | 'applied' | 'page';

/** So much of a file tells what it is. */
export const headBytes = 64 * 1024;

/**
 * Whoever reads a kind of text says whether it is that. A JSON text whose first line is whole is what that line is: lines of a log are
 * all that no other reader takes; one that goes on is no log. Other text is a manifest, a list of changes, a page of metrics, or a log,
 * whose lines are looked at one by one.
 */
export function kindOf(head: string): Kind {
  const text = head.replace(/^\uFEFF/, '').trimStart();
  if (/^[[{]/.test(text)) {
    const first = text.slice(0, /\n|$/.exec(text)!.index);
    const document = parsed(first);
    // A text log's lines begin with a bracket, and its first one may be cut off.
    if (document === undefined) return text.split('\n', 20).some(isLogLine) ? 'log' : 'json';
    const isOther = isKubernetes(document) || readTraces(first) !== undefined;
    return isOther || prometheusSeries(first) !== undefined || !first.startsWith('{') ? 'json' : 'log';
  }
  if (/^(- )?\s*apiVersion\s*:/m.test(text) && /^(- )?\s*kind\s*:/m.test(text)) return 'manifest';
  if (/^items\s*:/m.test(text)) return 'manifest';
  // What is cut off at the end of the head is not looked at.
  const lines = head.length < headBytes ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  if (appliedFiles(lines) !== undefined) return 'applied';
  return expositionSeries(lines) === undefined ? 'log' : 'page';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isLogLine = (line: string): boolean => !('unparsed' in parseLine(line, 1));

const isKubernetes = (document: unknown): boolean =>
  textAt(document, 'apiVersion') !== undefined && textAt(document, 'kind') !== undefined;

/** Takes files one after the other, of whatever kind, and makes one body of evidence of them. */
export class Intake {
  readonly #names = new Names();
  readonly #logs = new LogShelf();
  readonly #metrics = new MetricShelf();
  readonly #spans: Span[] = [];
  readonly #manifests: { readonly name: string; readonly objects: readonly unknown[] }[] = [];
  readonly #applied: { readonly name: string; readonly files: readonly AppliedFile[] }[] = [];
  readonly #sources: string[] = [];
  readonly #notes: string[] = [];

  /** For the bytes of a log, as they come; `end` when there are no more. */
  log(name: string): LineSplitter {
    return new LineSplitter(this.#logs.file(name));
  }

  /** A whole text: traces, metrics or objects of Kubernetes. False where it is none of them. */
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
    return this.#tracesOf(name, readTraces(text)) || this.#objectsOf(name, text);
  }

  /** Traces of a text that is too large to be one string, in its pieces. False where it has none. */
  largeTraces(name: string, pieces: Iterable<Uint8Array>): boolean {
    const traces = new LargeTraces();
    for (const piece of pieces) traces.push(piece);
    return this.#tracesOf(name, traces.end());
  }

  manifests(name: string, text: string): void {
    this.#objectsOf(name, text);
  }

  /** What was applied, and when: the manifests themselves are given, too. */
  applied(name: string, text: string): void {
    const files = appliedFiles(text) ?? [];
    this.#applied.push({ name, files });
    this.#sources.push(
      `${name}: ${plural(files.length, 'manifest')} that ${files.length === 1 ? 'was' : 'were'} applied`,
    );
  }

  /** A page of metrics as text. Only where it has times, and several, does it tell of a rate. */
  page(name: string, text: string): void {
    const series = expositionSeries(text) ?? [];
    if (series.every(({ times }) => times.length < 2 || times.some((own) => !Number.isFinite(own)))) {
      this.#notes.push(
        `${name} is left out: it is a page of metrics, whose counts are since the process began; what Prometheus answers to query_range tells of rates`,
      );
      return;
    }
    this.#metrics.add(series, this.#names);
    this.#sources.push(`${name}: a page of metrics, ${plural(series.length, 'series', 'series')}`);
  }

  #tracesOf(name: string, traces: TraceFile | undefined): boolean {
    if (traces === undefined) return false;
    for (const span of traces.spans) this.#spans.push(span);
    this.#sources.push(`${name}: traces (${traces.format}), ${plural(traces.spans.length, 'span')}`);
    this.#notes.push(...traces.problems.map((problem) => `${name}: ${problem}`));
    return true;
  }

  #objectsOf(name: string, text: string): boolean {
    const objects = kubernetesObjects(name, text).filter((own) => textAt(own, 'kind') !== undefined);
    if (objects.length === 0) return false;
    this.#manifests.push({ name, objects });
    this.#names.readObjects(objects);
    this.#sources.push(`${name}: ${plural(objects.length, 'object')} of Kubernetes`);
    return true;
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
    const nameless = files.flatMap(({ file, pods: own }) =>
      own
        .filter((pod) => isAddress(pod))
        .map((pod) => `${file} -> ${this.#names.pod(pod).workload} (${pod})`),
    );
    if (nameless.length > 0)
      this.#notes.push(
        `whose log it is, ${nameless.length === 1 ? 'one file does' : 'some files do'} not say, and no Pod with that address was given. The pods are named after what they are asked for: ${listed(nameless, 'and', 6)}. To have their own names, call each file POD.log, or add what kubectl get pods -o yaml prints`,
      );
    for (const { file, requests, others, undirected, again } of files) {
      const less = [
        others > 0 ? `${plural(others, 'line')} that ${others === 1 ? 'is' : 'are'} none` : '',
        undirected > 0
          ? `${plural(undirected, 'request')} whose line does not say whether it came in or went out (no upstream cluster), left out`
          : '',
        again > 0
          ? `${plural(again, 'request')} that ${again === 1 ? 'was' : 'were'} read before, in another file or in this one, counted once`
          : '',
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
    const { objects, toldByFiles } = this.#history(changes.length > 0);
    const placed = placeChanges(changes, span.fromMs * 1000);
    if (typeof placed === 'string') return placed;
    const told: ToldChange[] = [...toldByFiles];
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
        objects,
        changes: told,
        ...span,
      },
      sources: this.#sources,
      notes: this.#notes,
    };
  }
  /**
   * Changes that lists of applied manifests tell, and all objects with the latest of each last: what was applied before others stands
   * before them, and what a cluster was found with in the end behind all of them.
   */
  #history(isToldOtherwise: boolean): {
    readonly objects: readonly unknown[];
    readonly toldByFiles: readonly ToldChange[];
  } {
    const all = this.#manifests.flatMap(({ objects }) => objects);
    const inTime = this.#applied
      .flatMap(({ name, files }) => files.map((own) => ({ name, ...own })))
      .sort((one, other) => one.atMs - other.atMs);
    const steps = inTime.map((own) => ({
      ...own,
      manifest: this.#manifests.find(({ name }) => name.split('/').at(-1) === own.file),
    }));
    const before = [...new Set(steps.flatMap(({ manifest }) => manifest ?? []))];
    const objects = [...before, ...this.#manifests.filter((own) => !before.includes(own))].flatMap(
      (own) => own.objects,
    );
    if (isToldOtherwise) return { objects, toldByFiles: [] };
    const toldByFiles = steps.flatMap(({ name, file, atMs, manifest }): ToldChange[] => {
      if (manifest === undefined) {
        this.#notes.push(
          `${file} was applied, as ${name} has it, but it is not given: what it changed is not known`,
        );
        return [];
      }
      const weights = weightsOf(manifest.objects, all);
      return weights === undefined ? [] : [{ atMs, weights }];
    });
    return { objects, toldByFiles };
  }
}
