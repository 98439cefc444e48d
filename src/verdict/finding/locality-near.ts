import type { FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, percent } from '../../words/number.ts';
import { listed } from '../../words/listed.ts';
import { levelOf, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';
import {
  busiestText,
  unevenCost,
  unevenHarm,
  unevenPods,
  versionText,
  worth,
  type UnevenPods,
} from './uneven-pods.ts';
import { policyFor, type UnevenBy } from './uneven-policy.ts';

/** Locality load balancing keeps traffic near its caller: pods elsewhere have less than their part, or nothing. */
export const localityNear: FindingKind = {
  code: 'locality-near',
  seenIn: (record) =>
    record.reached.flatMap((reached) => {
      const places = new Set(reached.pods.map(({ locality }) => locality));
      if (reached.locality === '' || places.size < 2) return [];
      const [version] = new Set(reached.pods.map((own) => own.version));
      const fact =
        policyFor(record, 'locality', reached.service, version) ??
        policyFor(record, 'locality', reached.service, null);
      const own = fact === undefined ? undefined : unevenPods(record, reached);
      const near = own === undefined ? undefined : nearIn(own);
      return fact === undefined || own === undefined || near === undefined
        ? []
        : [findingOf(record, fact, own, near)];
    }),
};

/** Localities that had more than the even part of their pods: the caller's own side, if locality is what favours them. */
function nearIn({
  parts,
  requests,
  reached,
}: UnevenPods): { readonly names: string[]; readonly seen: number; readonly meant: number } | undefined {
  const sums = new Map<string, { seen: number; meant: number }>();
  for (const { pod, even } of parts) {
    const own = sums.get(pod.locality) ?? { seen: 0, meant: 0 };
    sums.set(pod.locality, { seen: own.seen + pod.requests / requests, meant: own.meant + even / requests });
  }
  const favoured = [...sums].filter(([, { seen, meant }]) => seen > meant);
  const total = (of: 'seen' | 'meant'): number => favoured.reduce((sum, [, own]) => sum + own[of], 0);
  const names = favoured
    .map(([name]) => name)
    .sort((a, b) => closeness(b, reached.locality) - closeness(a, reached.locality));
  const others = [...sums.keys()].filter((own) => !names.includes(own));
  const isNear =
    names.length > 0 &&
    Math.max(...names.map((own) => closeness(own, reached.locality))) >=
      Math.max(0, ...others.map((own) => closeness(own, reached.locality)));
  return isNear && total('seen') - total('meant') >= worth
    ? { names, seen: total('seen'), meant: total('meant') }
    : undefined;
}

/** How many of region, zone and sub-zone two localities have in common, from the left. */
function closeness(a: string, b: string): number {
  const [one, other] = [a.split('/'), b.split('/')];
  const differs = one.findIndex((part, at) => part !== other[at]);
  return differs < 0 ? one.length : differs;
}

function findingOf(
  record: RunRecord,
  fact: UnevenBy<'locality'>,
  own: UnevenPods,
  near: NonNullable<ReturnType<typeof nearIn>>,
): FindingRecord {
  const { service, caller, locality } = own.reached;
  const harm = unevenHarm(record, own, fact.how === 'distribute');
  const version = versionText(own);
  return {
    code: 'locality-near',
    level: levelOf(harm, record),
    sentence: `Locality keeps the requests of ${caller} (${locality}) to ${service} near: the pods in ${listed(near.names)} had ${percent(near.seen, own.requests)} of ${count(own.requests)}, where their part of the pods is ${percent(near.meant, own.requests)}.${version === null ? '' : ` ${version}.`}${unevenCost(record, harm)}`,
    evidence: busiestText(own),
    harm,
    why:
      fact.how === 'distribute'
        ? 'localityLbSetting.distribute says which part of the requests goes where, however many pods are there; what it does not name gets nothing.'
        : fact.how === 'near'
          ? 'With trafficDistribution Istio gives endpoints priorities by how near they are: the next ones are asked only when fewer than 72 % of the nearer ones are ready.'
          : 'With outlierDetection Istio gives endpoints priorities by how near they are: the next ones are asked only when fewer than 72 % of the nearer ones are in service.',
    remedies: [
      fact.how === 'near'
        ? byHand(
            `Take trafficDistribution off the Service ${fact.service} (or its annotation, or its namespace's): every pod then counts the same, near or far.`,
          )
        : byChange({ kind: 'no-locality', service: fact.service }),
      byHand(
        `Give each zone as many pods of ${service} as its callers need, and each version some in every zone.`,
      ),
    ],
    look: 'callers',
    trace: `--where service=${service}`,
  };
}
