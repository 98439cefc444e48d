import type { PodChanges } from '../manifest/quota.ts';
import { isWorkload } from '../manifest/scale-target.ts';
import type { TimelineStep } from './scenario.ts';

/** What a timeline does to pods, beside what it applies. */
export function podChangesOf(steps: readonly TimelineStep[]): PodChanges {
  const scaled = new Map<string, { most: number; least: number }>();
  for (const step of steps) {
    if (step.verb !== 'scale') continue;
    const { most, least } = scaled.get(step.workload) ?? { most: step.replicas, least: step.replicas };
    scaled.set(step.workload, { most: Math.max(most, step.replicas), least: Math.min(least, step.replicas) });
  }
  const replaces = steps.some(
    (step) => replacing.has(step.verb) || (step.verb === 'delete' && step.resources.some(isWorkload)),
  );
  return { scaled, replaces };
}

/** After them others come in the place of pods. */
const replacing: ReadonlySet<string> = new Set(['drain', 'kill', 'lose', 'restart']);
