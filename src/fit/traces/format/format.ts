import type { Span, SpanKind } from '../span.ts';

/** A tracing system's way to write spans. */
export interface TraceFormat {
  /** As people call it. */
  readonly name: string;
  /** The spans of one parsed JSON document; undefined: it is not of this format. */
  readonly read: (document: unknown) => Span[] | undefined;
}

const kinds: readonly string[] = ['client', 'server', 'producer', 'consumer', 'internal'];

export const kindOf = (text: string | undefined): SpanKind => {
  const kind = (text ?? '').toLowerCase();
  return kinds.includes(kind) ? (kind as SpanKind) : '';
};
