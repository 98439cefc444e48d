import * as z from 'zod';
import { flag, number, text, whole, type Immutable } from './field.ts';

const capacityVerdict = z
  .strictObject({
    keptUp: flag.describe(
      'No workload was ever short of CPU, workers or pods, nor one pod that got more than its part of the requests.',
    ),
    canGoBack: flag
      .nullable()
      .describe('The shift could be reverted safely at every instant that was tried; null: none was.'),
    sentence: text,
    reasons: z.array(text),
  })
  .describe('The answer to "did the pods keep up?".');

const capacityWindow = z.strictObject({
  fromSeconds: number,
  toSeconds: number,
  wanted: whole.describe('Replicas asked for, at the end of the window.'),
  pods: whole.describe('Pods that exist, at the end of the window; terminating ones not.'),
  ready: whole.describe('Pods that are ready, at the end of the window.'),
  readyMean: number.describe('Ready pods, mean over the window.'),
  appCores: number.describe('CPU used by the applications, mean over the window.'),
  sidecarCores: number.describe('CPU used by their sidecars, mean over the window.'),
  utilization: number
    .nullable()
    .describe(
      'Of what the ready pods ask for, as an autoscaler counts it, not cut: 0.7 is 70 %. null: no request, or no pod.',
    ),
  saturation: number
    .nullable()
    .describe('Of the CPU limits of the ready pods: 1 is all that they may use. null: no limit, or no pod.'),
  arrived: whole.describe('Requests that came to the pods.'),
  answered: whole.describe('Requests that were answered.'),
  turnedAway: whole.describe('Requests that found the queue full.'),
  abandoned: whole.describe('Requests that lost their caller while they waited.'),
  noPod: whole.describe(
    "Requests that should have come to them, but found none that could serve: 503 UH at the caller's proxy.",
  ),
  inSystem: number.describe('Requests in the applications, mean over the window.'),
  waiting: whole.describe('Requests waiting for a worker, at the end of the window.'),
  meanMs: number.describe('Mean time in the application of those that left it.'),
});

const workloadCapacity = z
  .strictObject({
    name: text,
    version: text
      .nullable()
      .describe('Under which the service in focus counts it; null: it is none of its versions.'),
    target: text.describe('What is scaled: itself, or the Rollout that it belongs to.'),
    cpuRequestCores: number
      .nullable()
      .describe(
        'Of one pod, its sidecar included as far as autoscalers count it; null: a container asks for none.',
      ),
    cpuLimitCores: number.nullable().describe('Of the application in one pod; null: none.'),
    concurrency: number.nullable().describe('Requests that one pod serves at once; null: no limit.'),
    autoscaler: text.nullable(),
    podHours: number.describe('From creation until gone, summed over its pods.'),
    windows: z.array(capacityWindow),
  })
  .describe("A template that made pods: a Deployment, or each of a Rollout's versions.");

const syncRecord = z
  .strictObject({
    atSeconds: number,
    before: whole,
    after: whole,
    reason: text.describe("Kubernetes' words for a change; '' where there was none."),
    readings: z
      .array(text)
      .describe(
        'status.currentMetrics in words: "cpu 83 % of requests"; "cpu: no metrics returned from resource metrics API".',
      ),
    ratio: number
      .nullable()
      .describe("The metric's reading as a share of its target where there is one number: 1 is on target."),
    steps: z.array(
      z.strictObject({
        step: text,
        text,
        metric: text
          .optional()
          .describe('Of which metric it is, as events call it; absent: of all, or the text begins with it.'),
        lacksRequest: text
          .optional()
          .describe('The resource of which a container requests nothing, wherefore it has no reading.'),
        isPlain: z.literal(true).optional().describe('Nothing interfered there; absent: it decides.'),
      }),
    ),
    conditions: z.array(z.strictObject({ type: text, status: text, reason: text, message: text })),
    blind: text
      .nullable()
      .describe(
        'Why one autoscaler over several versions stands still although a version alone would be scaled; null: it is not so.',
      ),
  })
  .describe('One sync: what it had, what it decided and why.');

const autoscalerRecord = z.strictObject({
  name: text,
  target: text,
  minReplicas: whole,
  maxReplicas: whole,
  metrics: z.array(text).describe('"cpu 70 % of requests".'),
  cpuTargets: z
    .array(number)
    .optional()
    .describe('Of those that aim at CPU of whole pods: shares of what they request, 0.7. Absent: none does.'),
  syncs: z.array(syncRecord),
});

const podEvent = z.strictObject({ atSeconds: number, pod: text, workload: text, what: text });

const stalledRollout = z.strictObject({
  kind: text.describe('"Deployment".'),
  workload: text,
  fromSeconds: number.describe('When its first pod of the new template was made.'),
  because: z
    .enum(['probe', 'no room', 'restarts', 'not ready', 'run ends'])
    .describe(
      'A probe asks a port that no container has; no node has room; containers end and are started again; that is all that is known; or the run ended while they may still have been starting.',
    ),
  pods: whole.describe('Of the new template, at the end; none was ever ready.'),
  old: whole
    .nullable()
    .describe('Pods of former templates that are ready at the end; null: it is the first template.'),
  standingSeconds: number.describe('Since a pod of it was made, went, or became ready.'),
  deadlineSeconds: number
    .nullable()
    .describe('progressDeadlineSeconds of a Deployment, or its default; null: it has none.'),
});

const heldDrain = z.strictObject({
  node: text,
  workload: text,
  pods: whole.describe(
    'Of it on the node, that a drain asked to leave and that were refused it until the end.',
  ),
  fromSeconds: number.describe('When the first of them was asked.'),
  budgets: z.array(text).describe('PodDisruptionBudgets that are for them.'),
  because: z
    .enum(['several budgets', 'no controller', 'none to spare', 'not ready', 'no room'])
    .describe(
      'More than one budget; a budget that counts what controllers want, and pods that none wants; no pod could go with all of them healthy; too few are ready; or of those that are not, some find no node with room.',
    ),
  expected: whole.describe('Pods that their controllers want.'),
  desired: whole.describe('How many of them the budget wants healthy.'),
  healthy: whole.describe('How many are, at the end.'),
  sparesFrom: whole
    .nullable()
    .describe('Replicas of which the budget would let one go; null: there is no such number.'),
});

const pageWindow = z.strictObject({
  fromSeconds: number,
  toSeconds: number,
  pages: whole,
  failed: whole,
  late: whole,
  p50Ms: number,
  p95Ms: number,
  p99Ms: number,
});

const lawCheck = z.strictObject({
  law: text.describe('"Little\'s law", "utilisation law", "M/M/c".'),
  workload: text,
  expected: number,
  found: number,
  unit: text.describe('"requests", "workers", "ms".'),
  text: text.describe('What the two numbers are, with their formula.'),
  tolerance: number.describe('How far they may be apart, in the unit.'),
  ok: flag,
});

const shareTest = z
  .strictObject({
    service: text,
    version: text,
    share: number.describe('What it should be in every window.'),
    shareIs: z.enum(['configured', 'of the pods at the start']),
    windows: whole,
    level: number,
    smallestP: number.describe('Of the least likely window.'),
    adjustedP: number.describe("Holm's over all windows."),
    leastFromSeconds: number.nullable(),
    rejects: flag,
  })
  .describe(
    'Whether the share of the version that is shifted to stayed where it was while pods came and went.',
  );

const rollbackPoint = z.strictObject({
  atSeconds: number,
  pages: whole.describe('Pages that were complete in the horizon after the revert.'),
  failed: whole.describe('Those of them that failed.'),
  late: whole.describe('Those of them that came late.'),
  unserved: whole.describe(
    'Pages that were asked for, and neither there at the end of the horizon nor in time any more.',
  ),
  overSeconds: number.describe(
    'Seconds of the horizon in which some workload was at its limit: no ready pod, or 98 % of its CPU limits or all of its workers in use, by windows of five seconds.',
  ),
  tightest: text.nullable().describe('Workload that was over capacity longest; null: none.'),
  p99Ms: number.describe('p99 of the worst five seconds.'),
  isSafe: flag.describe('failed + late + unserved is at most `allowShare` of pages + unserved.'),
});

const rollbackMeter = z
  .strictObject({
    file: text.describe('The manifest that reverts.'),
    everySeconds: number,
    horizonSeconds: number,
    allowShare: number.describe(
      'Going back was safe where no more than this share of the pages failed or came late.',
    ),
    points: z.array(rollbackPoint),
  })
  .describe(
    'What would have happened had the shift been reverted at each instant: each found by playing it.',
  );

/**
 * What the pods of a run did: how many there were, what they used, who waited, and what the autoscalers decided. Times are
 * seconds of simulated time, CPU is in cores, latencies in milliseconds.
 */
export const capacity = z.strictObject({
  verdict: capacityVerdict,
  workloads: z.array(workloadCapacity),
  autoscalers: z.array(autoscalerRecord),
  podEvents: z.array(podEvent).describe('Lives of pods, in order of time; at most five thousand.'),
  stalled: z
    .array(stalledRollout)
    .optional()
    .describe('Rollouts whose new pods never became ready; absent: there is none.'),
  held: z
    .array(heldDrain)
    .optional()
    .describe('Drains that PodDisruptionBudgets held up to the end; absent: there is none.'),
  pages: z.array(pageWindow).describe("Pages in the run's windows."),
  overdue: whole.describe(
    'Pages that nobody had been given by the end of the run, and that were late already.',
  ),
  lateMs: number.describe('A page that took longer was late.'),
  laws: z
    .array(lawCheck)
    .describe('Identities of queueing theory that every sound run keeps, and formulas where they apply.'),
  shareTest: shareTest.nullable().describe('null: the weights changed, or nothing was split.'),
  rollback: rollbackMeter.nullable().describe('null: was not asked for.'),
});

export type Capacity = Immutable<z.infer<typeof capacity>>;
export type CapacityVerdict = Capacity['verdict'];
export type WorkloadCapacity = Capacity['workloads'][number];
export type CapacityWindow = WorkloadCapacity['windows'][number];
export type AutoscalerRecord = Capacity['autoscalers'][number];
export type SyncRecord = AutoscalerRecord['syncs'][number];
export type PodEvent = Capacity['podEvents'][number];
export type StalledRollout = NonNullable<Capacity['stalled']>[number];
export type HeldDrain = NonNullable<Capacity['held']>[number];
export type PageWindow = Capacity['pages'][number];
export type LawCheck = Capacity['laws'][number];
export type ShareTest = NonNullable<Capacity['shareTest']>;
export type RollbackMeter = NonNullable<Capacity['rollback']>;
export type RollbackPoint = RollbackMeter['points'][number];
