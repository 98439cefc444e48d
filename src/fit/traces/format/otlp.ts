import { at, listAt, textAt } from '../../json.ts';
import { spanOf, type Span } from '../span.ts';
import { kindOf, type TraceFormat } from './format.ts';

/**
 * OTLP's JSON (opentelemetry-proto, docs/specification.md): a document, or a line of what the collector's file exporter writes.
 * Tempo wraps the same: `batches` for `resourceSpans`, `{trace: ...}` around it, ids in base64, kinds as words, and older
 * ones write `instrumentationLibrarySpans`; Jaeger's third API wraps it in `result`.
 */
export const otlp: TraceFormat = {
  name: 'OTLP',
  read(document) {
    const documents = Array.isArray(document) ? document : [document];
    const batches = documents.map(batchesOf);
    if (batches.length === 0 || batches.some((own) => own === undefined)) return undefined;
    return batches.flatMap((own) => own!.flatMap(spansOfBatch));
  },
};

function batchesOf(document: unknown): readonly unknown[] | undefined {
  const inner = at(document, 'trace') ?? at(document, 'result') ?? document;
  for (const name of ['resourceSpans', 'resource_spans', 'batches']) {
    const batches = at(inner, name);
    if (Array.isArray(batches)) return batches;
  }
  return undefined;
}

function spansOfBatch(batch: unknown): Span[] {
  const resource = attributesOf(at(batch, 'resource'));
  const service = resource.get('service.name') ?? '';
  return ['scopeSpans', 'scope_spans', 'instrumentationLibrarySpans', 'ilSpans'].flatMap((name) =>
    listAt(batch, name).flatMap((scope) =>
      listAt(scope, 'spans').map((span) => spanFrom(span, service, resource)),
    ),
  );
}

function spanFrom(span: unknown, service: string, resource: ReadonlyMap<string, string>): Span {
  const tags = attributesOf(span);
  const start = timeOf(at(span, 'startTimeUnixNano'));
  const end = timeOf(at(span, 'endTimeUnixNano'));
  const code = at(at(span, 'status'), 'code');
  return spanOf({
    traceId: hexId(textAt(span, 'traceId')),
    spanId: hexId(textAt(span, 'spanId')),
    parentId: hexId(textAt(span, 'parentSpanId')),
    kind: kind(at(span, 'kind')),
    name: textAt(span, 'name') ?? '',
    startUs: start.seconds * 1e6 + start.nanoseconds / 1000,
    durationUs: (end.seconds - start.seconds) * 1e6 + (end.nanoseconds - start.nanoseconds) / 1000,
    service,
    isError: code === 2 || code === 'STATUS_CODE_ERROR',
    tag: (name) => tags.get(name) ?? resource.get(name),
  });
}

const kinds = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

const kind = (written: unknown): ReturnType<typeof kindOf> =>
  kindOf(
    typeof written === 'number'
      ? kinds[written]
      : typeof written === 'string'
        ? written.replace(/^SPAN_KIND_/, '')
        : undefined,
  );

/** Nanoseconds as a decimal text, in two parts: a double holds no more than 256 ns of them. */
function timeOf(written: unknown): { readonly seconds: number; readonly nanoseconds: number } {
  if (typeof written === 'number')
    return { seconds: Math.floor(written / 1e9), nanoseconds: written - Math.floor(written / 1e9) * 1e9 };
  if (typeof written !== 'string' || !/^\d+$/.test(written)) return { seconds: NaN, nanoseconds: NaN };
  return { seconds: Number(written.slice(0, -9)), nanoseconds: Number(written.slice(-9)) };
}

/** 8 or 16 bytes in base64 are 12 or 24 letters and end with `=`; in hexadecimal 16 or 32. */
function hexId(id = ''): string {
  if (!/^[A-Za-z0-9+/_-]{11}=$|^[A-Za-z0-9+/_-]{22}==$/.test(id)) return id;
  const bytes = atob(id.replaceAll('-', '+').replaceAll('_', '/'));
  return [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

function attributesOf(object: unknown): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const attribute of listAt(object, 'attributes')) {
    const value = at(attribute, 'value');
    for (const type of ['stringValue', 'intValue', 'boolValue', 'doubleValue']) {
      const written = at(value, type);
      if (written !== undefined && written !== null)
        tags.set(textAt(attribute, 'key') ?? '', String(written));
    }
  }
  return tags;
}
