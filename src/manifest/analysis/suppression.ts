import type { Problem } from '../problem.ts';
import { subjectOf } from './problem-in.ts';

/**
 * Whether the resource that a problem is about asks by annotation not to be told of its code
 * (pkg/config/analysis/local/istiod_analyze.go, filterMessages).
 */
export function isSuppressed(problem: Problem): boolean {
  const written = subjectOf(problem)?.metadata.annotations['galley.istio.io/analyze-suppress'] ?? '';
  return written.split(',').some((code) => code === '*' || code === problem.code);
}

/** Namespaces of the cluster itself (pkg/kube/inject, IgnoredNamespaces). */
export const isIgnoredNamespace = (namespace: string): boolean =>
  ['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'].includes(namespace);
