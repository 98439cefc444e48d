import { immutableProblems } from '../manifest/analysis/immutable.ts';
import { injectionsIn, reinjected } from '../manifest/injection.ts';
import { parseManifests } from '../manifest/parse.ts';
import type { Problem } from '../manifest/problem.ts';
import type { Manifest, Resource } from '../manifest/resource.ts';
import { isWorkload, type Workload } from '../manifest/scale-target.ts';
import type { DatedChange } from './dated.ts';
import { resourceKey } from '../mesh/kubernetes/registry.ts';
import type { TimelineStep } from './scenario.ts';
import type { ScenarioText } from './schema.ts';
import type { Texts } from './texts.ts';
import { plannedOf } from './timeline.ts';

/** What a scenario does when, with the manifests of its files. */
export interface LoadedTimeline {
  /** By time. */
  readonly steps: readonly TimelineStep[];
  /** Of its files, as they are read by the time at which they are applied. */
  readonly manifests: readonly Manifest[];
  /** Objects of kinds that are not modelled, as its files bring and take them. */
  readonly others: readonly DatedChange[];
  /** Workloads whose new pods get a sidecar, or none, otherwise than those that run, as labels of their Namespace were changed. */
  readonly otherwiseInjected: readonly Workload[];
}

/**
 * @param start what is in force before
 * @param problems takes up what is wrong, as it is found.
 */
export async function loadTimeline(
  { timeline, manifests: startFiles }: ScenarioText['spec'],
  start: Manifest,
  texts: Texts,
  problems: Problem[],
): Promise<LoadedTimeline> {
  for (const [index, entry] of timeline.entries()) {
    const { verb, file } = plannedOf(entry);
    if (file !== undefined) await texts.read(file, ['spec', 'timeline', index, verb], 'manifest');
  }
  const steps: TimelineStep[] = [];
  const others: DatedChange[] = [];
  const inForce = new Map(start.resources.map((own) => [resourceKey(own), own]));
  const otherwise = new Set<Workload>();
  // What a file says of pods depends on the namespaces that are there by then.
  const parsed = new Map<string, Manifest>();
  // A file that is in force from the start, or came before, has been complained about already.
  const complained = new Set(startFiles);
  for (const entry of [...timeline].sort((a, b) => a.at - b.at)) {
    const { verb, file, build } = plannedOf(entry);
    if (file === undefined) {
      steps.push({ atUs: entry.at, ...build([]) });
      continue;
    }
    const text = texts.known(file);
    if (text === undefined) continue;
    const earlier = [...inForce.values()];
    const key = JSON.stringify([file, ...injectionsIn({ ...start, resources: earlier })]);
    let manifest = parsed.get(key);
    if (manifest === undefined) {
      const result = parseManifests([{ file, text }], { ...start, resources: earlier });
      if (!complained.has(file)) problems.push(...result.problems);
      complained.add(file);
      parsed.set(key, (manifest = result.manifest));
    }
    const { resources } = manifest;
    steps.push({ atUs: entry.at, ...build(resources) });
    if (verb === 'apply' || verb === 'delete') others.push({ atUs: entry.at, verb, others: manifest.others });
    if (verb !== 'apply') continue;
    for (const own of resources) inForce.set(resourceKey(own), own);
    for (const own of reinjected(
      earlier.filter(isWorkload),
      injectionsIn({ ...start, resources: [...inForce.values()] }),
    ))
      otherwise.add(own);
  }
  return {
    steps,
    manifests: [...parsed.values()],
    others,
    // Those that came again have been settled anew.
    otherwiseInjected: [...otherwise].filter((own) => inForce.get(resourceKey(own)) === own),
  };
}

/** Changes of the timeline that the API server would refuse, as what is there then is not to be changed so. */
export function refusedChanges(initial: readonly Resource[], timeline: readonly TimelineStep[]): Problem[] {
  const there = new Map(initial.map((own) => [resourceKey(own), own]));
  return timeline.flatMap((step) => {
    if (step.verb === 'delete') for (const own of step.resources) there.delete(resourceKey(own));
    if (step.verb !== 'apply') return [];
    return step.resources.flatMap((own) => {
      const problems = immutableProblems(there.get(resourceKey(own)), own);
      there.set(resourceKey(own), own);
      return problems;
    });
  });
}
