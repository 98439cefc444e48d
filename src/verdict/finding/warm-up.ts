import type { FindingRecord } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { binomInterval } from '../../stats/index.ts';
import { count, percent, percentRange, plural, seconds, span } from '../../words/number.ts';
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
  type Part,
  type UnevenPods,
} from './uneven-pods.ts';
import { policyFor, type UnevenBy } from './uneven-policy.ts';

/** Pods that came within the run warm up, and have less than their part while they do. */
export const warmUp: FindingKind = {
  code: 'warm-up',
  seenIn: (record) =>
    record.reached.flatMap((reached) => {
      const own = reached.caller === 'unknown' ? undefined : unevenPods(record, reached, 0);
      if (own === undefined) return [];
      const late = own.parts.filter(
        ({ pod, even }) =>
          pod.readyFromSeconds > 0 &&
          pod.requests < even &&
          warmUpOf(record, reached.service, pod.version) !== undefined,
      );
      return late.length === 0 || !isShort(own, late) ? [] : [findingOf(record, own, late)];
    }),
};

/** They lack a tenth of their part at the least, as far as their interval reaches: what is less is not worth a word. */
const isShort = (own: UnevenPods, late: readonly Part[]): boolean =>
  hadIn(own, late)[1] * own.requests < (1 - worth) * evenOf(late);

/** Their share of all requests. */
const hadIn = ({ requests }: UnevenPods, late: readonly Part[]): [low: number, high: number] =>
  binomInterval({
    k: late.reduce((sum, { pod }) => sum + pod.requests, 0),
    n: requests,
    conf: 0.95,
    method: 'wilson',
  });

const warmUpOf = (record: RunRecord, service: string, version: string): UnevenBy<'warm-up'> | undefined =>
  policyFor(record, 'warm-up', service, version);

const evenOf = (parts: readonly Part[]): number => parts.reduce((sum, { even }) => sum + even, 0);

function findingOf(record: RunRecord, own: UnevenPods, late: readonly Part[]): FindingRecord {
  const { service } = own.reached;
  const fact = warmUpOf(record, service, late[0]!.pod.version)!;
  const had = late.reduce((sum, { pod }) => sum + pod.requests, 0);
  const even = evenOf(late);
  const from = Math.min(...late.map(({ pod }) => pod.readyFromSeconds));
  const to = Math.min(
    record.scenario.durationSeconds,
    Math.max(...late.map(({ pod }) => pod.readyFromSeconds)) + fact.seconds,
  );
  const cost = unevenHarm(record, own);
  const harm = cost.requests === 0 ? cost : { ...cost, seconds: to - from, fromSeconds: from, toSeconds: to };
  const version = versionText(own);
  const names = late.map(({ pod }) => pod.pod);
  const interval = hadIn(own, late);
  return {
    code: 'warm-up',
    level: levelOf(harm, record),
    sentence: `${names.length > 2 ? `${plural(names.length, 'pod')} of ${service} warm up` : `${listed(names)} warm${names.length === 1 ? 's' : ''} up`} for ${seconds(fact.seconds)}${names.length === 1 ? '' : ' each'} (${span(from, to)}): ${names.length === 1 ? 'it' : 'they'} had ${count(had)} requests, where an even part is ${count(Math.round(even))}.${version === null ? '' : ` ${version}.`}${unevenCost(record, harm)}`,
    evidence: [
      `That is ${percent(had / own.requests, own.requests)} [${percentRange(interval, own.requests)}] of ${count(own.requests)} requests, and an even part is ${percent(even / own.requests, own.requests)}.`,
      ...busiestText(own),
    ],
    harm,
    why: 'Slow start gives a pod that is new a tenth of its weight at first and all of it at the end of the warm-up; meanwhile the pods that were there before have the rest.',
    remedies: [
      byHand(
        `Wait until the new pods have warmed up (${seconds(fact.seconds)} after they are ready) before you judge a share, or raise a weight.`,
      ),
      byChange({ kind: 'no-warmup', service: fact.service, version: fact.subset }),
    ],
    look: 'callers',
    trace: null,
  };
}
