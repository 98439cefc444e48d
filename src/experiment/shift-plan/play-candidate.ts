import { changedResource, manifestText } from '../../manifest/write.ts';
import type { HorizontalPodAutoscaler, Resource } from '../../manifest/resource.ts';
import type { AutoscalerChange, Candidate, PlanAction } from '../../record/shift-plan.ts';
import type { Scenario, TimelineStep } from '../../scenario/scenario.ts';
import { writtenPauseUs } from './candidates.ts';
import type { Pattern, Shift } from './shift.ts';
import { warmedUp } from './warm-up.ts';

/** How long before a step its pods are asked for beforehand; never longer than the pause. */
const leadUs = 120_000_000;

/** A plan as a scenario to play, and as what an operator applies. */
export interface PlayablePlan {
  readonly scenario: Scenario;
  /** When its first action comes, and when its last pause is over. */
  readonly startUs: number;
  readonly endUs: number;
  readonly actions: readonly PlanAction[];
}

/**
 * The scenario with its shift made in the candidate's way; the candidate as written leaves it as it is. How long it is played is
 * for the caller to say: plans are compared over one time, however long they take.
 */
export function playCandidate(scenario: Scenario, shift: Shift, candidate: Candidate): PlayablePlan {
  const base: Scenario = { ...scenario, expect: [], rollback: undefined };
  if (candidate.steps === null) {
    const lastUs = shift.steps.at(-1)!.atUs;
    const endUs = Math.min(scenario.durationUs, lastUs + writtenPauseUs(scenario, shift));
    return { scenario: base, startUs: shift.startUs, endUs, actions: asWritten(scenario, shift) };
  }
  const { startUs } = shift;
  const pauseUs = candidate.pauseSeconds! * 1e6;
  const endUs = startUs + candidate.steps.length * pauseUs;
  const after = (atUs: number): number => (atUs - startUs) / 1e6;
  const changed = candidate.autoscalers.map((change) => changedAutoscaler(scenario, change));
  // What brings pods comes before the step that needs them; other limits come with the first step.
  const bringsPods = candidate.preScale > 0 || candidate.autoscalers.some((own) => own.min !== undefined);
  const limitsAtUs = bringsPods ? Math.max(0, startUs - Math.min(leadUs, pauseUs)) : startUs;
  // The manifests that ask for pods beforehand bring the other limits of their autoscaler along.
  const alone = changed.filter(
    (own) => own.isChanged && (candidate.preScale === 0 || own.name !== shift.to.autoscaler),
  );
  const actions: PlanAction[] = alone.map(({ file, text, name }) => ({
    afterSeconds: after(limitsAtUs),
    command: `kubectl apply -f ${file}`,
    why: `limits of ${name}`,
    file,
    text,
  }));
  const manifests = scenario.manifests.map(
    (own) => changed.find((each) => each.original === own)?.resource ?? own,
  );
  const timeline: TimelineStep[] = [
    ...shift.rest,
    ...alone.map(({ file, resource }): TimelineStep => ({
      atUs: limitsAtUs,
      verb: 'apply',
      file,
      resources: [resource],
    })),
  ];
  if (candidate.warmUpSeconds !== undefined) {
    const { file, text, resource } = warmedUp(scenario, shift, candidate.warmUpSeconds);
    timeline.push({ atUs: limitsAtUs, verb: 'apply', file, resources: [resource] });
    actions.push({
      afterSeconds: after(limitsAtUs),
      command: `kubectl apply -f ${file}`,
      why: `warm-up of pods of ${shift.to.name}`,
      file,
      text,
    });
  }
  const preScales = candidate.preScale === 0 ? [] : candidate.steps;
  for (const [index, percent] of preScales.entries()) {
    const atUs = Math.max(0, startUs + index * pauseUs - Math.min(leadUs, pauseUs));
    const replicas = Math.ceil((candidate.preScale * percent) / 100);
    const step = preScaled(manifests, shift, replicas);
    timeline.push({ atUs, ...step.timeline });
    actions.push({
      afterSeconds: after(atUs),
      command: step.command,
      why: `${replicas} pods of ${shift.to.name} before the step to ${percent} %`,
      file: step.file,
      text: step.text,
    });
  }
  for (const [index, percent] of candidate.steps.entries()) {
    const file = `${shift.service}-${index + 1}-${percent}.yaml`;
    const changedRules = shift.patterns.map((own) =>
      changedResource(own.resource, file, (source) => setWeights(source, own, percent)),
    );
    const text = changedRules.map((own) => own.text).join('---\n');
    const resources = changedRules.map((own) => own.resource);
    const atUs = startUs + index * pauseUs;
    timeline.push({ atUs, verb: 'apply', file, resources });
    actions.push({
      afterSeconds: after(atUs),
      command: `kubectl apply -f ${file}`,
      why: `${shift.to.name} ${percent} %`,
      file,
      text,
    });
  }
  if (preScales.length > 0 && shift.to.autoscaler !== undefined) {
    const { file, text, resource } =
      changed.find((own) => own.name === shift.to.autoscaler) ?? unchanged(scenario, shift.to.autoscaler);
    timeline.push({ atUs: endUs, verb: 'apply', file, resources: [resource] });
    actions.push({
      afterSeconds: after(endUs),
      command: `kubectl apply -f ${file}`,
      why: 'the autoscaler decides again',
      file,
      text,
    });
  }
  return {
    scenario: { ...base, timeline: timeline.sort((a, b) => a.atUs - b.atUs) },
    startUs: startUs + Math.min(0, ...actions.map((own) => own.afterSeconds)) * 1e6,
    endUs,
    actions: actions.sort((a, b) => a.afterSeconds - b.afterSeconds),
  };
}

/** The steps of the timeline; their files are the user's own. */
const asWritten = ({ timeline }: Scenario, { startUs, steps, to }: Shift): PlanAction[] =>
  steps.map(({ atUs, percent }) => ({
    afterSeconds: (atUs - startUs) / 1e6,
    command: timeline
      .flatMap((own) => (own.verb === 'apply' && own.atUs === atUs ? [`kubectl apply -f ${own.file}`] : []))
      .join(' && '),
    why: `${to.name} ${percent} %`,
    file: null,
    text: null,
  }));

function autoscalerCalled(manifests: readonly Resource[], name: string): HorizontalPodAutoscaler {
  const found = manifests.find((own) => own.kind === 'HorizontalPodAutoscaler' && own.metadata.name === name);
  if (found?.kind !== 'HorizontalPodAutoscaler')
    throw new RangeError(`no HorizontalPodAutoscaler is called "${name}" in the manifests`);
  return found;
}

/** An autoscaler as it is written. */
function unchanged(
  { manifests }: Scenario,
  name: string,
): { readonly file: string; readonly text: string; readonly resource: Resource } {
  const resource = autoscalerCalled(manifests, name);
  return { file: `hpa-${name}.yaml`, text: manifestText(resource.source), resource };
}

function changedAutoscaler(
  { manifests }: Scenario,
  { name, min, max, target }: AutoscalerChange,
): {
  readonly original: Resource;
  readonly resource: Resource;
  readonly file: string;
  readonly text: string;
  readonly name: string;
  readonly isChanged: boolean;
} {
  const original = autoscalerCalled(manifests, name);
  const file = `hpa-${name}.yaml`;
  const { text, resource } = changedResource(original, file, (source) => {
    const spec = source['spec'] as Record<string, unknown>;
    if (min !== undefined) spec['minReplicas'] = min;
    if (max !== undefined) spec['maxReplicas'] = max;
    if (target !== undefined) setTarget(spec, target);
  });
  const { spec } = original;
  const isChanged =
    (min !== undefined && min !== (spec.minReplicas ?? 1)) ||
    (max !== undefined && max !== spec.maxReplicas) ||
    target !== undefined;
  return { original, resource, file, text, name, isChanged };
}

/** Per cent of CPU requests, in the field of either version of the API. */
function setTarget(spec: Record<string, unknown>, target: number): void {
  const metrics = spec['metrics'] as { resource?: { target: { averageUtilization?: number } } }[] | undefined;
  const own = metrics?.find((each) => each.resource?.target.averageUtilization !== undefined);
  if (own === undefined) spec['targetCPUUtilizationPercentage'] = target;
  else own.resource!.target.averageUtilization = target;
}

/** More pods beforehand: a higher minimum of the autoscaler, or the replicas of a workload without one. */
function preScaled(
  manifests: readonly Resource[],
  { to }: Shift,
  replicas: number,
): {
  readonly timeline: DistributiveOmit<TimelineStep, 'atUs'>;
  readonly command: string;
  readonly file: string | null;
  readonly text: string | null;
} {
  if (to.autoscaler === undefined) {
    const command = `kubectl scale deployment ${to.workload} --replicas ${replicas}`;
    return {
      timeline: { verb: 'scale', workload: to.workload, replicas },
      command,
      file: null,
      text: null,
    };
  }
  const autoscaler = autoscalerCalled(manifests, to.autoscaler);
  const least = Math.min(replicas, autoscaler.spec.maxReplicas);
  const file = `hpa-${to.autoscaler}-min-${least}.yaml`;
  const { text, resource } = changedResource(autoscaler, file, (source) => {
    const spec = source['spec'] as Record<string, unknown>;
    spec['minReplicas'] = Math.max(least, autoscaler.spec.minReplicas ?? 1);
  });
  return {
    timeline: { verb: 'apply', file, resources: [resource] },
    command: `kubectl apply -f ${file}`,
    file,
    text,
  };
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function setWeights(
  source: Record<string, unknown>,
  { resource, destinations }: Pattern,
  percent: number,
): void {
  const spec = source['spec'] as {
    http?: { route: { weight?: number }[] }[];
    rules?: { backendRefs: { weight?: number }[] }[];
  };
  for (const { rule, from, to } of destinations) {
    const list = resource.kind === 'HTTPRoute' ? spec.rules![rule]!.backendRefs : spec.http![rule]!.route;
    list[from]!.weight = 100 - percent;
    list[to]!.weight = percent;
  }
}
