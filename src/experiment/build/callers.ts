import type { ConfigView } from '../../mesh/envoy/config-view.ts';
import { ownVersion } from '../../mesh/telemetry/split-key.ts';
import type { World } from '../../mesh/world.ts';
import type { CallerRecord } from '../../record/caller.ts';
import type { ChangeRow, Recorder } from '../recorder.ts';
import { seconds } from './seconds.ts';

/**
 * What the manifests said to every kind of caller of a service after a change, as one text: equal where nothing changed for any; "" of
 * one kind alone.
 */
export function rulesText(
  world: World,
  { configured }: Pick<ChangeRow, 'configured'>,
  service: number,
): string {
  const callers = callersOf(world).filter((own) => own.service === service);
  return callers.length < 2
    ? ''
    : JSON.stringify(
        callers.map(({ proxy }) => configured[proxy] && ruleOf(world, configured[proxy], service)),
      );
}

/** How often the rule of each kind of caller of a service changed, the most often first; of one kind alone nothing. */
export function callerChanges(
  world: World,
  recorder: Recorder,
  service: number,
): { readonly proxy: number; readonly requestClass: number; readonly changes: number }[] {
  const callers = callersOf(world).filter((own) => own.service === service);
  if (callers.length < 2) return [];
  return callers
    .flatMap(({ proxy }) => {
      const view = world.proxies.configured[proxy];
      const requestClass = view && classOf(world, view, service);
      const changes = rulesFor(world, recorder, proxy, service).length;
      return requestClass === undefined ? [] : [{ proxy, requestClass, changes }];
    })
    .sort((a, b) => b.changes - a.changes);
}

/** Callers by workload and service, in the order in which they first called. */
export function buildCallers(world: World, recorder: Recorder): CallerRecord[] {
  return callersOf(world).map(({ caller, proxy, service, series }) => {
    const answered = new Map<string, number>();
    let requests = 0;
    let failed = 0;
    for (const row of series) {
      const { pod, status } = world.telemetry.source.keys[row]!;
      const count = world.telemetry.source.count(row);
      requests += count;
      if (status === 0 || status >= 500) failed += count;
      if (pod < 0) continue;
      const version = ownVersion(world.pods[pod]!);
      answered.set(version, (answered.get(version) ?? 0) + count);
    }
    return {
      caller,
      service: world.services[service]!,
      rules: rulesFor(world, recorder, proxy, service),
      answered: [...answered].map(([version, own]) => ({ version, requests: own })).sort(byVersion),
      requests,
      failed,
    };
  });
}

/** What the manifests said at a moment to each kind of caller of a service. */
export function rulesAt(
  world: World,
  recorder: Recorder,
  service: string,
  atUs: number,
): { readonly caller: string; readonly rule: string; readonly ruled: boolean }[] {
  const row = world.serviceRow(service);
  return callersOf(world)
    .filter((own) => own.service === row)
    .flatMap(({ caller, proxy }) => {
      const change = recorder.changes.findLast(
        (own) => own.atUs <= atUs && own.configured[proxy] !== undefined,
      );
      const own = change === undefined ? undefined : ruleOf(world, change.configured[proxy]!, row);
      return own === undefined ? [] : [{ caller, rule: own.rule, ruled: own.shares !== null }];
    });
}

/** Kinds of callers by workload and service, with one of their proxies and their series. */
function callersOf(world: World): {
  readonly caller: string;
  readonly proxy: number;
  readonly service: number;
  readonly series: readonly number[];
}[] {
  const found = new Map<string, { caller: string; proxy: number; service: number; series: number[] }>();
  world.telemetry.source.keys.forEach(({ caller, service }, series) => {
    if (service < 0) return;
    const place = world.proxies.places[caller]!;
    const name = place.identity.type === 'gateway' ? 'visitors' : place.workload;
    const key = `${name}/${service}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { caller: name, proxy: caller, service, series: [series] });
    else known.series.push(series);
  });
  return [...found.values()];
}

const byVersion = (a: { readonly version: string }, b: { readonly version: string }): number =>
  a.version < b.version ? -1 : 1;

function rulesFor(world: World, recorder: Recorder, proxy: number, service: number): CallerRecord['rules'] {
  const rules: CallerRecord['rules'][number][] = [];
  let before = '';
  for (const { configured, atUs } of recorder.changes) {
    // A proxy that came after the last change holds what is configured since.
    const isLast = atUs === recorder.changes.at(-1)!.atUs;
    const view = configured[proxy] ?? (isLast ? world.proxies.configured[proxy] : undefined);
    const own = view === undefined ? undefined : ruleOf(world, view, service);
    if (own === undefined) continue;
    const text = JSON.stringify(own);
    if (text !== before) rules.push({ fromSeconds: seconds(atUs), ...own });
    before = text;
  }
  return rules;
}

/** Of the first kind of request by which a proxy calls the service: what is configured for it. */
function ruleOf(
  world: World,
  view: ConfigView,
  service: number,
): Omit<CallerRecord['rules'][number], 'fromSeconds'> | undefined {
  const requestClass = classOf(world, view, service);
  if (requestClass === undefined) return undefined;
  const route = view.resolve(requestClass);
  const { rule, owner } = route.route!.metadata;
  if (route.passes) return { rule, owner, passes: true, shares: null };
  const { ruled, shares } = world.tables.variants[route.variant]!;
  return {
    rule,
    owner,
    shares: ruled ? shares.map(([key, share]) => ({ version: world.keys.name[key]!, share })) : null,
  };
}

/** The first kind of request by which a proxy calls a service. */
function classOf(world: World, view: ConfigView, service: number): number | undefined {
  for (let requestClass = 0; requestClass < world.classes.heads.length; requestClass++) {
    const route = view.resolve(requestClass);
    if (route.serviceRow === service && (route.passes || route.variant >= 0)) return requestClass;
  }
  return undefined;
}
