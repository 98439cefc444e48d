import { at, listAt, numberAt, textAt } from '../../json.ts';
import { spanOf, type Span } from '../span.ts';
import { kindOf, type TraceFormat } from './format.ts';

/**
 * What Jaeger's query API answers and its page downloads: `{data: [trace]}`, a list of traces, or one trace; a trace has `spans`
 * and `processes`, times are microseconds (jaeger-ui, src/types/trace.ts).
 */
export const jaeger: TraceFormat = {
  name: 'Jaeger',
  read(document) {
    const data = at(document, 'data');
    const traces = Array.isArray(data) ? data : Array.isArray(document) ? document : [document];
    if (traces.length === 0) return Array.isArray(data) ? [] : undefined;
    if (!traces.every(isTrace)) return undefined;
    return traces.flatMap((trace) => {
      const processes = at(trace, 'processes');
      const tagsOfProcess = new Map<string, ReadonlyMap<string, string>>();
      return listAt(trace, 'spans').map((span) => {
        const id = textAt(span, 'processID') ?? '';
        const process = at(span, 'process') ?? at(processes, id);
        let resource = tagsOfProcess.get(id);
        if (resource === undefined) {
          resource = tagsOf(process);
          tagsOfProcess.set(id, resource);
        }
        return spanFrom(span, textAt(process, 'serviceName') ?? '', resource);
      });
    });
  },
};

const isTrace = (value: unknown): boolean =>
  Array.isArray(at(value, 'spans')) && (at(value, 'processes') !== undefined || hasJaegerSpan(value));

const hasJaegerSpan = (trace: unknown): boolean =>
  listAt(trace, 'spans').some(
    (span) => at(span, 'traceID') !== undefined && at(span, 'process') !== undefined,
  );

function spanFrom(span: unknown, service: string, resource: ReadonlyMap<string, string>): Span {
  const tags = tagsOf(span);
  const traceId = textAt(span, 'traceID') ?? '';
  const references = listAt(span, 'references').filter(
    (own) => (textAt(own, 'traceID') ?? traceId) === traceId,
  );
  const parent = references.find((own) => textAt(own, 'refType') !== 'FOLLOWS_FROM') ?? references[0];
  return spanOf({
    traceId,
    spanId: textAt(span, 'spanID') ?? '',
    parentId: textAt(parent, 'spanID') ?? textAt(span, 'parentSpanID') ?? '',
    follows: textAt(parent, 'refType') === 'FOLLOWS_FROM',
    clockCorrected: listAt(span, 'warnings').some(
      (warning) => typeof warning === 'string' && /timestamps were adjusted by/.test(warning),
    ),
    kind: kindOf(tags.get('span.kind')),
    name: textAt(span, 'operationName') ?? '',
    startUs: numberAt(span, 'startTime') ?? NaN,
    durationUs: numberAt(span, 'duration') ?? NaN,
    service,
    tag: (name) => tags.get(name) ?? resource.get(name),
  });
}

function tagsOf(object: unknown): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const tag of listAt(object, 'tags')) {
    const value = at(tag, 'value');
    if (value !== undefined && value !== null) tags.set(textAt(tag, 'key') ?? '', String(value));
  }
  return tags;
}
