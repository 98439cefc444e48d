import { listOf, mapOf, type Data } from '../../manifest/change/written.ts';
import { matches } from '../../manifest/labels.ts';
import type { Exported } from './exported.ts';
import { routesOf, serviceOfHost, type Destination, type Route } from './rules.ts';
import { textMap, type Service, type System } from './system.ts';

/** A step of a shift: the rule as it is applied then. */
export interface ShiftStep {
  /** Percent of the new version. */
  readonly percent: number;
  /** Of every rule that changes. */
  readonly sources: readonly Data[];
}

/** From one version to another, by the rule that splits them. */
export interface Shift {
  readonly service: Service;
  /** Other namespaces have a Service of that name. */
  readonly isNamesake: boolean;
  /** What the Services that a rule weighs are versions of; undefined: versions of the one Service. */
  readonly toService: Service | undefined;
  /** Versions as the rule names them: a subset, or a Service. */
  readonly from: string;
  readonly to: string;
  /** The rules that are in force at the start; none: the first step brings one. */
  readonly rules: readonly Exported[];
  readonly steps: readonly ShiftStep[];
  readonly reason: string;
  /** Other Services that could be shifted. */
  readonly others: readonly string[];
}

const percents = [10, 25, 50, 100];

/**
 * The shift that the export is ready for: a rule that weighs two versions, else one that sends all to one of several subsets, else
 * subsets that no rule names. Versions without pods are left alone.
 */
export function shiftOf(objects: readonly Exported[], system: System): Shift | undefined {
  const routes = routesOf(objects, system);
  const subsets = objects
    .filter(({ kind }) => kind === 'DestinationRule')
    .flatMap((own) => subsetsOf(own, system))
    .filter(({ names }) => names.length > 1);
  const weighed = routes.flatMap((route) => weighedShift(route, routes, subsets) ?? []);
  const single = subsets.flatMap((own) => routes.flatMap((route) => singleShift(route, routes, own) ?? []));
  const unruled = subsets.filter(
    ({ service }) =>
      routes.every((route) =>
        route.destinations.every((own) => own.service !== service || own.subset === undefined),
      ) && !hasRule(objects, system, service),
  );
  const all = [...weighed, ...single, ...unruled.map(newShift)];
  const [first] = all;
  if (first === undefined) return undefined;
  const others = [...new Set(all.map(({ service }) => service.name))].filter(
    (name) => name !== first.service.name,
  );
  const isNamesake = system.services.filter(({ name }) => name === first.service.name).length > 1;
  return { ...first, others, isNamesake };
}

type Found = Omit<Shift, 'others' | 'isNamesake'>;

const versionOf = ({ subset, host }: Destination): string => subset ?? host.split('.')[0]!;

/** Two destinations with weights: the one with less (or, alike, the later name) is the new one. */
function weighedShift(
  route: Route,
  routes: readonly Route[],
  subsets: readonly Subsets[],
): Found | undefined {
  const { destinations } = route;
  const services = destinations.map(({ service }) => service);
  if (destinations.length < 2 || services.some((own) => own === undefined || own.workloads.length === 0))
    return undefined;
  const total = destinations.reduce((sum, { weight = 0 }) => sum + weight, 0);
  const sharesOf = destinations.map(({ weight = 0 }) => (total === 0 ? 0 : (100 * weight) / total));
  // Of several, all but the two that the shift is about keep what they have.
  const order = destinations
    .map((_, at) => at)
    .sort(
      (a, b) =>
        sharesOf[b]! - sharesOf[a]! || newer(versionOf(destinations[a]!), versionOf(destinations[b]!)),
    );
  const from = order[0]!;
  const to = order
    .slice(1)
    .sort((a, b) => newer(versionOf(destinations[b]!), versionOf(destinations[a]!)))[0]!;
  if (samePods(destinations[from]!, destinations[to]!, subsets)) return undefined;
  const alike = routes.filter((other) => isAlike(route, other));
  const both = sharesOf[from]! + sharesOf[to]!;
  const now = Math.round((100 * sharesOf[to]!) / (both || 1));
  const weights = (percent: number): number[] =>
    sharesOf.map((own, at) =>
      at === to
        ? Math.round((both * percent) / 100)
        : at === from
          ? Math.round(both) - Math.round((both * percent) / 100)
          : Math.round(own),
    );
  return {
    service: services[from]!,
    toService: services[to] === services[from] ? undefined : services[to],
    from: versionOf(destinations[from]!),
    to: versionOf(destinations[to]!),
    rules: [...new Set(alike.map((own) => own.rule))],
    steps: percents
      .filter((own) => own > now)
      .map((percent) => ({
        percent,
        sources: rewritten(alike, (own) => setWeights(own, weights(percent))),
      })),
    reason: `${rulesText(alike)} ${alike.length > 1 ? 'weigh' : 'weighs'} ${versionOf(destinations[from]!)} and ${versionOf(destinations[to]!)}`,
  };
}

/** Routes of other callers, a gateway's and the mesh's, that weigh the same destinations alike: they are shifted together. */
function isAlike(route: Route, other: Route): boolean {
  const text = ({ destinations }: Route): string =>
    JSON.stringify(
      destinations.map(({ service, subset, weight }) => [service && idOfService(service), subset, weight]),
    );
  return text(route) === text(other);
}

const idOfService = ({ namespace, name }: Service): string => `${namespace}/${name}`;

/** "VirtualService shop", "VirtualService shop and VirtualService orders" */
const rulesText = (routes: readonly Route[]): string =>
  [...new Set(routes.map(({ rule }) => `${rule.kind} ${rule.name}`))].join(' and ');

/** The rules of some routes, each once, with all of these routes changed. */
function rewritten(routes: readonly Route[], change: (route: Data) => void): Data[] {
  return [...new Set(routes.map(({ rule }) => rule))].map((rule) => {
    const source = structuredClone(rule.source);
    const spec = mapOf(source['spec']);
    const list = listOf(rule.kind === 'VirtualService' ? spec['http'] : spec['rules']);
    for (const own of routes) if (own.rule === rule) change(list[own.index]!);
    return source;
  });
}

/** Between two Services of the same pods, as Argo's are when nothing is rolled out, there is nothing to shift. */
function samePods(a: Destination, b: Destination, subsets: readonly Subsets[]): boolean {
  if (a.subset !== undefined && b.subset !== undefined && a.service === b.service) {
    const known = subsets.find(({ service }) => service === a.service)?.names ?? [];
    return !known.includes(a.subset) || !known.includes(b.subset);
  }
  const pods = b.service!.workloads;
  return (
    a.service!.workloads.length === pods.length && a.service!.workloads.every((own) => pods.includes(own))
  );
}

/** Names as people count them: v10 after v9, "canary" after "stable". */
const newer = (a: string, b: string): number =>
  ageOf(a) - ageOf(b) || a.localeCompare(b, 'en', { numeric: true });

const ageOf = (name: string): number =>
  /(canary|new|next|green|candidate|preview)/.test(name)
    ? 2
    : /(stable|old|current|blue|primary|base)/.test(name)
      ? 0
      : 1;

function setWeights(route: Data, weights: readonly number[]): void {
  const list = listOf(route['route'] ?? route['backendRefs']);
  list.forEach((own, at) => void (own['weight'] = weights[at]!));
}

interface Subsets {
  readonly service: Service;
  readonly host: string;
  readonly namespace: string;
  /** Those that have pods, the oldest first. */
  readonly names: readonly string[];
}

function subsetsOf({ source, namespace }: Exported, system: System): Subsets[] {
  const { host, subsets } = mapOf(source['spec']);
  const service = serviceOfHost(String(host), namespace, system);
  if (service === undefined) return [];
  const names = listOf(subsets)
    .filter(({ labels }) => service.workloads.some((own) => matches(textMap(labels), own.labels)))
    .map(({ name }) => String(name))
    .sort(newer);
  return [{ service, host: String(host), namespace, names }];
}

/** A rule sends everything to one subset, and others are there. */
function singleShift(
  route: Route,
  routes: readonly Route[],
  { service, host, names }: Subsets,
): Found | undefined {
  const [only, ...more] = route.destinations;
  if (only?.service !== service || more.length > 0 || only.subset === undefined || route.isPicky)
    return undefined;
  const to = [...names].reverse().find((own) => own !== only.subset);
  if (to === undefined || route.rule.kind !== 'VirtualService') return undefined;
  const { subset: from } = only;
  const alike = routes.filter(
    (other) => other.rule.kind === 'VirtualService' && !other.isPicky && isAlike(route, other),
  );
  const step = (own: Data, percent: number): void => {
    const [kept] = listOf(own['route']);
    const destination = mapOf(kept!['destination']);
    own['route'] = [
      { ...kept, destination: { ...destination, subset: from }, weight: 100 - percent },
      { ...kept, destination: { ...destination, subset: to }, weight: percent },
    ];
  };
  return {
    service,
    toService: undefined,
    from,
    to,
    rules: [...new Set(alike.map((own) => own.rule))],
    steps: percents.map((percent) => ({ percent, sources: rewritten(alike, (own) => step(own, percent)) })),
    reason: `${rulesText(alike)} ${alike.length > 1 ? 'send' : 'sends'} all to ${from}, and DestinationRule ${host} has ${to}, too`,
  };
}

const hasRule = (objects: readonly Exported[], system: System, service: Service): boolean =>
  objects.some(
    ({ kind, source, namespace }) =>
      kind === 'VirtualService' &&
      (mapOf(source['spec'])['hosts'] as unknown[] | undefined)?.some(
        (own) => serviceOfHost(String(own), namespace, system) === service,
      ) === true,
  );

/** Subsets that no rule names: every pod has its part until the first step. */
function newShift({ service, host, namespace, names }: Subsets): Found {
  const [from, to] = [names[0]!, names.at(-1)!];
  const step = (percent: number): Data => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: service.name, namespace },
    spec: {
      hosts: [host],
      http: [
        {
          route: [
            { destination: { host, subset: from }, weight: 100 - percent },
            { destination: { host, subset: to }, weight: percent },
          ],
        },
      ],
    },
  });
  return {
    service,
    toService: undefined,
    from,
    to,
    rules: [],
    steps: percents.map((percent) => ({ percent, sources: [step(percent)] })),
    reason: `DestinationRule ${host} has subsets ${names.join(', ')}, and no rule weighs them yet`,
  };
}
