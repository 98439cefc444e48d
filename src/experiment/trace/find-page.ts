import { responseFlag, type ResponseFlag } from '../../mesh/envoy/response-flag.ts';
import { silentProbe } from '../../mesh/telemetry/probe.ts';
import { World } from '../../mesh/world.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { worldOf } from '../settle.ts';

/** Which page of a run is meant. Pages are numbered from 1, over all traffic, in the order in which they were asked for. */
export type PageWanted =
  | { readonly kind: 'number'; readonly page: number }
  | { readonly kind: 'at'; readonly atUs: number }
  | { readonly kind: 'slowest' }
  | { readonly kind: 'where'; readonly conditions: readonly Condition[] };

/** All of them must hold for one request of the page. */
export type Condition =
  | { readonly what: 'flag'; readonly flag: ResponseFlag }
  | { readonly what: 'status'; readonly status: number }
  | { readonly what: 'service'; readonly service: string }
  | { readonly what: 'key'; readonly key: string }
  | { readonly what: 'tries'; readonly atLeast: number }
  | { readonly what: 'stale' };

/** First pass: number of the page, counted from 1; undefined where the run has no such page. */
export function findPage(scenario: Scenario, wanted: PageWanted): number | undefined {
  if (wanted.kind === 'number') return wanted.page;
  let opened = 0;
  let found: number | undefined;
  let slowestUs = -1;
  // By root row and its life, what nobody waits for under one of its own: something that a page caused may end after the page itself.
  const numberOf = new Map<number, number>();
  const nameOf = (row: number): number =>
    world.rows.root[row]! + world.rows.rootGeneration[row]! * 4294967296;
  const world: World = new World(
    { ...worldOf(scenario), marksUs: [] },
    {
      ...silentProbe,
      opened: (row, nowUs) => {
        if (world.rows.root[row] !== row) return;
        opened += 1;
        numberOf.set(nameOf(row), opened);
        if (wanted.kind === 'at' && nowUs >= wanted.atUs) found ??= opened;
      },
      branched: (branch, row) => {
        const page = numberOf.get(nameOf(row));
        if (page !== undefined) numberOf.set(nameOf(branch), page);
      },
      answered: (row) => {
        if (wanted.kind === 'where' && found === undefined && holds(world, row, wanted)) {
          found = numberOf.get(nameOf(row));
        }
      },
      pageDone: (row, _source, _page, nowUs) => {
        const tookUs = nowUs - world.rows.startedUs[row]!;
        const page = numberOf.get(nameOf(row));
        // One that was asked for before the clock began has no number.
        if (wanted.kind === 'slowest' && tookUs > slowestUs && page !== undefined) {
          slowestUs = tookUs;
          found = page;
        }
      },
    },
  );
  const stretchUs = Math.max(1, Math.floor(scenario.durationUs / 100));
  for (let untilUs = 0; untilUs < scenario.durationUs;) {
    untilUs = Math.min(scenario.durationUs, untilUs + stretchUs);
    if (!world.runUntil(untilUs)) break;
    if (found !== undefined && wanted.kind !== 'slowest') break;
  }
  return found;
}

function holds(world: World, row: number, { conditions }: { conditions: readonly Condition[] }): boolean {
  const { rows } = world;
  return conditions.every((own) => {
    switch (own.what) {
      case 'flag':
        return (rows.flags[row]! & responseFlag[own.flag]) !== 0;
      case 'status':
        return rows.status[row] === own.status;
      case 'service':
        return world.services[rows.service[row]!] === own.service;
      case 'key':
        return world.keys.name[rows.key[row]!] === own.key;
      case 'tries':
        return rows.attempts[row]! >= own.atLeast;
      case 'stale':
        return rows.variant[row]! >= 0 && rows.variant[row] !== rows.configuredVariant[row];
    }
  });
}
