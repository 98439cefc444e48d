import type { Failure } from '../../record/failure.ts';
import type { Harm, Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import type { FindingKind } from './finding.ts';
import { failureFinding, failureGroups, harmText, targetOf } from './failures.ts';
import { byChange, byHand } from './remedy.ts';
import { withoutTraffic } from './takes-over.ts';

/** Requests met pods that were gone, refused them, or died with them. */
export const podsLost: FindingKind = {
  code: 'pods-lost',
  seenIn: (record) =>
    failureGroups(record, ['pod-gone', 'refused', 'broken-off'], targetOf).map((group) => {
      const [one] = group.failures;
      const workload = record.pods.find(({ pod }) => pod === one!.pod)?.workload;
      return failureFinding(record, group, {
        code: 'pods-lost',
        sentence: `Requests came to pods of ${targetOf(one!)} that were gone, refused the connection, or died while they served them. ${harmText(group.harm, record)}.`,
        why: 'A pod that ends breaks the requests that are on their way to it until its endpoint is out of every proxy (Envoy flags UF, UC); one that refuses without ending stays an endpoint, unless a readiness probe finds it out.',
        remedies: [
          ...(workload === undefined || !isRemoved(record, workload)
            ? []
            : [preStopRemedy(record, workload)]),
          ...(isLasting(record, group.harm) ? withoutTraffic(record, one!.service, one!.version) : []),
          byHand(
            `A pod that crashes, or is killed, takes its requests with it; no manifest changes that. ${retriesText(group.failures)}`,
          ),
        ],
      });
    }),
};

/** So long hardly a proxy sends to a pod that has left. */
const sleepSeconds = 15;

/** A sleep before the end, unless the pods have one that is long enough, or a hook that may be as good and would be lost. */
function preStopRemedy({ mesh }: RunRecord, workload: string): Remedy {
  const own = mesh.flatMap(({ workloads }) => workloads).findLast(({ name }) => name === workload);
  const { seconds } = own?.preStop ?? { seconds: 0 };
  if (seconds === null)
    return byHand(
      `The pods of ${workload} have a preStop hook, and how long it takes cannot be read from it: the run gives it no time. Where it takes ${sleepSeconds} s or so in a cluster, these requests are not lost there; to have it played, write it as a sleep.`,
    );
  if (seconds >= sleepSeconds)
    return byHand(
      `The pods of ${workload} have a preStop sleep of ${seconds} s already, which did not cover these requests: some caller still sent there later, or they took longer than the rest of the grace period.`,
    );
  return byChange({ kind: 'pre-stop', workload, sleepSeconds });
}

/** What a rule's retries do for requests that failed as most of these did. */
function retriesText(failures: readonly Failure[]): string {
  const requestsOf = (is: (own: Failure) => boolean): number =>
    failures.reduce((sum, own) => sum + (is(own) ? own.requests : 0), 0);
  const isBroken = ({ flags }: Failure): boolean => /\b(UF|UC|UR)\b/.test(flags);
  const all = requestsOf(() => true);
  if (2 * requestsOf(({ callerHasProxy }) => !callerHasProxy) > all)
    return 'The callers have no proxy: no retries of a rule help them.';
  if (2 * requestsOf(({ flags }) => /\bURX\b/.test(flags)) > all)
    return 'The retries of the rule were used up: more attempts hide more of the rest.';
  return 2 * requestsOf((own) => own.status > 0 && !isBroken(own)) > all
    ? 'The sidecar beside the application answered 503 in its place, which is a status: retries with retryOn 503 hide the rest, those on connect-failure and reset do not.'
    : 'Retries on connect-failure and reset hide the rest.';
}

/** As long as it is asked: it is how the version is, not what befell a pod. */
const isLasting = ({ scenario }: RunRecord, { seconds, fromSeconds }: Harm): boolean =>
  seconds > 0.25 * (scenario.durationSeconds - (fromSeconds ?? 0));

/** Its pods are taken away (scaled, deleted, replaced); they are not killed, and do not fail by themselves. */
const isRemoved = ({ timeline, capacity }: RunRecord, workload: string): boolean =>
  !timeline.some(({ verb, file }) => ['kill', 'crash', 'fail'].includes(verb) && file.includes(workload)) &&
  (capacity === null || capacity.podEvents.some((own) => own.workload === workload));
