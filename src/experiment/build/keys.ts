import type { Variant } from '../../mesh/envoy/config-tables.ts';
import type { World } from '../../mesh/world.ts';
import type { Recorder } from '../recorder.ts';

/** Rows of the keys of one service that got a request or a share, in natural order of their names. */
export function keyRowsOf(world: World, recorder: Recorder, service: string): number[] {
  const used = new Set<number>();
  for (let key = 0; key < world.keys.count; key++)
    if ((recorder.counters.observed[key] ?? 0) > 0) used.add(key);
  for (const variant of world.tables.variants) {
    if (variant.service === service) for (const [key] of variant.shares) used.add(key);
  }
  // A mirrored copy goes where no caller's request may go.
  recorder.counters.served.forEach((tries, key) => {
    if (tries > 0) used.add(key);
  });
  return [...used]
    .filter((key) => world.keys.service[key] === service)
    .sort((a, b) => natural(world.keys.name[a]!, world.keys.name[b]!));
}

/** How the page shows a key: by the pods that serve it. */
export function starsOf(world: World, service: string, key: number): string | undefined {
  const pod = podOfKey(world, service, key);
  return pod === undefined ? undefined : world.stations.behaviours[pod]!.stars;
}

/** Row of a pod of the service that answers for a key. */
export const podOfKey = (world: World, service: string, key: number): number | undefined =>
  world.servicePods(service).find((pod) => world.keyOfPod(world.serviceRow(service), pod) === key);

const natural = (a: string, b: string): number => {
  const [x, y] = [a.match(/\d+/)?.[0], b.match(/\d+/)?.[0]];
  if (x !== undefined && y !== undefined && a.replace(x, '') === b.replace(y, ''))
    return Number(x) - Number(y);
  return a < b ? -1 : a > b ? 1 : 0;
};

/** The share of each key under a variant, by the order of the keys. */
export const sharesOf = ({ shares }: Variant, keys: readonly number[]): number[] =>
  keys.map((key) => shares.find(([own]) => own === key)?.[1] ?? 0);
