import { at, numberAt, textAt } from '../../json.ts';
import { spanOf, type Span } from '../span.ts';
import { kindOf, type TraceFormat } from './format.ts';

/** Zipkin's second format (zipkin-api, zipkin2-api.yaml): a list of spans, or of traces that are such lists; microseconds. */
export const zipkin: TraceFormat = {
  name: 'Zipkin',
  read(document) {
    if (!Array.isArray(document)) return isSpan(document) ? [spanFrom(document)] : undefined;
    const spans: readonly unknown[] = document.flat();
    return spans.length > 0 && spans.every(isSpan) ? spans.map(spanFrom) : undefined;
  },
};

const isSpan = (value: unknown): boolean =>
  textAt(value, 'traceId') !== undefined &&
  textAt(value, 'id') !== undefined &&
  at(value, 'spanId') === undefined;

function spanFrom(span: unknown): Span {
  const tags = at(span, 'tags');
  const local = at(span, 'localEndpoint');
  const remote = at(span, 'remoteEndpoint');
  return spanOf({
    traceId: textAt(span, 'traceId') ?? '',
    spanId: textAt(span, 'id') ?? '',
    parentId: textAt(span, 'parentId') ?? '',
    shared: at(span, 'shared') === true,
    kind: kindOf(textAt(span, 'kind')),
    name: textAt(span, 'name') ?? '',
    startUs: numberAt(span, 'timestamp') ?? NaN,
    durationUs: numberAt(span, 'duration') ?? NaN,
    service: textAt(local, 'serviceName') ?? '',
    isError: at(tags, 'error') !== undefined && at(tags, 'error') !== 'false',
    tag: (name) => {
      const value = at(tags, name);
      if (value !== undefined && value !== null) return String(value);
      if (name === 'ip') return textAt(local, 'ipv4') ?? textAt(local, 'ipv6');
      return name === 'peer.service' ? textAt(remote, 'serviceName') : undefined;
    },
  });
}
