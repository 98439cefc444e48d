import { ownVersion } from '../mesh/telemetry/split-key.ts';
import type { World } from '../mesh/world.ts';
import type { MeshFacts } from '../record/mesh-facts.ts';
import { listed } from '../words/listed.ts';
import { rolloutLeftOut, rolloutsAlong } from '../verdict/finding/rollout-left-out.ts';
import { sharedIn, weighedIn } from '../verdict/weighed.ts';
import { percent } from '../words/number.ts';
import { keyRowsOf } from './build/keys.ts';
import type { Recorder } from './recorder.ts';

/**
 * Why a share of requests under this name says nothing of a version, in a clause; undefined: it does.
 * @param steps of the mesh, those that were in force while it was counted.
 */
export function shareDoubt(
  world: World,
  recorder: Recorder,
  steps: readonly MeshFacts[],
  service: string,
  subset: string,
): string | undefined {
  return (
    unknownName(world, recorder, service, subset) ??
    steps.map((own) => doubtAt(own, service, subset)).find((own) => own !== undefined) ??
    leftToRollout(steps, service, subset)
  );
}

/** Nobody calls a part of the requests so: of nothing there is always nothing. */
function unknownName(world: World, recorder: Recorder, service: string, subset: string): string | undefined {
  const pods = world.servicePods(service);
  const row = world.serviceRow(service);
  const used = keyRowsOf(world, recorder, service).map((key) => world.keys.name[key]!);
  const isKnown =
    used.includes(subset) ||
    world.keys.hasVersion(service, subset) ||
    pods.some((pod) => world.keys.name[world.keyOfPod(row, pod)] === subset);
  const other = used.includes(subset)
    ? undefined
    : pods.find((pod) => world.keys.isNamed(service, subset, world.pods[pod]!));
  if (other !== undefined && world.keys.name[world.keyOfPod(row, other)] !== subset)
    return `its pods are counted as ${world.keys.name[world.keyOfPod(row, other)]!}, for no rule sends to ${subset} by that name`;
  if (isKnown) return undefined;
  const head = `no version of ${service} goes by the name ${subset}: ${
    used.length === 0 ? 'it has none' : `its requests are told apart as ${listed(used)}`
  }`;
  const { destination } = world.telemetry;
  let all = 0;
  let own = 0;
  destination.keys.forEach((each, series) => {
    if (each.service !== row || each.pod < 0) return;
    const requests = destination.count(series);
    all += requests;
    if (ownVersion(world.pods[each.pod]!) === subset) own += requests;
  });
  return pods.some((pod) => ownVersion(world.pods[pod]!) === subset) && all > 0
    ? `${head} (pods of version ${subset} answered ${percent(own / all, all)} in the whole run)`
    : head;
}

type Destination = MeshFacts['rules'][number]['destinations'][number];

/** Destinations of that name are told by their subset, or by the Service that they are. */
const isCalled = (own: Pick<Destination, 'service' | 'subset'>, service: string, subset: string): boolean =>
  own.subset === null ? own.service === subset : own.subset === subset && own.service === service;

function doubtAt(step: MeshFacts, service: string, subset: string): string | undefined {
  const isOne = (own: Pick<Destination, 'service' | 'subset'>): boolean => isCalled(own, service, subset);
  const misnamed = step.misnamed?.find(isOne);
  if (misnamed !== undefined)
    return `${misnamed.to} has the pods of ${listed(misnamed.workloads)}, none of ${listed(misnamed.named)}`;
  const pairs = [...weighedIn(step).flatMap((own) => sharedIn(own) ?? []), ...(step.matched ?? [])];
  const pair = pairs.find(({ one, other }) => isOne(one) || isOne(other));
  if (pair !== undefined) {
    const { one, other } = pair;
    const shared = one.workloads.filter((own) => other.workloads.includes(own));
    return `${one.to} and ${other.to} share pods (of ${listed(shared)}), so it does not say which version answered`;
  }
  const headless = step.rules.find(
    (own) => own.headless !== null && own.inside && own.inert === null && own.destinations.some(isOne),
  );
  return headless === undefined
    ? undefined
    : `${headless.headless!} is a headless Service, whose callers choose the pod before their sidecars are asked`;
}

/** Its weights are a controller's, which the model does not have. */
function leftToRollout(steps: readonly MeshFacts[], service: string, subset: string): string | undefined {
  const manager = steps
    .flatMap(({ rules }) => rules)
    .find(
      ({ managedBy, destinations }) =>
        managedBy !== undefined && destinations.some((own) => isCalled(own, service, subset)),
    )?.managedBy;
  const rollout = rolloutsAlong(steps).find(({ name }) => name === manager);
  if (rollout === undefined || !rolloutLeftOut(rollout).isHarm) return undefined;
  return `the controller of Rollout ${rollout.name} writes these weights and tells the versions apart, and does not act in a run`;
}
