import { didYouMean } from '../did-you-mean.ts';
import type { Problem } from '../problem.ts';
import type { HorizontalPodAutoscaler } from '../resource.ts';
import {
  isScalable,
  scaleTargetOf,
  selectedTemplates,
  writtenReplicas,
  type Workload,
} from '../scale-target.ts';
import { problemIn } from './problem-in.ts';
import { nameOf, type Check, type Setting } from './setting.ts';
import { labelsText } from '../labels.ts';

/** What each HorizontalPodAutoscaler scales, whether it is alone in that, and who else writes the number. */
export const autoscalers: Check = (setting) => {
  const workloads = setting.workloads;
  const pairs = setting.autoscalers.map((own) => ({ own, target: scaleTargetOf(own, workloads) }));
  const found = pairs.flatMap(({ own, target }) => (target === undefined ? [] : [{ own, target }]));
  return [
    ...pairs.flatMap(({ own, target }) => (target === undefined ? [missingTarget(setting, own)] : [])),
    ...found.flatMap((pair) => ambiguous(setting, pair, found)),
    ...found.flatMap(({ own, target }) => overwritten(own, target)),
  ];
};

interface Pair {
  readonly own: HorizontalPodAutoscaler;
  readonly target: Workload;
}

/** Condition AbleToScale: False, FailedGetScale. */
function missingTarget(setting: Setting, own: HorizontalPodAutoscaler): Problem {
  const { apiVersion, kind, name } = own.spec.scaleTargetRef;
  const namesake = setting.workloads.find(
    ({ metadata, kind: other }) =>
      metadata.name === name && metadata.namespace === own.metadata.namespace && other === kind,
  );
  const near = didYouMean(
    name,
    setting.workloads
      .filter(({ metadata, kind: other }) => other === kind && metadata.namespace === own.metadata.namespace)
      .map(({ metadata }) => metadata.name),
  );
  const hint = !isScalable(kind)
    ? 'a run scales Deployments, StatefulSets, ReplicaSets and Rollouts'
    : namesake !== undefined
      ? `write apiVersion: ${namesake.apiVersion} in scaleTargetRef`
      : near === undefined
        ? undefined
        : `did you mean "${near}"?`;
  return problemIn(own, ['spec', 'scaleTargetRef', namesake === undefined ? 'name' : 'apiVersion'], 'value', {
    severity: 'warning',
    code: 'MS1110',
    message: `the HPA controller was unable to get the target's current scale: ${[apiVersion, kind].filter(Boolean).join(' ')} "${name}" not found (FailedGetScale)`,
    hint,
  });
}

/** Condition ScalingActive: False, AmbiguousSelector (pkg/controller/podautoscaler/horizontal.go). */
function ambiguous(setting: Setting, { own, target }: Pair, all: readonly Pair[]): readonly Problem[] {
  const workloads = setting.workloads;
  const pods = new Set(selectedTemplates(target, workloads).map(({ template }) => template));
  const rivals = all.filter(
    (other) =>
      other.own !== own &&
      selectedTemplates(other.target, workloads).some(({ template }) => pods.has(template)),
  );
  if (rivals.length === 0) return [];
  const names = [own, ...rivals.map((other) => other.own)].map(nameOf).sort().join(' ');
  const isSameTarget = rivals.some((other) => other.target === target);
  return [
    problemIn(own, ['spec', 'scaleTargetRef', 'name'], 'value', {
      severity: 'warning',
      code: isSameTarget ? 'MS1112' : 'MS1111',
      message: `pods by selector ${labelsText(target.spec.selector)} are controlled by multiple HPAs: [${names}] (AmbiguousSelector): none of them scales`,
      hint: isSameTarget
        ? 'put all metrics into one HorizontalPodAutoscaler: the largest proposal wins'
        : 'give each version a selector that the other version does not fit',
    }),
  ];
}

/** kubectl apply sends what is written: the number of the autoscaler is gone until its next sync. */
function overwritten(own: HorizontalPodAutoscaler, target: Workload): readonly Problem[] {
  const written = writtenReplicas(target);
  if (written === undefined) return [];
  return [
    problemIn(target, ['spec', 'replicas'], 'value', {
      severity: 'warning',
      code: 'MS1116',
      message: `HorizontalPodAutoscaler ${nameOf(own)} scales ${target.kind} ${target.metadata.name}: each time this is applied, it goes back to ${written} ${written === 1 ? 'pod' : 'pods'}`,
      hint: 'leave replicas out once the autoscaler is in force; a scenario with `start: settled` begins with as many as its load asks for, any other with 1',
    }),
  ];
}
