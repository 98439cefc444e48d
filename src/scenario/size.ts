import { count } from '../words/number.ts';
import type { Resource } from '../manifest/resource.ts';
import { isWorkload } from '../manifest/scale-target.ts';
import { kindOf, type Traffic } from '../mesh/app/traffic/index.ts';
import { kubernetesDefaults } from '../mesh/kubernetes/settings.ts';
import { windowFor } from './scenario.ts';
import type { ScenarioText } from './schema.ts';
import { plannedOf } from './timeline.ts';

/** Pages that entries may ask for at their own pace where the budget names no number. */
const pagesAllowance = 20_000_000;
/** Each window, scrape and sync is kept or costs a look at every pod; each instant of the rollback meter is a run. */
const repeats = { windows: 100_000, scrapes: 100_000, syncs: 50_000, instants: 1_000, steps: 10_000 };

/** Pods that are wanted at one time: with a sidecar each takes about 100 kB. */
const mostPods = 10_000;
/** Each workload's proxies hold all clusters: up to 0.4 kB each, with the routes to them. */
const mostHeld = 2_000_000;

/** Versions that one route may split to: of each every window is kept, and told. */
const mostDestinations = 2_000;

/** What of a scenario asks for more than a run may cost, as can be told before it is played. */
export interface Oversize {
  readonly place: readonly (string | number)[];
  readonly message: string;
  readonly hint: string;
}

/**
 * @param traffic the entries of the scenario, as they were read.
 * @param resources of its manifests and those of its timeline.
 */
export function oversizes(
  spec: ScenarioText['spec'],
  traffic: readonly Traffic[],
  resources: readonly Resource[],
): Oversize[] {
  const { duration, kubernetes, rollback } = spec;
  const every = (periodUs: number): number => (periodUs > 0 ? duration / periodUs : Infinity);
  const found: Oversize[] = [];
  const limit = (place: Oversize['place'], what: string, count: number, most: number): void => {
    if (count > most) {
      found.push({
        place: ['spec', ...place],
        message: `${countText(count)} ${what}; a run has ${countText(most)} at most`,
        hint: 'make it longer, or the duration shorter',
      });
    }
  };
  limit(['window'], 'windows', every(spec.window ?? windowFor(duration)), repeats.windows);
  limit(
    ['kubernetes', 'scrape'],
    'scrapes of metrics',
    every(kubernetes.scrape ?? kubernetesDefaults.scrapeUs),
    repeats.scrapes,
  );
  const autoscalers = sumOf(resources, (own) => (own.kind === 'HorizontalPodAutoscaler' ? 1 : 0));
  limit(
    ['kubernetes', 'autoscaler', 'syncPeriod'],
    'syncs of autoscalers',
    autoscalers * every(kubernetes.autoscaler?.syncPeriod ?? kubernetesDefaults.autoscaler.syncPeriodUs),
    repeats.syncs,
  );
  if (rollback !== undefined) {
    const spanUs = Math.max(0, Math.min(rollback.to ?? duration, duration) - (rollback.from ?? 0));
    limit(
      ['rollback', 'every'],
      'instants of going back, each a run',
      rollback.every > 0 ? spanUs / rollback.every : Infinity,
      repeats.instants,
    );
  }
  if (spec.timeline.length > repeats.steps) {
    found.push({
      place: ['spec', 'timeline'],
      message: `${countText(spec.timeline.length)} steps of the timeline; a run has ${countText(repeats.steps)} at most`,
      hint: 'leave some out',
    });
  }
  found.push(...tooLargeMeshes(spec, resources));
  const most = spec.budget.pages ?? pagesAllowance;
  for (const entry of traffic) {
    const pages = kindOf(entry).pagesUntil?.(entry, duration) ?? 0;
    if (pages > most) {
      found.push({
        place: ['spec', 'traffic', spec.traffic.findIndex((own) => own.name === entry.name)],
        message: `traffic "${entry.name}" asks for ${countText(pages)} pages; a run has ${countText(most)} at most`,
        hint: 'ask less often, or set spec.budget.pages',
      });
    }
  }
  return found;
}

function tooLargeMeshes(spec: ScenarioText['spec'], resources: readonly Resource[]): Oversize[] {
  const found: Oversize[] = [];
  const wanted = new Map<string, number>();
  const want = (name: string, replicas: number): void =>
    void wanted.set(name, Math.max(replicas, wanted.get(name) ?? 0));
  for (const own of resources) if (isWorkload(own)) want(own.metadata.name, own.spec.replicas);
  for (const entry of spec.timeline) {
    const action = plannedOf(entry).build([]);
    if (action.verb === 'scale') want(action.workload, action.replicas);
  }
  const pods = [...wanted.values()].reduce((sum, own) => sum + own, 0);
  if (pods > mostPods) {
    found.push({
      place: ['spec', 'manifests'],
      message: `the workloads want ${countText(pods)} pods; a run has ${countText(mostPods)} at most`,
      hint: 'fewer replicas, and as many times fewer pages, show the same split',
    });
  }
  for (const own of new Set(resources)) {
    const destinations = widestRoute(own);
    if (destinations > mostDestinations) {
      found.push({
        place: ['spec', 'manifests'],
        message: `a route of VirtualService ${own.metadata.name} has ${countText(destinations)} destinations; in a run it has ${countText(mostDestinations)} at most`,
        hint: 'put those together that the shift does not tell apart',
      });
    }
  }
  const clusters = sumOf(resources, clustersOf);
  if (wanted.size * clusters > mostHeld) {
    found.push({
      place: ['spec', 'manifests'],
      message: `${countText(wanted.size)} workloads would hold ${countText(clusters)} clusters each; a run has ${countText(mostHeld)} in all at most`,
      hint: 'leave out services and workloads that the shift does not meet',
    });
  }
  return found;
}

/** Of what is applied again and again, the largest counts. */
function sumOf(resources: readonly Resource[], sizeOf: (resource: Resource) => number): number {
  const sizes = new Map<string, number>();
  for (const own of new Set(resources)) {
    const { name, namespace } = own.metadata;
    const key = `${own.kind}/${namespace}/${name}`;
    sizes.set(key, Math.max(sizeOf(own), sizes.get(key) ?? 0));
  }
  return [...sizes.values()].reduce((sum, own) => sum + own, 0);
}

/** Destinations of the route that has most. */
const widestRoute = (resource: Resource): number =>
  resource.kind === 'VirtualService'
    ? [...resource.spec.http, ...resource.spec.tcp].reduce(
        (most, { route }) => Math.max(most, route.length),
        0,
      )
    : 0;

/** Of a Service for each port, of a DestinationRule for each subset. */
function clustersOf(resource: Resource): number {
  if (resource.kind === 'Service') return resource.spec.ports.length;
  return resource.kind === 'DestinationRule' ? resource.spec.subsets.length : 0;
}

const countText = (n: number): string =>
  n < 1e15 ? count(Math.floor(n)) : n < Infinity ? n.toExponential(1) : 'endlessly many';
