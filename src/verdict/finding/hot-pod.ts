import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { PodRecord } from '../../record/pod.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, percent, seconds, span } from '../../words/number.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { hotPods } from './hot-pods.ts';
import { lateIn } from './late.ts';
import { byChange, byHand } from './remedy.ts';
import { cutShort, waitingFor } from './waiting-for.ts';

/** One of several pods has nothing to spare while the mean of its version looks well. */
export const hotPod: FindingKind = {
  code: 'hot-pod',
  seenIn: (record) =>
    hotPods(record)
      .map((own) => findingOf(record, own))
      .filter(({ harm }) => harm.pages + harm.pagesWithout + harm.pagesLate > 0)
      .slice(0, 3),
};

function findingOf(record: RunRecord, own: PodRecord): FindingRecord {
  const [from, to] = [own.overFromSeconds!, own.overToSeconds!];
  const pods = record.pods.filter(({ workload }) => workload === own.workload).length;
  const spans = [{ fromSeconds: from, toSeconds: to }];
  const harm = {
    ...cutShort(record, waitingFor(record, [own.workload]), spans),
    pagesLate: lateIn(record, spans),
    requests: 0,
    seconds: own.overSeconds,
    fromSeconds: from,
    toSeconds: to,
  };
  const harmed = harm.pages + harm.pagesWithout + harm.pagesLate;
  const [why, remedies] = reasonOf(record, own);
  return {
    code: 'hot-pod',
    level: levelOf(harm, record),
    sentence: `One pod, ${own.pod}, had more than it can do for ${seconds(own.overSeconds)} (${span(from, to)}): ${percent(own.overShare!)} of the requests of ${own.workload} (${count(pods)} pods) came to it. ${
      harmed === 0
        ? 'No page failed or came late for it.'
        : `${count(harmed)} of ${count(record.pages.pages + record.pages.overdue)} pages failed or came late.`
    }`,
    evidence: [
      `Up to ${count(Math.round(own.mostInSystem))} requests were in it at once; the mean over the pods of ${own.workload} does not show it.`,
    ],
    harm,
    why,
    remedies,
    look: 'capacity',
    trace: '--slowest',
  };
}

/** What makes the balancer uneven, by what the manifests say; else what usually does. */
function reasonOf(record: RunRecord, own: PodRecord): [why: string, remedies: Remedy[]] {
  const service = serviceOf(record, own);
  const uneven = record.mesh
    .flatMap((step) => step.uneven)
    .filter((each) => each.service === service && (each.subset === null || each.subset === own.version));
  if (uneven.some(({ by }) => by === 'hash'))
    return [
      'A hash sends all requests with one key to one pod, however many there are: few keys, or one that asks for much, are few pods.',
      [byChange({ kind: 'no-hash', service }), byHand('Hash by something of which there are many values.')],
    ];
  if (uneven.some(({ by }) => by === 'warm-up'))
    return [
      'Pods that are new warm up: slow start gives them a tenth of their weight at first, and the pods that were there before get the rest.',
      [
        byChange({ kind: 'no-warmup', service, version: own.version }),
        byHand(`Raise the weight only when the new pods of ${own.workload} have warmed up.`),
      ],
    ];
  return [
    'The balancer did not give every pod the same. Kept connections stay with the pod that took them; LEAST_REQUEST sees only what its own proxy has under way.',
    [
      byHand(
        `See who holds connections to ${own.pod}; limit their age where they are kept (maxRequestsPerConnection, or the server’s own limit).`,
      ),
    ],
  ];
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
