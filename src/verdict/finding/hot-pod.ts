import type { FindingRecord } from '../../record/finding.ts';
import type { PodRecord } from '../../record/pod.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, percent, seconds, span } from '../../words/number.ts';
import { overSpans } from '../over-capacity.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { lateIn } from './late.ts';
import { byChange, byHand } from './remedy.ts';

/** One of several pods has nothing to spare while the mean of its version looks well. */
export const hotPod: FindingKind = {
  code: 'hot-pod',
  seenIn: (record) =>
    record.pods
      .filter((own) => isHot(record, own))
      .map((own) => findingOf(record, own))
      .filter(({ harm }) => harm.pagesLate > 0)
      .slice(0, 3),
};

/** Over its capacity while its workload as a whole was not, with more than its part of the requests. */
function isHot({ pods, capacity }: RunRecord, own: PodRecord): boolean {
  if (own.overSeconds === 0 || own.overShare === null || own.mostInSystem < 2) return false;
  const workload = capacity?.workloads.find(({ name }) => name === own.workload);
  const spans = workload === undefined ? [] : capacity!.workloads.flatMap((each) => overSpans(each));
  const isShared = spans.some(
    (each) => each.fromSeconds < own.overToSeconds! && each.toSeconds > own.overFromSeconds!,
  );
  const others = pods.filter((each) => each.workload === own.workload).length;
  return !isShared && others > 1 && own.overShare > 1.3 / others;
}

function findingOf(record: RunRecord, own: PodRecord): FindingRecord {
  const [from, to] = [own.overFromSeconds!, own.overToSeconds!];
  const pods = record.pods.filter(({ workload }) => workload === own.workload).length;
  const harm = {
    pages: 0,
    pagesWithout: 0,
    pagesLate: lateIn(record, [{ fromSeconds: from, toSeconds: to }]),
    requests: 0,
    seconds: own.overSeconds,
    fromSeconds: from,
    toSeconds: to,
  };
  return {
    code: 'hot-pod',
    level: levelOf(harm, record),
    sentence: `One pod, ${own.pod}, had more than it can do for ${seconds(own.overSeconds)} (${span(from, to)}): ${percent(own.overShare!)} of the requests of ${own.workload} (${count(pods)} pods) came to it. ${
      harm.pagesLate === 0
        ? 'No page came late for it.'
        : `${count(harm.pagesLate)} of ${count(record.pages.pages)} pages came late.`
    }`,
    evidence: [
      `Up to ${count(Math.round(own.mostInSystem))} requests were in it at once; the mean over the pods of ${own.workload} does not show it.`,
    ],
    harm,
    why: 'A balancer does not give every pod the same: pods that are new warm up (slow start gives them a tenth of their weight at first), kept connections stay where they are, a hash sends a client to one pod.',
    remedies: [
      byChange({ kind: 'no-warmup', service: serviceOf(record, own), version: own.version }),
      byHand(
        `Raise the weight only when the new pods of ${own.workload} have warmed up; for kept connections limit their age (maxRequestsPerConnection).`,
      ),
    ],
    look: 'capacity',
    trace: '--slowest',
  };
}

/** The Service by which the workload was asked most. */
function serviceOf({ metrics, focus }: RunRecord, { workload, version }: PodRecord): string {
  const asked = metrics.requests.filter((own) => own.destination === workload && own.service !== '');
  const most = asked.reduce<(typeof asked)[number] | undefined>(
    (best, own) => (best === undefined || own.requests > best.requests ? own : best),
    undefined,
  );
  return version === null ? (most?.service ?? focus) : focus;
}
