import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { UnevenFact } from '../../record/mesh-facts.ts';
import type { PodRecord } from '../../record/pod.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, percent, plural, seconds, span } from '../../words/number.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { hotPods } from './hot-pods.ts';
import { keptIn, keptRemedies, keptWhy } from './kept-connections.ts';
import { lateIn } from './late.ts';
import { byChange, byHand } from './remedy.ts';
import { balancerAt, policyFor, type UnevenBy } from './uneven-policy.ts';
import { cutShort, waitingFor } from './waiting-for.ts';

/** One of several pods is overloaded while the mean of its version looks well. */
export const hotPod: FindingKind = {
  code: 'hot-pod',
  seenIn: (record) =>
    hotPods(record.pods)
      .map((own) => findingOf(record, own))
      .filter(({ harm }) => harm.pages + harm.pagesWithout + harm.pagesLate > 0)
      .slice(0, 3),
};

function findingOf(record: RunRecord, own: PodRecord): FindingRecord {
  const [from, to] = [own.overFromSeconds!, own.overToSeconds!];
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
    sentence: `One pod, ${own.pod}, was overloaded for ${seconds(own.overSeconds)} (${span(from, to)}): it got ${percent(own.overShare!)} of the requests of ${own.workload} then, where an even part is ${percent(own.overEven!)}. ${
      harmed === 0
        ? 'No page failed or came late for it.'
        : `${count(harmed)} of ${plural(record.pages.pages + record.pages.overdue, 'page')} failed or came late.`
    }`,
    evidence: [
      `Up to ${plural(Math.round(own.mostInSystem), 'request')} waited or were served in it at once; the mean over the pods of ${own.workload} does not show it.`,
    ],
    harm,
    why,
    remedies,
    look: 'capacity',
    trace: '--slowest',
  };
}

/** What makes the balancer uneven, by what the manifests and the callers' connections say; else what usually does. */
function reasonOf(record: RunRecord, own: PodRecord): [why: string, remedies: Remedy[]] {
  const service = serviceOf(record, own);
  // The versions of a Service may be Services of their own, each with policies.
  const names = [service, ...sentTo(record, own)];
  const policy = <By extends UnevenFact['by']>(by: By): UnevenBy<By> | undefined =>
    names.map((name) => policyFor(record, by, name, own.version)).find((found) => found !== undefined);
  const hash = policy('hash');
  if (hash !== undefined)
    return [
      'A hash sends all requests with one key to one pod, however many there are: with few keys, or one that asks for much, few pods do all the work.',
      [
        byChange({ kind: 'no-hash', service: hash.service }),
        byHand('Hash by something that has many values.'),
      ],
    ];
  const kept = keptIn(record).find((each) => each.service === service);
  if (kept !== undefined) return [keptWhy(kept), keptRemedies(kept)];
  const slow = policy('warm-up');
  if (slow !== undefined)
    return [
      'Pods that are new warm up: slow start gives them a tenth of their weight at first, and the pods that were there before get the rest.',
      [
        byChange({ kind: 'no-warmup', service: slow.service, version: slow.subset }),
        byHand(`Raise the weight only when the new pods of ${own.workload} have warmed up.`),
      ],
    ];
  const near = policy('locality');
  if (near !== undefined && isApart(record, service))
    return [
      'Locality load balancing keeps requests near their callers: pods in the zones of few pods have more than their part.',
      [byChange({ kind: 'no-locality', service: near.service })],
    ];
  const balancer = balancerAt(record, service, own.overFromSeconds!);
  return [
    `The balancer did not give every pod the same${balancer === undefined ? '' : `: ${balancer}${blindness[balancer] ?? ''}`}.`,
    [
      byHand(
        `See who sends to ${own.pod} (\`meshshift trace --slowest\`)${
          balancer === 'LEAST_REQUEST' ? '; ROUND_ROBIN gives each pod the same from each proxy' : ''
        }.`,
      ),
    ],
  ];
}

/** What a policy does not see. */
const blindness: Readonly<Record<string, string>> = {
  LEAST_REQUEST: ' sees only what its own proxy has under way',
  ROUND_ROBIN: ' gives each pod the same from each proxy, however long its requests take',
  RANDOM: ' draws a pod for each request, and some have more by luck',
};

/** Its pods stand in several localities, and callers are known to be in one. */
const isApart = ({ reached }: RunRecord, service: string): boolean =>
  reached.some(
    (own) =>
      own.service === service &&
      own.locality !== '' &&
      new Set(own.pods.map(({ locality }) => locality)).size > 1,
  );

/** Services by whose name a rule sends to the workload. */
const sentTo = ({ mesh }: RunRecord, { workload }: PodRecord): string[] =>
  mesh
    .flatMap(({ rules }) => rules.flatMap(({ destinations }) => destinations))
    .flatMap((own) => (own.workloads.includes(workload) ? [own.service] : []));

/** The Service by which the workload was asked most. */
function serviceOf({ metrics, focus }: RunRecord, { workload, version }: PodRecord): string {
  const asked = metrics.requests.filter((own) => own.destination === workload && own.service !== '');
  const most = asked.reduce<(typeof asked)[number] | undefined>(
    (best, own) => (best === undefined || own.requests > best.requests ? own : best),
    undefined,
  );
  return version === null ? (most?.service ?? focus) : focus;
}
