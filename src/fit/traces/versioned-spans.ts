import { toldApart, type VersionedCall, type VersionedCalls } from '../logs/split.ts';
import type { Names } from '../names.ts';
import type { Span } from './span.ts';

/**
 * Services that more than one version took calls of, by the spans of whoever called: the version is that of the pod that answered, else
 * the subset that was called. Where traces are a sample, so are these. `names` knows the pods of the spans already.
 */
export function versionedSpans(spans: readonly Span[], names: Names): readonly VersionedCalls[] {
  const answers = new Map<string, Span>();
  for (const span of spans)
    if (span.kind === 'server' && span.parentId !== '') answers.set(`${span.traceId} ${span.parentId}`, span);
  const calls = spans.flatMap((span): VersionedCall[] => {
    if (span.kind !== 'client') return [];
    const answer = answers.get(`${span.traceId} ${span.spanId}`);
    const callee = answer === undefined || answer.pod === '' ? undefined : names.pod(answer.pod);
    const service = callee?.service || answer?.service || span.host;
    const version = callee?.version || answer?.version || span.subset;
    if (service === '' || version === '' || version === 'latest') return [];
    const namespace = callee?.namespace || answer?.namespace || '';
    return [{ service, namespace, pod: span.pod || span.service, startMs: span.startUs / 1000, version }];
  });
  return toldApart(calls.sort((one, other) => one.startMs - other.startMs));
}
