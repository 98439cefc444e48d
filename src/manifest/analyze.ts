import { hostConflicts, ingressSubsets } from './analysis/host-conflict.ts';
import { references } from './analysis/reference.ts';
import { selectors } from './analysis/selector.ts';
import { settingOf, type Check } from './analysis/setting.ts';
import { unreachable } from './analysis/unreachable.ts';
import { weights } from './analysis/weight.ts';
import type { Problem } from './problem.ts';
import type { Resource } from './resource.ts';
import { sortProblems } from './sort-problems.ts';

const checks: readonly Check[] = [references, hostConflicts, ingressSubsets, unreachable, selectors, weights];

/**
 * What is odd about resources that are fine one by one, as `istioctl analyze` would say it, with its codes. Warnings and
 * infos only: the mesh takes all of it, and what it then does is what a run shows.
 */
export function analyze(resources: readonly Resource[]): readonly Problem[] {
  const setting = settingOf(resources);
  return sortProblems(checks.flatMap((check) => check(setting)));
}
