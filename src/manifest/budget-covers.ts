import { matches, meets, type Labels } from './labels.ts';
import type { PodDisruptionBudget } from './resource.ts';

/** Whether a budget is for a pod: one without a selector is for none. */
export const budgetCovers = (
  { metadata, spec }: PodDisruptionBudget,
  namespace: string,
  labels: Labels,
): boolean =>
  metadata.namespace === namespace &&
  spec.selector !== undefined &&
  matches(spec.selector, labels) &&
  meets(spec.expressions ?? [], labels);
