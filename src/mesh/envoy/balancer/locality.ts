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

/** The other way round, without what is missing at the end; '' where nothing is known. */
export const localityText = ({ region, zone, subZone }: Locality): string =>
  `${region}/${zone}/${subZone}`.replace(/\/+$/, '');

export const regionLabel = 'topology.kubernetes.io/region';
export const zoneLabel = 'topology.kubernetes.io/zone';
export const subZoneLabel = 'topology.istio.io/subzone';
export const networkLabel = 'topology.istio.io/network';
export const nodeLabel = 'kubernetes.io/hostname';

type Labels = Readonly<Record<string, string>>;

/**
 * Where something runs, by its labels: `istio-locality`, which may write dots for slashes, before those of its node, which
 * istiod adds to the pod's own (serviceregistry/kube/controller/controller.go, getPodLocality; xds/ads.go, setTopologyLabels).
 */
export function localityOf(labels: Labels): Locality {
  const own = labels['istio-locality'] ?? '';
  if (own !== '') return parseLocality(own.includes('/') ? own : own.replaceAll('.', '/'));
  return {
    region: labels[regionLabel] ?? '',
    zone: labels[zoneLabel] ?? '',
    subZone: labels[subZoneLabel] ?? '',
  };
}

/** Labels with those that istiod adds from where something runs (serviceregistry/util/label, AugmentLabels). */
export function topologyLabels(labels: Labels): Labels {
  const { region, zone, subZone } = localityOf(labels);
  return {
    ...labels,
    ...(region === '' ? {} : { [regionLabel]: region }),
    ...(zone === '' ? {} : { [zoneLabel]: zone }),
    ...(subZone === '' ? {} : { [subZoneLabel]: subZone }),
  };
}

/** What acts of DestinationRule, Service and mesh for one cluster (`istiod/locality-setting.ts`). */
export interface LocalitySettings {
  readonly enabled?: boolean;
  readonly distribute?: readonly Distribute[];
  readonly failover?: readonly Failover[];
  /** Labels, "key" or "key=value", in the order of their importance. */
  readonly failoverPriority?: readonly string[];
  /** Priorities are made without outlier detection, too. */
  readonly forced?: true;
  /** zoneAwareLbSetting: the zones of a region are alike, and Envoy chooses among them. */
  readonly zoneAware?: true;
}

/** Endpoints that are alike to a proxy: of one locality, and, where labels order them, with the same of those labels. */
export interface EndpointGroup {
  readonly locality: Locality;
  /** With those of where they run. */
  readonly labels: Labels;
  /** Their count, where they have no weights of their own. */
  readonly weight: number;
}

/** What becomes of one group at one proxy. */
export interface Placement {
  /** 0 first, without gaps. */
  readonly priority: number;
  /** Among the localities of its priority; 0 takes the endpoints away. */
  readonly weight: number;
  readonly reason:
    | LocalityPriority['reason']
    | LocalityWeight['reason']
    /** The labels of failoverPriority agree, or one of them does not. */
    | 'labels agree'
    | 'a label differs'
    /** It is off, or nobody would ever leave priority 0. */
    | 'all alike';
}

/**
 * What Istio makes of groups of endpoints for one proxy (pilot, loadbalancer.go, ApplyLocalityLoadBalancer and
 * ApplyZoneAwareLoadBalancer): weights by `distribute`, or else priorities by labels and localities, which takes outlier
 * detection, as without it Envoy would never leave priority 0, or a setting that forces them. `enabled: false` turns all of it off;
 * no setting is the mesh's default, which is on.
 * @param groups one per locality; where `failoverPriority` acts, one per locality and labels that it names.
 */
export function placements(
  proxy: Labels,
  groups: readonly EndpointGroup[],
  setting: LocalitySettings | undefined,
  judgesOutliers: boolean,
): readonly Placement[] {
  const localities = groups.map((group) => group.locality);
  if (setting?.enabled !== false && setting?.distribute !== undefined) {
    return distributeWeights(localityOf(proxy), groups, setting.distribute).map((own) => ({
      priority: 0,
      ...own,
    }));
  }
  if (!failsOver(setting, judgesOutliers))
    return groups.map(({ weight }) => ({ priority: 0, weight, reason: 'all alike' }));
  const labels = labelsOf(setting);
  const byLabels =
    labels.length > 0
      ? failoverByLabels(
          topologyLabels(proxy),
          groups.map((own) => own.labels),
          labels,
        )
      : undefined;
  if (byLabels !== undefined && setting?.failover === undefined && setting?.zoneAware !== true) {
    const priorities = inOrder(byLabels);
    return groups.map(({ weight }, index) => ({
      priority: priorities[index]!,
      weight,
      reason: byLabels[index] === 0 ? 'labels agree' : 'a label differs',
    }));
  }
  const own = localityOf(proxy);
  const found = (setting?.zoneAware === true ? failoverByRegion : failoverPriorities)(
    own,
    localities,
    setting?.failover,
  );
  // Localities make five priorities at most; those of the labels come before them.
  const steps = 5;
  const before = byLabels === undefined ? groups.map(() => 0) : inOrder(byLabels);
  const priorities = inOrder(found.map(({ priority }, index) => steps * before[index]! + priority));
  return groups.map(({ weight }, index) => ({
    priority: priorities[index]!,
    weight,
    reason: found[index]!.reason,
  }));
}

/** Whether endpoints of a cluster have priorities at all. */
export const failsOver = (setting: LocalitySettings | undefined, judgesOutliers: boolean): boolean =>
  setting?.enabled !== false && (judgesOutliers || setting?.forced === true);

/** Labels by which endpoints of one locality may differ in priority. */
export const labelsOf = (setting: LocalitySettings | undefined): readonly string[] =>
  setting?.enabled !== false && setting?.distribute === undefined ? (setting?.failoverPriority ?? []) : [];

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

/** As `failoverPriorities`, where the zones of a region are alike (applyZoneAwareRegionalFailover). */
function failoverByRegion(
  proxy: Locality,
  localities: readonly Locality[],
  failover: readonly Failover[] = [],
): readonly LocalityPriority[] {
  const to = failover.find((entry) => entry.from === proxy.region)?.to;
  const ranks = localities.map(({ region }) => (region === proxy.region ? 0 : region === to ? 1 : 2));
  const priorities = inOrder(ranks);
  const reasons = [
    'same region',
    'another region',
    to === undefined ? 'another region' : REASONS[4],
  ] as const;
  return ranks.map((rank, index) => ({ priority: priorities[index]!, reason: reasons[rank]! }));
}

/** Ranks as places among the different ones: 0 first, without gaps. */
function inOrder(ranks: readonly number[]): readonly number[] {
  const used = [...new Set(ranks)].sort((a, b) => a - b);
  return ranks.map((rank) => used.indexOf(rank));
}

/**
 * The ranks that Istio gives endpoints by `failoverPriority` (loadbalancer.go, applyFailoverPriorityPerLocality): labels in
 * the order of their importance, "key" or "key=value" with a value to take instead of the proxy's own (of several for one key the
 * last). All agree: 0; the first that does not being the j-th of n (from 0): n - j, so that the most important disagreement weighs
 * most. Where the network comes first, another network adds n, and the rest is still compared. A proxy without labels has no
 * preference.
 */
export function failoverByLabels(
  proxy: Labels,
  endpoints: readonly Labels[],
  failoverPriority: readonly string[],
): readonly number[] {
  if (Object.keys(proxy).length === 0) return endpoints.map(() => 0);
  const keys = failoverPriority.map(labelKey);
  const overridden = new Map(
    failoverPriority.flatMap((text): [string, string][] => {
      const [key = '', value, ...more] = text.split('=');
      return value === undefined || more.length > 0 ? [] : [[key, value]];
    }),
  );
  const wanted = keys.map((key) => overridden.get(key) ?? valueOf(proxy, key));
  const n = keys.length;
  return endpoints.map((labels) => {
    const differs = (at: number): boolean => valueOf(labels, keys[at]!) !== wanted[at];
    const networkFirst = failoverPriority[0] === networkLabel && differs(0);
    const at = keys.findIndex((_key, place) => differs(place) && !(networkFirst && place === 0));
    return (at < 0 ? 0 : n - at) + (networkFirst ? n : 0);
  });
}

/** "key" of "key=value". */
export const labelKey = (text: string): string => text.split('=')[0] ?? '';

/** Go's map: what is not there reads as ''. */
const valueOf = (labels: Labels, key: string): string => (Object.hasOwn(labels, key) ? labels[key]! : '');

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
