import { sum } from 'd3-array';
import type { Capacity } from '../record/capacity.ts';
import { hindranceOf } from '../record/hindrance-of.ts';
import type {
  ConfiguredStep,
  Phase,
  Push,
  RunRecord,
  ServiceSplit,
  SplitCounts,
  TimelineEntry,
  Verdict,
} from '../record/record.ts';
import { missing, percent } from '../words/number.ts';

/** The phrases that several outputs share, so that page, terminal and chart speak with one voice. */

/** "v3 (red stars)", or just the key where the service shows no stars (in a stored record: null instead of undefined). */
export function keyLabel(key: string, mark: string | null | undefined): string {
  if (mark === undefined || mark === null) return key;
  return `${key} (${mark === 'none' ? 'no' : mark} stars)`;
}

/** The split of a service, if the run had one. */
export function splitOf(record: RunRecord, service: string): ServiceSplit | undefined {
  return record.splits.find((split) => split.service === service);
}

/** The label of a key within a record: the split of `service` knows its stars. */
export function labelOf(record: RunRecord, service: string, key: string): string {
  const split = splitOf(record, service);
  return keyLabel(key, split?.marks[split.keys.indexOf(key)]);
}

/** Requests of a phase or window that came to no key: no route, nowhere to go. */
export function nowhere(counts: SplitCounts): number {
  return counts.requests - sum(counts.observed);
}

/** Whether a page shows its version without a part that this fetches itself: `no-ratings`. */
export function lacksPart(shows: string): boolean {
  return shows.startsWith('no-');
}

/** The step of the manifests in force at a moment. */
export function stepAt(split: ServiceSplit, atSeconds: number): ConfiguredStep | undefined {
  return split.configured.findLast((step) => step.atSeconds <= atSeconds + 1e-6) ?? split.configured[0];
}

/** Why a step has no shares: no rule, or one that leaves it to the pods, or has the proxy answer. */
export const unruledText = (step: ConfiguredStep | undefined): string =>
  step?.decidedBy === undefined ? 'no rule' : `by ${step.decidedBy}`;

/** What the manifests gave a key during a phase: "50 %", or that they gave it nothing to go by. */
export function configuredText(split: ServiceSplit, phase: Phase, keyIndex: number): string {
  const step = stepAt(split, phase.fromSeconds);
  if (step === undefined) return missing;
  if (step.shares === undefined) return unruledText(step);
  // Rules that look at the request give each its own share: then the mean over the requests says more.
  const asked = phase.configured?.[keyIndex];
  const share = step.shares[keyIndex] ?? 0;
  return asked === undefined || Math.abs(asked - share) < 1e-6 ? percent(share) : percent(tenths(asked));
}

/** A share that is an average or a third: no more than a tenth of a per cent of it is of use. */
export function tenths(share: number): number {
  return Math.round(share * 1000) / 1000;
}

/** The keys worth a row in a phase: all but those that were to get nothing, and got nothing. */
export function involvedKeys(split: ServiceSplit, phase: Phase): number[] {
  const step = stepAt(split, phase.fromSeconds);
  const all = split.keys.map((_, i) => i);
  const involved = all.filter(
    (i) =>
      (phase.observed[i] ?? 0) > 0 ||
      (phase.effective?.[i] ?? 0) > 0 ||
      ((step?.shares ?? step?.endpointShares)?.[i] ?? 0) > 0,
  );
  return involved.length === 0 ? all : involved;
}

/** "apply virtual-service-reviews-50-v3.yaml" */
export function entryText(entry: TimelineEntry): string {
  return `${entry.verb} ${entry.file}`;
}

/** What a push carried, without the namespace that everybody shares: "VirtualService reviews, DestinationRule reviews". */
export function pushText(push: Push, most = 2): string {
  const names = push.changes.map((change) => {
    const [kind, namespace, ...rest] = change.split('/');
    if (rest.length === 0) return change;
    const name = rest.join('/');
    return namespace === 'default' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
  });
  if (names.length === 0) return 'endpoints';
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}

/** The verdict in a word or two, for a badge. */
export const verdictWord: Readonly<Record<Verdict['kind'], string>> = {
  chance: 'Chance',
  propagation: 'Rule still on its way',
  fault: 'Fault',
  none: 'No split to judge',
};

/** Signs that carry the verdict beside its colour. */
export const verdictSign: Readonly<Record<Verdict['kind'], string>> = {
  chance: '✓',
  propagation: '↻',
  fault: '✗',
  none: '○',
};

/** How the verdict is coloured. */
export const verdictTone = { chance: 'good', propagation: 'warn', fault: 'bad', none: 'calm' } as const;

/**
 * How the answer about the pods is shown: bad when they did not keep up; a warning when they did, but could not always have
 * taken the traffic back, or an autoscaler was blind or could not decide to the last; good otherwise.
 */
export function capacityTone({ verdict, autoscalers }: Capacity): 'good' | 'warn' | 'bad' {
  if (!verdict.keptUp) return 'bad';
  const isAsleep = autoscalers.some(
    ({ syncs }) =>
      syncs.some((sync) => sync.blind !== null) ||
      syncs.slice(-1).some((own) => hindranceOf(own) !== undefined),
  );
  return verdict.canGoBack === false || isAsleep ? 'warn' : 'good';
}

export const capacitySign = { good: '✓', warn: '!', bad: '✗' } as const;
