import type { Problem } from '../problem.ts';
import type { Resource } from '../resource.ts';
import { problemIn } from './problem-in.ts';

/**
 * What the API server refuses of a change of a workload that is there (ValidateDeploymentUpdate and its like in
 * pkg/apis/apps/validation): another selector. Whoever wants that deletes the workload first.
 */
export function immutableProblems(before: Resource | undefined, own: Resource): Problem[] {
  if (before === undefined || !selecting.has(own.kind) || selectorOf(before) === selectorOf(own)) return [];
  return [
    problemIn(own, ['spec', 'selector'], 'key', {
      severity: 'error',
      code: 'MS1014',
      message:
        own.kind === 'StatefulSet'
          ? "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
          : `spec.selector: Invalid value: ${selectorOf(own)}: field is immutable`,
      hint: `a ${own.kind} keeps the selector that it was made with: keep it, or delete ${own.metadata.name} first`,
    }),
  ];
}

const selecting: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']);

/** Keys in order: two that say the same are the same text. */
const selectorOf = ({ source }: Resource): string =>
  JSON.stringify(
    (source['spec'] as { readonly selector?: unknown } | undefined)?.selector,
    (_key, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
  );
