import type { World } from '../mesh/world.ts';
import type { ToldPart } from '../scenario/expect/seen-run.ts';
import { rulesAt } from './build/callers.ts';
import { between, type Totals } from './counters.ts';
import type { Recorder } from './recorder.ts';

/**
 * What the manifests said to those who asked a service, between each two changes of them: a list for each such stretch in which
 * somebody asked.
 * @param key row of the version.
 */
export function toldBetween(
  world: World,
  recorder: Recorder,
  service: string,
  key: number | undefined,
  from: Totals,
  to: Totals,
): ToldPart[][] {
  const changes = new Set(recorder.changes.map(({ atUs }) => atUs));
  const cuts = recorder.totals.filter(({ atUs }) => atUs > from.atUs && atUs < to.atUs && changes.has(atUs));
  const edges = [from, ...cuts, to];
  return edges.slice(1).flatMap((end, index) => {
    const parts = partsBetween(world, recorder, service, key, edges[index]!, end);
    return parts.length === 0 ? [] : [parts];
  });
}

function partsBetween(
  world: World,
  recorder: Recorder,
  service: string,
  key: number | undefined,
  from: Totals,
  to: Totals,
): ToldPart[] {
  const callers = rulesAt(world, recorder, service, from.atUs);
  const about = { fromSeconds: from.atUs / 1e6, toSeconds: to.atUs / 1e6 };
  const parts = world.tables.variants.flatMap((variant, row): ToldPart[] => {
    const requests = variant.service === service ? between(from, to, 'configured', row) : 0;
    if (requests === 0) return [];
    const { rule, ruled, shares } = variant;
    return [
      {
        ...about,
        rule,
        ruled,
        share: shares.find(([name]) => name === key)?.[1] ?? 0,
        requests,
        callers: callersUnder(callers, rule),
      },
    ];
  });
  // No variant is for whom no proxy asks a rule for.
  const all = between(from, to, 'requests', world.serviceRow(service));
  const rest = all - parts.reduce((sum, own) => sum + own.requests, 0);
  const passed = callers.find(({ rule }) => parts.every((own) => own.rule !== rule));
  const rule = hasCallersWithoutProxy(world, service) ? withoutProxy : passed?.rule;
  return rest <= 0 || rule === undefined
    ? parts
    : [
        ...parts,
        { ...about, rule, ruled: false, share: 0, requests: rest, callers: callersUnder(callers, rule) },
      ];
}

const withoutProxy = 'no rule: callers without a sidecar';

const callersUnder = (callers: ReturnType<typeof rulesAt>, rule: string): string[] => [
  ...new Set(callers.filter((own) => own.rule === rule).map(({ caller }) => caller)),
];

/** Only the pods’ side knows of them. */
function hasCallersWithoutProxy(world: World, service: string): boolean {
  const row = world.serviceRow(service);
  return world.telemetry.destination.keys.some(({ caller, service: own }) => caller < 0 && own === row);
}
