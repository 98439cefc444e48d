import type { Harm } from '../../record/finding.ts';
import type { ReachedPod, ReachedRecord } from '../../record/reached.ts';
import type { RunRecord } from '../../record/record.ts';
import { binomInterval } from '../../stats/index.ts';
import { chancePercent, count, percent, percentRange } from '../../words/number.ts';
import { ruleTest } from '../tally-test.ts';
import { noHarm } from './finding.ts';
import { hotPods } from './hot-pods.ts';
import { lateIn } from './late.ts';
import { cutShort, waitingFor } from './waiting-for.ts';

/** A pod, and the requests that it would have had if each ready pod of its kind had the same. */
export interface Part {
  readonly pod: ReachedPod;
  readonly even: number;
}

/** Requests of one kind of caller that did not fall on the pods of a Service alike, beyond what independent choices do. */
export interface UnevenPods {
  readonly reached: ReachedRecord;
  readonly parts: readonly Part[];
  readonly requests: number;
  readonly p: number;
  /** No rule draws the version first: versions have what their pods have. */
  readonly isAcrossVersions: boolean;
}

/** p-value from which on requests do not fall by luck as they do: pods are many, and each is looked at. */
export const beyondLuck = 1e-4;

/**
 * Of requests that went elsewhere than an even choice, or the weights, would lead them, a tenth is worth a word: LEAST_REQUEST and a
 * hash ring of many keys are never quite even, and nobody sizes a version so closely that less would matter.
 */
export const worth = 0.1;

/** @param least of all requests that fell elsewhere. @returns undefined: they fell evenly enough. */
export function unevenPods(
  record: RunRecord,
  reached: ReachedRecord,
  least: number = worth,
): UnevenPods | undefined {
  const isRuled = record.callers.some(
    (own) =>
      own.caller === reached.caller &&
      own.service === reached.service &&
      own.rules.some(({ shares }) => shares !== null),
  );
  const groups = isRuled ? byVersion(reached.pods) : [reached.pods];
  const parts = groups.flatMap((pods) => evenParts(record, pods)).filter(({ even }) => even > 0);
  const requests = parts.reduce((sum, { pod }) => sum + pod.requests, 0);
  const own = { reached, parts, requests, isAcrossVersions: !isRuled };
  const test = ruleTest(
    parts.map(({ pod }) => pod.requests),
    parts.map(({ even }) => even / requests),
  );
  return test === null || test.p > beyondLuck || beyondEven(parts) < least * requests
    ? undefined
    : { ...own, p: test.p };
}

function byVersion(pods: readonly ReachedPod[]): ReachedPod[][] {
  const groups = new Map<string, ReachedPod[]>();
  for (const own of pods) {
    const group = groups.get(own.version);
    if (group === undefined) groups.set(own.version, [own]);
    else group.push(own);
  }
  return [...groups.values()];
}

/** The requests of some pods, given to each by how long it was ready while requests came. */
function evenParts({ capacity }: RunRecord, pods: readonly ReachedPod[]): Part[] {
  const all = pods.reduce((sum, { requests }) => sum + requests, 0);
  const names = new Set(pods.map(({ workload }) => workload));
  const arrived = new Map<string, { from: number; to: number; requests: number }>();
  for (const { name, windows } of capacity?.workloads ?? []) {
    if (!names.has(name)) continue;
    for (const own of windows) {
      const key = `${own.fromSeconds}`;
      const before = arrived.get(key)?.requests ?? 0;
      arrived.set(key, { from: own.fromSeconds, to: own.toSeconds, requests: before + own.arrived });
    }
  }
  // Nobody kept windows: the pods stood there all the time.
  if (arrived.size === 0) return pods.map((pod) => ({ pod, even: all / pods.length }));
  const even = pods.map(() => 0);
  let told = 0;
  for (const { from, to, requests } of arrived.values()) {
    const there = pods.map((own) =>
      Math.max(0, Math.min(to, own.readyToSeconds) - Math.max(from, own.readyFromSeconds)),
    );
    const sum = there.reduce((total, own) => total + own, 0);
    if (sum === 0) continue;
    told += requests;
    there.forEach((own, at) => (even[at]! += (requests * own) / sum));
  }
  return pods.map((pod, at) => ({ pod, even: told === 0 ? 0 : (all * even[at]!) / told }));
}

/** Requests of pods that had more than their even part, beyond it. */
const beyondEven = (parts: readonly Part[]): number =>
  parts.reduce((sum, { pod, even }) => sum + Math.max(0, pod.requests - even), 0);

/** "The busiest pod, a, had 50.2 % [48.9–51.5 %] of 5,924 requests, where its even part is 25 %." */
export function busiestText({ parts, requests, p }: UnevenPods): string[] {
  const busiest = parts.reduce((most, own) =>
    own.pod.requests - own.even > most.pod.requests - most.even ? own : most,
  );
  const interval = binomInterval({ k: busiest.pod.requests, n: requests, conf: 0.95, method: 'wilson' });
  const each = [...parts].sort((a, b) => b.pod.requests - a.pod.requests);
  return [
    `The busiest pod, ${busiest.pod.pod}, had ${percent(busiest.pod.requests / requests, requests)} [${percentRange(interval, requests)}] of ${count(requests)} requests, where an even part is ${percent(busiest.even / requests, requests)}. Requests that each choose a pod stray so far in ${chancePercent(Math.max(p, Number.MIN_VALUE))} of such runs.`,
    `By pod: ${each
      .slice(0, 8)
      .map(({ pod }) => `${pod.pod} ${count(pod.requests)}`)
      .join(', ')}${each.length > 8 ? ` and ${each.length - 8} more` : ''}.`,
  ];
}

/** What versions had, and what they would have had, as shares; the one that lacks most first. */
function versionShares({ parts, requests }: UnevenPods): { name: string; seen: number; meant: number }[] {
  const sums = new Map<string, { seen: number; meant: number }>();
  for (const { pod, even } of parts) {
    const own = sums.get(pod.version) ?? { seen: 0, meant: 0 };
    sums.set(pod.version, { seen: own.seen + pod.requests, meant: own.meant + even });
  }
  return [...sums]
    .map(([name, { seen, meant }]) => ({ name, seen: seen / requests, meant: meant / requests }))
    .sort((one, other) => other.meant - other.seen - (one.meant - one.seen));
}

/** "v2 had 5.1 % of them, where its part of the pods is 20 %"; null: versions had what their pods have, nearly. */
export function versionText(own: UnevenPods): string | null {
  const version = own.isAcrossVersions ? versionShares(own)[0] : undefined;
  return version === undefined || version.meant - version.seen < worth
    ? null
    : `${version.name} had ${version.seen === 0 ? 'none' : percent(version.seen, own.requests)} of them, where its part of the pods is ${percent(version.meant, own.requests)}`;
}

/**
 * What it cost: requests that went elsewhere than they should where a version has less than its part, and pages, where the pods that
 * had more than theirs had nothing to spare while the others had. Of single pods that burn `hot-pod` tells.
 * @param isAskedFor the versions are to have what they have, or another finding tells of it.
 */
export function unevenHarm(record: RunRecord, own: UnevenPods, isAskedFor = false): Harm {
  const isShort = !isAskedFor && versionText(own) !== null;
  const harm = {
    ...noHarm,
    ...(isShort
      ? {
          requests: Math.round(
            own.requests *
              versionShares(own).reduce((sum, each) => sum + Math.max(0, each.meant - each.seen), 0),
          ),
          seconds: record.scenario.durationSeconds,
          fromSeconds: 0,
          toSeconds: record.scenario.durationSeconds,
        }
      : {}),
  };
  const favoured = new Set(own.parts.flatMap(({ pod, even }) => (pod.requests > even ? [pod.pod] : [])));
  if (hotPods(record.pods).some(({ pod }) => favoured.has(pod))) return harm;
  const pods = record.pods.filter(({ pod }) => own.parts.some((each) => each.pod.pod === pod));
  const over = pods.filter(({ pod, overSeconds }) => favoured.has(pod) && overSeconds > 0);
  const others = pods.filter(({ pod }) => !favoured.has(pod));
  const most = Math.max(0, ...over.map(({ overSeconds }) => overSeconds));
  if (over.length === 0 || others.length === 0 || others.some(({ overSeconds }) => overSeconds > most / 2))
    return harm;
  const spans = over.map((each) => ({
    fromSeconds: each.overFromSeconds!,
    toSeconds: each.overToSeconds!,
  }));
  return {
    ...harm,
    ...cutShort(record, waitingFor(record, [...new Set(over.map(({ workload }) => workload))]), spans),
    pagesLate: lateIn(record, spans),
    seconds: most,
    fromSeconds: Math.min(...spans.map(({ fromSeconds }) => fromSeconds)),
    toSeconds: Math.max(...spans.map(({ toSeconds }) => toSeconds)),
  };
}

/** "; 412 of 2,400 pages failed or came late, for these pods had more than they can do" */
export function unevenCost(record: RunRecord, { pages, pagesWithout, pagesLate }: Harm): string {
  const harmed = pages + pagesWithout + pagesLate;
  return harmed === 0
    ? ''
    : ` ${count(harmed)} of ${count(record.pages.pages + record.pages.overdue)} pages failed or came late: the pods that had more than their part had more than they can do.`;
}
