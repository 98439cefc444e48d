import type { Span } from '../span.ts';
import type { TraceFormat } from './format.ts';
import { jaeger } from './jaeger.ts';
import { ElementSplitter } from './large-text.ts';
import { otlp } from './otlp.ts';
import { zipkin } from './zipkin.ts';

/** In the order in which they are asked. */
const formats: readonly TraceFormat[] = [otlp, jaeger, zipkin];

export interface TraceFile {
  readonly format: string;
  readonly spans: readonly Span[];
  /** What could not be read, in sentences. */
  readonly problems: readonly string[];
}

/**
 * Larger texts are not parsed at once (`LargeTraces`): a JavaScript string ends at 512 MB, and parsing takes several times the text's
 * size.
 */
export const traceTextLimit = 256 * 1024 * 1024;

/**
 * The spans of a file of traces, plain text: one JSON document, or one a line. Which tracing system wrote it is told by its
 * content.
 * @returns undefined where it holds no traces.
 */
export function readTraces(text: string): TraceFile | undefined {
  const start = text.search(/[^\s\ufeff]/);
  if (start < 0 || (text[start] !== '{' && text[start] !== '[')) return undefined;
  const whole = parsed(start === 0 ? text : text.slice(start));
  if (whole !== undefined) {
    const found = spansIn(whole);
    return found === undefined ? undefined : { ...found, problems: [] };
  }
  return readLines(text);
}

/** The spans of a text of any size, trace by trace. */
export class LargeTraces {
  readonly #spans: Span[] = [];
  readonly #splitter = new ElementSplitter((element, list) => this.#take(element, list));
  #format: string | undefined;
  #others = 0;

  push(bytes: Uint8Array): void {
    this.#splitter.push(bytes);
  }

  /** undefined where none of it was a trace. */
  end(): TraceFile | undefined {
    if (this.#format === undefined) return undefined;
    const problems =
      this.#others === 0 ? [] : [`${this.#others} of its elements hold no spans and are left out`];
    return { format: this.#format, spans: this.#spans, problems };
  }

  #take(element: string, list: string): void {
    const read = parsed(element);
    const found = spansIn(listsOfBatches.has(list) ? { [list]: [read] } : read);
    if (found === undefined) {
      this.#others += 1;
      return;
    }
    this.#format ??= found.format;
    for (const span of found.spans) this.#spans.push(span);
  }
}

const listsOfBatches = new Set(['resourceSpans', 'resource_spans', 'batches']);

/** A document a line; a line that is none is told, and the first one decides whether this is such a file. */
function readLines(text: string): TraceFile | undefined {
  const spans: Span[] = [];
  const others: number[] = [];
  let format: string | undefined;
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    const trimmed = line.trim();
    if (trimmed === '') continue;
    const document = trimmed.startsWith('{') || trimmed.startsWith('[') ? parsed(trimmed) : undefined;
    const found = document === undefined ? undefined : spansIn(document);
    if (found === undefined) {
      others.push(number);
      if (format === undefined && others.length >= 20) return undefined;
      continue;
    }
    format ??= found.format;
    for (const span of found.spans) spans.push(span);
  }
  if (format === undefined) return undefined;
  const problems =
    others.length === 0
      ? []
      : [
          `${others.length === 1 ? `line ${others[0]} holds` : `${others.length} lines, the first of them line ${others[0]}, hold`} no spans and ${others.length === 1 ? 'is' : 'are'} left out`,
        ];
  return { format, spans, problems };
}

function spansIn(
  document: unknown,
): { readonly format: string; readonly spans: readonly Span[] } | undefined {
  for (const { name, read } of formats) {
    const spans = read(document);
    if (spans !== undefined) return { format: name, spans };
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
