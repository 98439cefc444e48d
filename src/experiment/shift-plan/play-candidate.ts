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

/** What an operator does at one moment of a plan: as it is played, and as it is typed. */
interface Deed {
  readonly atUs: number;
  readonly played: DistributiveOmit<TimelineStep, 'atUs'>;
  readonly command: string;
  readonly why: string;
  readonly file: string | null;
  readonly text: string | null;
}

/** A candidate with its moments. */
interface Timed {
  readonly scenario: Scenario;
  readonly shift: Shift;
  readonly candidate: Candidate;
  readonly percents: readonly number[];
  readonly pauseUs: number;
  /** How long before it is needed a pod is asked for. */
  readonly aheadUs: number;
  readonly endUs: number;
  readonly autoscalers: readonly ChangedAutoscaler[];
}

/**
 * The scenario with its shift made in the candidate's way; the candidate as written leaves it as it is. How long it is played is
 * for the caller to say: plans are compared over one time, however long they take.
 */
export function playCandidate(scenario: Scenario, shift: Shift, candidate: Candidate): PlayablePlan {
  const base: Scenario = { ...scenario, expect: [], rollback: undefined };
  const { startUs } = shift;
  if (candidate.steps === null) {
    const lastUs = shift.steps.at(-1)!.atUs;
    const endUs = Math.min(scenario.durationUs, lastUs + writtenPauseUs(scenario, shift));
    return { scenario: base, startUs, endUs, actions: asWritten(scenario, shift) };
  }
  const pauseUs = candidate.pauseSeconds! * 1e6;
  const timed: Timed = {
    scenario,
    shift,
    candidate,
    percents: candidate.steps,
    pauseUs,
    aheadUs: Math.min(leadUs, pauseUs),
    endUs: startUs + candidate.steps.length * pauseUs,
    autoscalers: candidate.autoscalers.map((change) => changedAutoscaler(scenario, change)),
  };
  const deeds = [...limits(timed), ...preScales(timed), ...steps(timed), ...release(timed)];
  const timeline = [...shift.rest, ...deeds.map(({ atUs, played }): TimelineStep => ({ atUs, ...played }))];
  const actions = deeds.map(({ atUs, command, why, file, text }) => ({
    afterSeconds: (atUs - startUs) / 1e6,
    command,
    why,
    file,
    text,
  }));
  return {
    scenario: { ...base, timeline: timeline.sort((a, b) => a.atUs - b.atUs) },
    startUs: startUs + Math.min(0, ...actions.map((own) => own.afterSeconds)) * 1e6,
    endUs: timed.endUs,
    actions: actions.sort((a, b) => a.afterSeconds - b.afterSeconds),
  };
}

const applied = (
  atUs: number,
  why: string,
  { file, text, resources }: { file: string; text: string; resources: readonly Resource[] },
): Deed => ({
  atUs,
  played: { verb: 'apply', file, resources },
  command: `kubectl apply -f ${file}`,
  why,
  file,
  text,
});

/** Limits of autoscalers, and the warm-up of new pods. What brings pods comes before the step that needs them, the rest with it. */
function limits({ scenario, shift, candidate, aheadUs, autoscalers }: Timed): Deed[] {
  const bringsPods = candidate.preScale > 0 || candidate.autoscalers.some((own) => own.min !== undefined);
  const atUs = bringsPods ? Math.max(0, shift.startUs - aheadUs) : shift.startUs;
  // The manifests that ask for pods beforehand bring the other limits of their autoscaler along.
  const alone = autoscalers.filter(
    (own) => own.isChanged && (candidate.preScale === 0 || own.name !== shift.to.autoscaler),
  );
  const deeds = alone.map((own) =>
    applied(atUs, `limits of ${own.name}`, { ...own, resources: [own.resource] }),
  );
  if (candidate.warmUpSeconds === undefined) return deeds;
  const { resource, ...file } = warmedUp(scenario, shift, candidate.warmUpSeconds);
  return [...deeds, applied(atUs, `warm-up of pods of ${shift.to.name}`, { ...file, resources: [resource] })];
}

/** Pods that are asked for before the step that needs them. */
function preScales({ scenario, shift, candidate, percents, pauseUs, aheadUs, autoscalers }: Timed): Deed[] {
  if (candidate.preScale === 0) return [];
  const manifests = scenario.manifests.map(
    (own) => autoscalers.find((each) => each.original === own)?.resource ?? own,
  );
  return percents.map((percent, index) => {
    const replicas = Math.ceil((candidate.preScale * percent) / 100);
    return {
      atUs: Math.max(0, shift.startUs + index * pauseUs - aheadUs),
      why: `${replicas} pods of ${shift.to.name} before the step to ${percent} %`,
      ...preScaled(manifests, shift, replicas),
    };
  });
}

/** The weights, step by step. */
const steps = ({ shift, percents, pauseUs }: Timed): Deed[] =>
  percents.map((percent, index) => {
    const file = `${shift.service}-${index + 1}-${percent}.yaml`;
    const rules = shift.patterns.map((own) =>
      changedResource(own.resource, file, (source) => setWeights(source, own, percent)),
    );
    return applied(shift.startUs + index * pauseUs, `${shift.to.name} ${percent} %`, {
      file,
      text: rules.map((own) => own.text).join('---\n'),
      resources: rules.map((own) => own.resource),
    });
  });

/** Where an autoscaler's minimum was raised for the steps, it is as the plan has it again when they are over. */
function release({ scenario, shift, candidate, endUs, autoscalers }: Timed): Deed[] {
  const name = shift.to.autoscaler;
  if (candidate.preScale === 0 || name === undefined) return [];
  const own = autoscalers.find((each) => each.name === name) ?? unchanged(scenario, name);
  return [applied(endUs, 'the autoscaler decides again', { ...own, resources: [own.resource] })];
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

interface ChangedAutoscaler {
  readonly original: Resource;
  readonly resource: Resource;
  readonly file: string;
  readonly text: string;
  readonly name: string;
  readonly isChanged: boolean;
}

function changedAutoscaler(
  { manifests }: Scenario,
  { name, min, max, target }: AutoscalerChange,
): ChangedAutoscaler {
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
): Omit<Deed, 'atUs' | 'why'> {
  if (to.autoscaler === undefined) {
    const command = `kubectl scale deployment ${to.workload} --replicas ${replicas}`;
    return {
      played: { verb: 'scale', workload: to.workload, replicas },
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
    played: { verb: 'apply', file, resources: [resource] },
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
