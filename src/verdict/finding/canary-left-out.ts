import type { Remedy } from '../../record/finding.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import { listed } from '../../words/listed.ts';
import { byHand } from './remedy.ts';

type CanaryFact = NonNullable<MeshFacts['canaries']>[number];

/** A Canary of Flagger over the steps of a run or of a timeline. */
export interface CanaryAlong extends CanaryFact {
  /** Its target gets another template, or other configuration, than it has: there is something to release. */
  readonly changes: boolean;
  /** It gets another template: else it is the configuration that changes. */
  readonly hasTemplate: boolean;
  /** It is there at first, and not in the end. */
  readonly isDeleted: boolean;
}

/** Each Canary as it is in the end; what is not as its controller would have it at some time is told. */
export function canariesAlong(steps: readonly Pick<MeshFacts, 'canaries'>[]): CanaryAlong[] {
  const all = steps.flatMap(({ canaries = [] }) => canaries);
  return [...new Map(all.map((own) => [own.name, own])).values()].map((last) => {
    const isDeleted = !(steps.at(-1)?.canaries ?? []).some(({ name }) => name === last.name);
    const same = all.filter(({ name, suspended }) => name === last.name && suspended === undefined);
    if (same.length === 0) return { ...last, changes: false, hasTemplate: false, isDeleted };
    const { suspended: _suspended, ...own } = last;
    return {
      ...own,
      underWay: same.some((own) => own.underWay),
      lacks: [...new Set(same.flatMap(({ lacks }) => lacks))],
      isShifted: same[0]!.isShifted,
      isDeleted,
      changes: own.restarts === true || new Set(same.map(({ template }) => template)).size > 1,
      // The hash of the template comes first.
      hasTemplate:
        own.restarts === true || new Set(same.map(({ template }) => template?.split('-')[0])).size > 1,
    };
  });
}

/**
 * What of a Canary does not take place, as the model has no such controller. One that is set up and has nothing to release leaves
 * pods and weights as they are (Flagger v1.44, pkg/controller/scheduler.go, shouldAdvance; pkg/router/istio.go, Reconcile).
 */
export function canaryLeftOut(own: CanaryAlong): {
  readonly isHarm: boolean;
  readonly text: string;
  readonly remedies: readonly Remedy[];
} {
  const { name, target, template, underWay, lacks, isShifted, changes } = own;
  const harm = (text: string, remedy: string) => ({ isHarm: true, text, remedies: [byHand(remedy)] });
  if (own.isDeleted)
    return harm(
      `Canary ${name} is deleted: in a cluster the Deployment ${target}-primary, the Services and the rule that Flagger made for it belong to it, and are deleted with it; in this run they stay.`,
      'Delete by hand in the timeline what is deleted with it, or leave the Canary there.',
    );
  if (own.suspended === true) return { isHarm: false, text: '', remedies: [] };
  if (template === null)
    return harm(
      `What Flagger’s controller would do for Canary ${name} with its target ${target} does not take place in this run.`,
      'Do by hand in the timeline what it would do, or judge the run without it.',
    );
  if (changes)
    return harm(
      `Canary ${name} does nothing in this run: Flagger’s controller would release the new ${own.hasTemplate ? 'template' : 'configuration'} of ${target} step by step, and copy it to ${target}-primary in the end.`,
      'Play each step by hand in the timeline: scale the target, apply the weights, then give the primary its template.',
    );
  if (lacks.length > 0)
    return harm(
      `Flagger’s controller would make or rewrite ${listed(lacks)} for Canary ${name}${
        lacks.includes(`Deployment ${target}-primary`) ? `, and then take ${target} to no pods` : ''
      }: in this run nobody does.`,
      `Write the manifests as Flagger leaves them, with ${target} at 0 replicas: its objects can be exported from a cluster.`,
    );
  if (underWay || isShifted)
    return harm(
      `Canary ${name} is in the middle of a release: Flagger’s controller would go on with it, and does not in this run.`,
      'Play each step by hand in the timeline: apply the weights, then give the primary its template.',
    );
  return {
    isHarm: false,
    text: `The template of ${target} stays as it is, so Canary ${name} has nothing to release: here as in a cluster.`,
    remedies: [],
  };
}
