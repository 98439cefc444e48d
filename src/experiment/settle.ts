import type { HorizontalPodAutoscaler, Resource } from '../manifest/resource.ts';
import { isScalable, meansKind } from '../manifest/scale-target.ts';
import type { App } from '../mesh/app/app.ts';
import { kindOf, type Traffic } from '../mesh/app/traffic/index.ts';
import { hpaRule } from '../mesh/kubernetes/hpa/hpa-rule.ts';
import { emptyHpaLogs } from '../mesh/kubernetes/hpa/logs.ts';
import { hpaSpecOf } from '../mesh/kubernetes/hpa-spec-of.ts';
import type { Sync } from '../mesh/kubernetes/autoscalers.ts';
import { silentProbe } from '../mesh/telemetry/probe.ts';
import { World } from '../mesh/world.ts';
import type { WorldSettings } from '../mesh/world-settings.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** What a world is made of for a scenario, but for the moments that somebody wants to be told of. */
type WorldOfScenario = Omit<WorldSettings, 'marksUs'>;

/**
 * `start: settled`: a run begins as if its load had been there for long.
 *
 *   how many pods?   worlds of two minutes in which autoscalers may not act; what they would ask for is read off their looks, by
 *                    their own rule, without tolerance and without windows; once more nearer to that where it is far off
 *   then             two minutes (one where nothing scales) with that number, autoscalers in force, that nobody is told of: queues,
 *                    connections, metrics and the autoscalers' logs are warm when the clock begins, at 0
 *
 * Autoscalers tolerate a tenth on either side of their target, so that a load has several numbers of pods at which they rest; this is
 * the one at which the target is met. What does not settle (more than maxReplicas can serve) is two minutes into its overload.
 */
export function worldOf(scenario: Scenario): WorldOfScenario {
  if (scenario.start !== 'settled') return scenario;
  const known = found.get(scenario.manifests);
  const key = JSON.stringify([
    scenario.seed,
    scenario.traffic.map((own) => kindOf(own).atStart(own) ?? own.name),
  ]);
  const manifests = known?.get(key) ?? settledManifests(scenario);
  if (known === undefined) found.set(scenario.manifests, new Map([[key, manifests]]));
  else known.set(key, manifests);
  const isScaled = manifests.some(({ kind }) => kind === 'HorizontalPodAutoscaler');
  return earlier({ ...scenario, manifests }, isScaled ? 2 * minuteUs : minuteUs);
}

/** By the manifests and what comes before the clock begins: branches and copies of a run begin alike, and ask again. */
const found = new WeakMap<readonly Resource[], Map<string, readonly Resource[]>>();

const minuteUs = 60e6;

/** A scenario that begins so much before its clock, with the traffic of its start. */
const earlier = (scenario: Scenario, byUs: number): WorldOfScenario => ({
  ...scenario,
  startUs: -byUs,
  app: failingBefore(scenario.app),
  traffic: scenario.traffic.map((own) => kindOf(own).comingSince(own, -byUs) as Traffic),
});

/** What fails from the start has failed before. */
const failingBefore = (app: App): App => ({
  ...app,
  workloads: app.workloads.map((own) =>
    own.fails === undefined
      ? own
      : {
          ...own,
          fails: own.fails.map((each) => (each.fromUs > 0 ? each : { ...each, fromUs: -Infinity })),
        },
  ),
});

/** What comes at the start for good; recordings and refreshes at their moments. */
const atStart = (own: Traffic): Traffic => (kindOf(own).atStart(own) as Traffic | undefined) ?? own;

/** Of worlds that are asked. */
const rounds = 4;

/** The manifests with the replicas that autoscalers want at the load of the start. */
function settledManifests(scenario: Scenario): readonly Resource[] {
  const autoscalers = scenario.manifests.filter(
    (own): own is HorizontalPodAutoscaler => own.kind === 'HorizontalPodAutoscaler',
  );
  if (autoscalers.length === 0) return scenario.manifests;
  const wanted = new Map(autoscalers.map((own) => [own, firstTry(own)]));
  for (let round = 0; round < rounds; round++) {
    const syncs = lastSyncs(scenario, wanted);
    let isNear = true;
    for (const [own, tried] of wanted) {
      const found = middle((syncs.get(nameOf(own)) ?? []).map((sync) => askedFor(own, sync, scenario)));
      if (found === undefined) continue;
      // Where pods are too few, a limit hides what is wanted; where they are far too many, whole percents do.
      const { minReplicas = 1, maxReplicas } = own.spec;
      const isHidden = found >= tried && tried < maxReplicas;
      const next = isHidden ? Math.min(maxReplicas, Math.max(2 * tried, found)) : found;
      if (isHidden || (found < tried / 3 && found > minReplicas)) isNear = false;
      wanted.set(own, next);
    }
    if (isNear) break;
  }
  return scenario.manifests.map((own) => withReplicas(own, wanted));
}

/** More than enough, where that is not very many. */
const firstTry = ({ spec: { minReplicas = 1, maxReplicas } }: HorizontalPodAutoscaler): number =>
  Math.min(maxReplicas, Math.max(minReplicas, 40));

const nameOf = ({ metadata: { name, namespace } }: Pick<Resource, 'metadata'>): string =>
  `${namespace}/${name}`;

/** What autoscalers see of so many pods at the load of the start, in the minute after the one in which metrics come; they may not act. */
function lastSyncs(
  scenario: Scenario,
  wanted: ReadonlyMap<HorizontalPodAutoscaler, number>,
): ReadonlyMap<string, readonly Sync[]> {
  const syncs = new Map<string, Sync[]>();
  const held = scenario.manifests.map((own) => {
    if (own.kind !== 'HorizontalPodAutoscaler') return withReplicas(own, wanted);
    const replicas = wanted.get(own)!;
    return { ...own, spec: { ...own.spec, minReplicas: replicas, maxReplicas: replicas } };
  });
  const steady = { ...scenario, manifests: held, timeline: [], traffic: scenario.traffic.map(atStart) };
  const world = new World(
    { ...earlier(steady, minuteUs), marksUs: [], metersAreRead: false },
    {
      ...silentProbe,
      synced: (sync) => void syncs.set(nameOf(sync.hpa), [...(syncs.get(nameOf(sync.hpa)) ?? []), sync]),
    },
  );
  world.runUntil(minuteUs);
  return syncs;
}

/** By the autoscaler's own rule and limits, what it would ask for at once and to the point; undefined: it cannot tell. */
function askedFor(
  own: HorizontalPodAutoscaler,
  { before, pods, samples }: Sync,
  scenario: Scenario,
): number | undefined {
  const { autoscaler } = scenario.kubernetes;
  const { behavior: _, ...spec } = hpaSpecOf(own);
  const { replicas, currentMetrics } = hpaRule({
    spec,
    controller: { ...autoscaler, tolerance: 0, downscaleStabilisationUs: 0 },
    currentReplicas: before,
    pods,
    samples,
    logs: { ...emptyHpaLogs, recommendations: [{ replicas: 0, atUs: -Infinity }] },
    nowUs: minuteUs,
  });
  return currentMetrics.some((own) => own !== undefined) ? replicas : undefined;
}

/** Of an even number the greater of the two: a pod too many serves, one too few does not. */
function middle(all: readonly (number | undefined)[]): number | undefined {
  const sorted = all.filter((own) => own !== undefined).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function withReplicas(own: Resource, wanted: ReadonlyMap<HorizontalPodAutoscaler, number>): Resource {
  if (!isScalable(own.kind)) return own;
  for (const [{ metadata, spec }, replicas] of wanted) {
    const { scaleTargetRef } = spec;
    const isTarget =
      meansKind(scaleTargetRef, own.kind) &&
      scaleTargetRef.name === own.metadata.name &&
      metadata.namespace === own.metadata.namespace;
    if (isTarget) return { ...own, spec: { ...own.spec, replicas } } as Resource;
  }
  return own;
}
