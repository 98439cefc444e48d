import { ln } from '../kernel/math.ts';
import { logDraws } from './mechanism/likelihood.ts';
import type { Evidence } from './mechanism/mechanism.ts';
import { sharesOf, type Sighting } from './sighting.ts';

/** Choices up to which the order is weighed; the tally itself is always tested whole. */
export const orderLimit = 20_000;

/**
 * What mechanisms are weighed by: versions of weight 0 that were never seen take no part, nor do requests that told no
 * version. Where the order is known, the counts are those of the requests whose order is weighed, so that all mechanisms are
 * judged by the same requests.
 */
export function evidenceOf(
  sighting: Sighting,
  rules: readonly (readonly number[])[],
  ruleOf: Int32Array,
  podCounts: readonly number[] | undefined,
): Evidence {
  const open = sighting.keys.flatMap((_, key) =>
    rules.some((shares) => shares[key]! > 0) || sighting.counts[key]! > 0 ? [key] : [],
  );
  const row = new Int32Array(sighting.keys.length).fill(-1);
  open.forEach((key, index) => (row[key] = index));
  const kept: number[] = [];
  sighting.sequence?.forEach((key, i) => {
    if (key >= 0 && row[key]! >= 0 && kept.length < orderLimit) kept.push(i);
  });
  const isOrdered = kept.length >= 2;
  const places = isOrdered ? Int32Array.from(kept) : new Int32Array();
  const sequence = places.map((i) => row[sighting.sequence![i]!]!);
  const counts = open.map((key) => sighting.counts[key]!);
  if (isOrdered) {
    counts.fill(0);
    for (const key of sequence) counts[key]! += 1;
  }
  const ownRules = rules.map((shares) => sharesOf(open.map((key) => shares[key]!)));
  const ownRuleOf = places.map((i) => ruleOf[i] ?? 0);
  const chance = Float64Array.from(sequence, (key, i) => ownRules[ownRuleOf[i]!]![key]!);
  const clients = sighting.clients === undefined ? undefined : places.map((i) => sighting.clients![i]!);
  const isSeveral = (who: Int32Array | undefined): boolean =>
    new Set(who?.filter((own) => own >= 0)).size > 1;
  const proxies = sighting.callers === undefined ? undefined : places.map((i) => sighting.callers![i]!);
  const [callers, callerNames] = isSeveral(proxies)
    ? [proxies, sighting.callerNames]
    : isSeveral(clients)
      ? [clients, sighting.clientNames]
      : [undefined, undefined];
  return {
    keys: open.map((key) => sighting.keys[key]!),
    counts,
    rules: ownRules,
    ruleOf: ownRuleOf,
    sequence,
    chance,
    logIndependent:
      ownRules.length === 1
        ? logDraws(counts, ownRules[0]!)
        : chance.reduce((sum, probability) => sum + ln(probability), 0),
    clients: isSeveral(clients) ? clients : undefined,
    callers,
    callerNames,
    attempts:
      isOrdered && sighting.attempts !== undefined ? places.map((i) => sighting.attempts![i]!) : undefined,
    timesUs:
      sighting.timesUs === undefined ? undefined : Float64Array.from(places, (i) => sighting.timesUs![i]!),
    podCounts: podCounts === undefined ? undefined : open.map((key) => podCounts[key]!),
  };
}
