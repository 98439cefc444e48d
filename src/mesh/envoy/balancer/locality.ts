import { EdfSchedule } from './edf.ts';

/** Where a proxy or an endpoint is. What is not known is ''. */
export interface Locality {
  readonly region: string;
  readonly zone: string;
  readonly subZone: string;
}

/** "region/zone/sub-zone", of which the end may be missing. */
export function parseLocality(text: string): Locality {
  const [region = '', zone = '', subZone = ''] = text.split('/');
  return { region, zone, subZone };
}

/** One endpoint group's priority, seen from a proxy. */
export interface LocalityPriority {
  /** 0 first, without gaps. */
  readonly priority: number;
  readonly reason:
    | 'same sub-zone'
    | 'same zone'
    | 'same region'
    | 'another region'
    /** A failover entry for the proxy's region names another region. */
    | 'not the region to fail over to';
}

/** Istio's localityLbSetting.failover: from region to region. */
export interface Failover {
  readonly from: string;
  readonly to: string;
}

/**
 * The priorities that Istio gives endpoints by their locality (pilot, loadbalancer.go, applyLocalityFailover): same sub-zone
 * 0, zone 1, region 2, elsewhere 3, and 4 where the failover entry for the proxy's region names another one; then renumbered
 * without gaps. It takes effect only with outlier detection, and not beside `distribute`. Of several entries for one region
 * the first counts.
 */
export function failoverPriorities(
  proxy: Locality,
  localities: readonly Locality[],
  failover: readonly Failover[] = [],
): readonly LocalityPriority[] {
  const to = failover.find((entry) => entry.from === proxy.region)?.to;
  const ranks = localities.map((locality) => rankOf(proxy, locality, to));
  const priorities = inOrder(ranks);
  return ranks.map((rank, index) => ({ priority: priorities[index]!, reason: REASONS[rank] }));
}

/** Ranks as places among the different ones: 0 first, without gaps. */
export function inOrder(ranks: readonly number[]): readonly number[] {
  const used = [...new Set(ranks)].sort((a, b) => a - b);
  return ranks.map((rank) => used.indexOf(rank));
}

/**
 * The ranks that Istio gives endpoints by `failoverPriority` (loadbalancer.go, applyFailoverPriorityPerLocality): labels in
 * the order of their importance, "key" or "key=value" with a value to take instead of the proxy's own. All agree: 0; the
 * first that does not being the j-th of n: n - j, so that the most important disagreement weighs most.
 */
export function failoverByLabels(
  proxy: Readonly<Record<string, string>>,
  endpoints: readonly Readonly<Record<string, string>>[],
  failoverPriority: readonly string[],
): readonly number[] {
  const wanted = failoverPriority.map((text) => {
    const [key = '', value, ...more] = text.split('=');
    return { key, value: (more.length === 0 ? value : undefined) ?? valueOf(proxy, key) };
  });
  return endpoints.map((labels) => {
    const at = wanted.findIndex(({ key, value }) => valueOf(labels, key) !== value);
    return at < 0 ? 0 : wanted.length - at;
  });
}

/** Go's map: what is not there reads as ''. */
const valueOf = (labels: Readonly<Record<string, string>>, key: string): string =>
  Object.hasOwn(labels, key) ? labels[key]! : '';

const REASONS = [
  'same sub-zone',
  'same zone',
  'same region',
  'another region',
  'not the region to fail over to',
] as const;

function rankOf(proxy: Locality, locality: Locality, failoverTo: string | undefined): 0 | 1 | 2 | 3 | 4 {
  if (locality.region !== proxy.region) {
    return failoverTo === undefined || failoverTo === locality.region ? 3 : 4;
  }
  if (locality.zone !== proxy.zone) return 2;
  return locality.subZone === proxy.subZone ? 0 : 1;
}

/** Istio's localityLbSetting.distribute: from a locality pattern, percents by locality pattern. */
export interface Distribute {
  readonly from: string;
  readonly to: Readonly<Record<string, number>>;
}

/** One endpoint group's weight among the localities. */
export interface LocalityWeight {
  /** 0 takes the endpoints away. */
  readonly weight: number;
  readonly reason: 'listed' | 'not listed' | 'no entry for the proxy’s locality';
}

/**
 * The weights that `distribute` gives localities (loadbalancer.go, applyLocalityWeights): those of the first entry whose
 * `from` fits the proxy. Where a pattern fits several localities, they share its percents by their own weights, rounded up
 * each; a locality that no pattern names gets nothing. Without a fitting entry each keeps its own weight.
 *
 * Of several patterns that fit one locality ours takes the first written; Istio's map has no order, so there it may be any.
 * @param groups each locality and the weight of its endpoints: their count, where they have none of their own.
 */
export function distributeWeights(
  proxy: Locality,
  groups: readonly { readonly locality: Locality; readonly weight: number }[],
  distribute: readonly Distribute[],
): readonly LocalityWeight[] {
  const entry = distribute.find(({ from }) => fitsPattern(proxy, from));
  if (entry === undefined) {
    return groups.map(({ weight }) => ({ weight, reason: 'no entry for the proxy’s locality' }));
  }
  const given: LocalityWeight[] = groups.map(() => ({ weight: 0, reason: 'not listed' }));
  const taken = groups.map(() => false);
  for (const [pattern, percent] of Object.entries(entry.to)) {
    const fitting = groups.flatMap(({ locality }, index) =>
      !taken[index]! && fitsPattern(locality, pattern) ? [index] : [],
    );
    const total = fitting.reduce((sum, index) => sum + groups[index]!.weight, 0);
    for (const index of fitting) {
      taken[index] = true;
      const weight = total === 0 ? 0 : Math.ceil((groups[index]!.weight * percent) / total);
      given[index] = { weight, reason: 'listed' };
    }
  }
  return given;
}

/** "us-west/zone1/*": `*` fits anything, and so does a zone or sub-zone that is left out. */
export function fitsPattern(locality: Locality, pattern: string): boolean {
  const { region, zone, subZone } = parseLocality(pattern);
  return (
    (region === '*' || region === locality.region) &&
    (zone === '*' || zone === '' || zone === locality.zone) &&
    (subZone === '*' || subZone === '' || subZone === locality.subZone)
  );
}

/**
 * What a locality's weight is worth while only some of its hosts can be used: weight * min(1, 1.4 * availability) (Envoy,
 * locality_wrr.cc).
 * @param eligible healthy hosts, or degraded ones in their own schedule.
 */
export function effectiveLocalityWeight(locality: {
  readonly weight: number;
  readonly hosts: number;
  readonly eligible: number;
  readonly excluded?: number;
  /** Default 140. */
  readonly overprovisioningPercent?: number;
}): number {
  const count = locality.hosts - (locality.excluded ?? 0);
  if (count <= 0) return 0;
  const provisioning = (locality.overprovisioningPercent ?? 140) / 100;
  return locality.weight * Math.min(1, provisioning * (locality.eligible / count));
}

/**
 * The schedule that chooses among localities by their effective weights, those of weight 0 being left out; undefined if none
 * is left, and then the locality does not matter (all hosts of the priority, or panic). Rebuilt with the balancer's seed on
 * every change of hosts or health. Pick with `schedule.pick((index) => effectiveWeights[index]!)`.
 */
export function localitySchedule(effectiveWeights: ArrayLike<number>, seed: number): EdfSchedule | undefined {
  const schedule = EdfSchedule.withPicks(effectiveWeights.length, (index) => effectiveWeights[index]!, seed);
  return schedule.size > 0 ? schedule : undefined;
}
