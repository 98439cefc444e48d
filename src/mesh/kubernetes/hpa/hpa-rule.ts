import {
  ambiguousSelector,
  failedMetric,
  failedUpdateScale,
  missingSelector,
  readyForNewScale,
  scaleDownStabilized,
  scaleUpStabilized,
  scalingDisabled,
  scalingLimited,
  succeededGetScale,
  succeededRescale,
  validMetricFound,
  withCondition,
  type HpaCondition,
  type HpaEvent,
} from './conditions.ts';
import { step, type DecisionStep } from './decision-step.ts';
import { emptyHpaLogs, type HpaLogs } from './logs.ts';
import type { ObservedPod, Samples } from './observed.ts';
import { limitWithBehavior, limitWithoutBehavior, type Limited } from './policies.ts';
import { proposeFor } from './proposal/index.ts';
import type { MetricFailure, MetricValue } from './proposal/metric-rule.ts';
import { logScaleEvent } from './scale-events.ts';
import {
  hpaControllerDefaults,
  hpaDefaults,
  type CompleteHpaSpec,
  type HpaControllerSettings,
  type HpaSpec,
  type MetricSpec,
} from './spec.ts';
import { stabiliseBothWays, stabiliseDown, type Stabilised } from './stabilise.ts';
import { tolerancesOf } from './utilisation.ts';

/** Times are microseconds on any one clock; quantities are thousandths (see `HpaSpec`). */
export interface HpaInput {
  readonly spec: HpaSpec;
  /** Default: `hpaControllerDefaults`. */
  readonly controller?: HpaControllerSettings;
  /** Default `default`; in messages only. */
  readonly namespace?: string;
  /** scale.spec.replicas: the wish, not what runs. */
  readonly currentReplicas: number;
  /** scale.status.replicas; asked by averages of Object and External metrics only. Default: `currentReplicas`. */
  readonly statusReplicas?: number;
  /** The target's label selector as text. Empty: the scale has none, and nothing can be computed. Absent: one that is well. */
  readonly selector?: string;
  /** HPAs whose targets select one of the same pods, this one included. More than one: neither acts. */
  readonly controlledBy?: readonly { readonly name: string; readonly namespace: string }[];
  /** Pods that the selector finds, old and new ReplicaSets alike, terminating ones included. */
  readonly pods: readonly ObservedPod[];
  readonly samples: Samples;
  /** From the last sync. Absent or empty: a new HPA, or a controller that was restarted. */
  readonly logs?: HpaLogs;
  /** status.conditions from the last sync. */
  readonly conditions?: readonly HpaCondition[];
  /** Why the scale cannot be written, if so. */
  readonly writeError?: string;
  readonly nowUs: number;
}

export interface HpaOutput {
  /** What scale.spec.replicas is after this sync. */
  readonly replicas: number;
  /** Why it was changed, in the words of the event: `cpu resource utilization (percentage of request) above target`. */
  readonly reason: string;
  /** status.currentMetrics: one entry a metric in the spec's order, undefined where it failed or was not asked. */
  readonly currentMetrics: readonly (MetricValue | undefined)[];
  /** status.conditions: those set by this sync in place of the earlier ones. */
  readonly conditions: readonly HpaCondition[];
  readonly events: readonly HpaEvent[];
  /** To hand in at the next sync. */
  readonly logs: HpaLogs;
  /** How it came to this, in order. */
  readonly steps: readonly DecisionStep[];
}

/**
 * One sync of the HorizontalPodAutoscaler controller:
 *
 *   log the first recommendation -> disabled? -> outside min and max? forced -> metrics -> raw
 *     -> stabilise -> limit the pace, min, max -> write -> log the change
 *
 * Nothing is kept between calls but what `logs` and `conditions` carry. Source: horizontal.go (reconcileAutoscaler),
 * with per-direction tolerances, sidecar requests and the fallback for targets above 100 % of later releases.
 *
 * @example
 * const pod = (name: string): ObservedPod => ({
 *   name, phase: 'Running', startUs: 0, ready: { status: 'True', lastTransitionUs: 0 },
 *   containers: [{ name: 'app', requestMilli: { cpu: 500 } }],
 * });
 * const sample = (name: string): PodResourceSample => ({
 *   pod: name, timestampUs: 900e6, windowUs: 15e6, containers: [{ name: 'app', usageMilli: { cpu: 480 } }],
 * });
 * const two = {
 *   spec: { maxReplicas: 10, metrics: [{ type: 'Resource', name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } }] },
 *   currentReplicas: 2, pods: [pod('a'), pod('b')], samples: { resource: [sample('a'), sample('b')] }, nowUs: 900e6,
 * };
 * hpaRule(two); // => { replicas: 3 }
 * // ceil(2 * 96 / 70): 96 % over 70 % times 2 ready pods
 */
export function hpaRule(input: HpaInput): HpaOutput {
  const controller = input.controller ?? hpaControllerDefaults;
  const spec = hpaDefaults(input.spec, controller);
  const { currentReplicas, nowUs } = input;
  const sync = new Sync(input);
  sync.set(succeededGetScale);
  sync.note('input', `${currentReplicas} replicas wanted, min ${spec.minReplicas}, max ${spec.maxReplicas}`);

  // The first entry of a new log forbids scaling down for a whole down window.
  const { recommendations } = sync.logs;
  if (recommendations.length === 0) {
    sync.logs = { ...sync.logs, recommendations: [{ replicas: currentReplicas, atUs: nowUs }] };
  }

  if (currentReplicas === 0 && spec.minReplicas !== 0) {
    sync.set(scalingDisabled);
    return sync.end(currentReplicas);
  }
  if (currentReplicas > spec.maxReplicas) {
    sync.reason = 'Current number of replicas above Spec.MaxReplicas';
    sync.note('forced', `${currentReplicas} > max: ${spec.maxReplicas} at once`);
    return sync.write(spec.maxReplicas, spec);
  }
  if (currentReplicas < spec.minReplicas) {
    sync.reason = 'Current number of replicas below Spec.MinReplicas';
    sync.note('forced', `${currentReplicas} < min: ${spec.minReplicas} at once`);
    return sync.write(spec.minReplicas, spec);
  }

  const proposal = proposeForAll(sync, spec, controller);
  if (proposal === undefined) return sync.end(currentReplicas);
  const { raw, metric } = proposal;
  if (raw > currentReplicas) sync.reason = `${metric} above target`;
  if (raw < currentReplicas) sync.reason = 'All metrics below target';

  const stabilised = stabilise(sync, spec, controller, raw);
  const limited = limit(sync, spec, stabilised.replicas);
  return sync.write(limited.replicas, spec);
}

/** The largest proposal of all metrics; undefined if none may be followed. */
function proposeForAll(
  sync: Sync,
  spec: CompleteHpaSpec,
  controller: HpaControllerSettings,
): { readonly raw: number; readonly metric: string } | undefined {
  const { input } = sync;
  const unsound = unsoundSelector(sync);
  if (unsound !== undefined) return sync.giveUp(unsound);

  const sight = {
    namespace: input.namespace ?? 'default',
    currentReplicas: input.currentReplicas,
    statusReplicas: input.statusReplicas ?? input.currentReplicas,
    pods: input.pods,
    samples: input.samples,
    tolerances: tolerancesOf(spec, controller),
    controller,
    nowUs: input.nowUs,
  };
  let raw = 0;
  let metric = '';
  let firstFailure: MetricFailure | undefined;
  let failedCount = 0;
  for (const metricSpec of spec.metrics) {
    const outcome = proposeFor(metricSpec, sight);
    if ('failed' in outcome) {
      sync.currentMetrics.push(undefined);
      sync.warn(outcome.reason, outcome.failed);
      const { failed, lacksRequest } = outcome;
      const metric = metricTitle(metricSpec);
      sync.add({
        step: 'failure',
        text: failed,
        metric,
        ...(lacksRequest === undefined ? {} : { lacksRequest }),
      });
      firstFailure ??= outcome;
      failedCount += 1;
      continue;
    }
    sync.currentMetrics.push(outcome.current);
    for (const own of outcome.steps) sync.add({ ...own, metric: outcome.name });
    if (raw === 0 || outcome.replicas > raw) {
      raw = outcome.replicas;
      metric = outcome.name;
    }
  }
  // A metric that failed might have asked for more: the rest may scale up, not down.
  if (firstFailure !== undefined && (failedCount === spec.metrics.length || raw < input.currentReplicas)) {
    sync.set(failedMetric(firstFailure.reason, firstFailure.failed));
    return sync.giveUp(
      `invalid metrics (${failedCount} invalid out of ${spec.metrics.length}), first error is: ${firstFailure.named}`,
    );
  }
  sync.set(validMetricFound(metric));
  return { raw, metric };
}

/** Two HPAs over one pod would fight, so both stand still. */
function unsoundSelector(sync: Sync): string | undefined {
  const { selector, controlledBy = [] } = sync.input;
  if (selector === '') {
    sync.warn('SelectorRequired', 'selector is required');
    sync.set(missingSelector);
    return 'selector is required';
  }
  if (controlledBy.length < 2) return undefined;
  const keys = controlledBy.map(({ name, namespace }) => `{${name} ${namespace}}`).join(' ');
  const message = `pods by selector ${selector ?? ''} are controlled by multiple HPAs: [${keys}]`;
  sync.warn('AmbiguousSelector', message);
  sync.set(ambiguousSelector(message));
  return message;
}

function stabilise(
  sync: Sync,
  { behavior }: CompleteHpaSpec,
  controller: HpaControllerSettings,
  raw: number,
): Stabilised {
  const { currentReplicas, nowUs } = sync.input;
  const { recommendations } = sync.logs;
  const stabilised =
    behavior === undefined
      ? stabiliseDown(recommendations, raw, controller.downscaleStabilisationUs, nowUs)
      : stabiliseBothWays(recommendations, raw, currentReplicas, behavior.scaleUp, behavior.scaleDown, nowUs);
  sync.logs = { ...sync.logs, recommendations: stabilised.recommendations };
  if (stabilised.replicas === raw) {
    sync.set(readyForNewScale);
  } else {
    sync.set(behavior !== undefined && raw >= currentReplicas ? scaleUpStabilized : scaleDownStabilized);
  }
  const { winner } = stabilised;
  const by =
    winner === undefined
      ? 'no other recommendation in its window decides'
      : `recommendation ${winner.replicas} of ${(nowUs - winner.atUs) / 1_000_000} s ago decides`;
  sync.note('stabilisation', `${raw} -> ${stabilised.replicas}: ${by}`, winner === undefined);
  return stabilised;
}

function limit(sync: Sync, spec: CompleteHpaSpec, desired: number): Limited {
  const { currentReplicas, nowUs } = sync.input;
  const { minReplicas, maxReplicas, behavior } = spec;
  const limited =
    behavior === undefined
      ? limitWithoutBehavior(desired, currentReplicas, minReplicas, maxReplicas)
      : limitWithBehavior(desired, currentReplicas, minReplicas, maxReplicas, behavior, sync.logs, nowUs);
  sync.set(scalingLimited(limited, desired));
  const pace = limited.paceLimit === undefined ? '' : `, the pace allows ${limited.paceLimit}`;
  const isWithin = limited.reason === 'DesiredWithinRange';
  sync.note('limit', `${desired} -> ${limited.replicas}: ${limited.reason}${pace}`, isWithin);
  return limited;
}

/** What one sync gathers on its way. */
class Sync {
  readonly input: HpaInput;
  logs: HpaLogs;
  reason = '';
  readonly currentMetrics: (MetricValue | undefined)[] = [];
  #conditions: readonly HpaCondition[];
  readonly #events: HpaEvent[] = [];
  readonly #steps: DecisionStep[] = [];

  constructor(input: HpaInput) {
    this.input = input;
    this.logs = input.logs ?? emptyHpaLogs;
    this.#conditions = input.conditions ?? [];
  }

  set(condition: HpaCondition): void {
    this.#conditions = withCondition(this.#conditions, condition);
  }

  warn(reason: string, message: string): void {
    this.#events.push({ type: 'Warning', reason, message });
  }

  note(name: DecisionStep['step'], text: string, isPlain = false): void {
    this.add(isPlain ? { ...step(name, text), isPlain } : step(name, text));
  }

  add(own: DecisionStep): void {
    this.#steps.push(own);
  }

  giveUp(message: string): undefined {
    this.warn('FailedComputeMetricsReplicas', message);
  }

  write(replicas: number, spec: CompleteHpaSpec): HpaOutput {
    const { currentReplicas, writeError, nowUs } = this.input;
    if (replicas === currentReplicas) return this.end(replicas);
    const told = `New size: ${replicas}; reason: ${this.reason}`;
    if (writeError !== undefined) {
      this.warn('FailedRescale', `${told}; error: ${writeError}`);
      this.set(failedUpdateScale(writeError));
      return this.end(currentReplicas);
    }
    this.set(succeededRescale(replicas));
    this.#events.push({ type: 'Normal', reason: 'SuccessfulRescale', message: told });
    this.logs = logScaleEvent(this.logs, spec.behavior, currentReplicas, replicas, nowUs);
    return this.end(replicas);
  }

  end(replicas: number): HpaOutput {
    const { currentReplicas } = this.input;
    this.note(
      'result',
      replicas === currentReplicas ? `${replicas} stays` : `${currentReplicas} -> ${replicas}`,
    );
    return {
      replicas,
      reason: replicas === currentReplicas ? '' : this.reason,
      currentMetrics: this.currentMetrics,
      conditions: this.#conditions,
      events: this.#events,
      logs: this.logs,
      steps: this.#steps,
    };
  }
}

/** A type that the rule does not know may come without its source. */
const metricTitle = (metric: MetricSpec): string => {
  const name = 'metric' in metric ? metric.metric.name : metric.name;
  return name === undefined ? metric.type : `${metric.type} ${name}`;
};
