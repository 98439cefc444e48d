import type { Capacity, SyncRecord } from '../../record/capacity.ts';
import type { FindingRecord, Remedy } from '../../record/finding.ts';
import { hindranceOf } from '../../record/hindrance-of.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, plural, moment } from '../../words/number.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';

/** An autoscaler that had no reading, or none of one version apart from the other. */
export const autoscalerCannotDecide: FindingKind = {
  code: 'autoscaler-cannot-decide',
  seenIn: (record) =>
    (record.capacity?.autoscalers ?? []).flatMap((own) => [...hindered(record, own), ...blind(own)]),
};

type Autoscaler = Capacity['autoscalers'][number];

function hindered(record: RunRecord, own: Autoscaler): FindingRecord[] {
  const { name, target, syncs } = own;
  const last = syncs.at(-1);
  const hindrance = last === undefined ? undefined : hindranceOf(last);
  if (last === undefined || hindrance === undefined) return [];
  const { message, reason } = hindrance;
  const all = syncs.filter((each) => hindranceOf(each) !== undefined);
  const only = onlyNumberOf(record, own, last);
  const isOff = reason === 'ScalingDisabled';
  return [
    {
      ...told,
      level: only === undefined && !isOff ? 'harms' : 'note',
      sentence: [
        `Autoscaler ${name} could not decide about ${target} in ${count(all.length)} of ${plural(syncs.length, 'sync')}: ${message} (${reason}).`,
        ...(only === undefined ? [] : [`It could ask for ${plural(only, 'pod')} and for no other number.`]),
      ].join(' '),
      harm: secondsOf(all),
      why: whyOf(message, reason, only !== undefined),
      remedies: remediesOf(own, last, message, reason),
    },
  ];
}

/** The number of pods that it keeps, whatever it reads; undefined: it may change it. */
function onlyNumberOf(
  { mesh }: RunRecord,
  { name, minReplicas, maxReplicas }: Autoscaler,
  { after }: SyncRecord,
): number | undefined {
  if (minReplicas === maxReplicas) return minReplicas;
  const isFrozen = mesh
    .at(-1)
    ?.autoscalers.some((own) => own.name === name && own.neverUp === true && own.neverDown === true);
  return isFrozen === true && after >= minReplicas && after <= maxReplicas ? after : undefined;
}

function whyOf(message: string, reason: string, isIdle: boolean): string {
  if (reason === 'ScalingDisabled')
    return 'Of a target that is scaled to 0 an autoscaler keeps its hands off, until somebody scales it up.';
  if (reason === 'AmbiguousSelector')
    return 'Two autoscalers for one pod would fight, so neither does anything.';
  const usual =
    'An autoscaler without its metric, or without its target, leaves the number of pods as it is.';
  return isMeasured(message, reason) || isIdle
    ? usual
    : `${usual} The model measures no such thing: in a cluster that does, it may scale.`;
}

function remediesOf(
  { name, target }: Autoscaler,
  last: SyncRecord,
  message: string,
  reason: string,
): Remedy[] {
  if (last.steps.some(({ lacksRequest }) => lacksRequest === 'cpu'))
    return [
      byChange({ kind: 'cpu-request', workload: target, milli: 100 }),
      byHand(`Or let autoscaler ${name} go by an averageValue, which needs no request.`),
    ];
  return [byHand(adviceOf(name, target, message, reason))];
}

function adviceOf(name: string, target: string, message: string, reason: string): string {
  if (!isMeasured(message, reason))
    return 'Scale by hand in the timeline what it would scale, or let it go by CPU in the run.';
  switch (reason) {
    case 'FailedGetScale':
      return `Write into scaleTargetRef of autoscaler ${name} the apiVersion, kind and name of something that is there, or delete the autoscaler.`;
    case 'AmbiguousSelector':
      return `Keep one autoscaler for ${target}, with the metrics of all; or, where they scale different workloads, give these selectors that find no pods of each other.`;
    case 'ScalingDisabled':
      return `Scale ${target} to one pod or more, if it is to be scaled again.`;
    case 'FailedGetContainerResourceMetric':
      return `Name in autoscaler ${name} a container that the pods of ${target} have.`;
    default:
      return `See why the pods of ${target} give no reading (\`kubectl describe hpa ${name}\`, \`kubectl top pods\`): they may never have been ready.`;
  }
}

function blind({ name, target, syncs }: Autoscaler): FindingRecord[] {
  const all = syncs.filter((own) => own.blind !== null);
  const [first] = all;
  if (first === undefined) return [];
  return [
    {
      ...told,
      level: 'harms',
      sentence: `Autoscaler ${name} sees ${target} as one: in ${count(all.length)} of ${plural(syncs.length, 'sync')}, first at ${moment(first.atSeconds)}, a version alone would have been scaled, and the mean over all was not. ${first.blind!}`,
      harm: secondsOf(all),
      why: 'It takes the mean over all pods that its selector finds; a version at its limit and an idle one are "on target" together.',
      remedies: [byHand('Give each version an autoscaler of its own.')],
    },
  ];
}

const told = { code: 'autoscaler-cannot-decide', evidence: [], look: 'capacity', trace: null } as const;

const secondsOf = (syncs: readonly SyncRecord[]): FindingRecord['harm'] => ({
  ...noHarm,
  seconds: 15 * syncs.length,
  fromSeconds: syncs[0]!.atSeconds,
  toSeconds: syncs.at(-1)!.atSeconds,
});

const isMeasured = (message: string, reason: string): boolean =>
  !ofMemory.test(message) && !ofOthers.test(reason);

/** Nobody says how much of it an application uses. */
const ofMemory = /\bmemory\b/;

/** Reasons of readings that somebody else than the cluster gives. */
const ofOthers = /^FailedGet(External|Object|Pods)Metric$/;
