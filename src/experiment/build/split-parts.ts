import type { Variant } from '../../mesh/envoy/config-tables.ts';
import type { ConfigView } from '../../mesh/envoy/config-view.ts';
import type { World } from '../../mesh/world.ts';
import type { SplitPart } from '../../record/record.ts';
import { between, type Totals } from '../counters.ts';
import type { Recorder } from '../recorder.ts';
import { sharesOf } from './keys.ts';

/**
 * What the manifests said to the requests of a service between two moments, where they did not say the same to all and some rule
 * divides: each with its requests. Empty where one split is all that there is.
 * @param keys rows of the keys that its shares are along.
 */
export function partsBetween(
  world: World,
  recorder: Recorder,
  service: number,
  keys: readonly number[],
  from: Totals,
  to: Totals,
): SplitPart[] {
  const name = world.services[service]!;
  const sharesIn = (own: Variant): number[] | null => {
    const shares = sharesOf(own, keys);
    return own.ruled || !shares.some(isPart) ? shares : null;
  };
  const textOf = (own: Variant): string => JSON.stringify([sharesIn(own), own.rule]);
  const found = new Map<string, Pick<SplitPart, 'rule' | 'shares' | 'byPods' | 'requests'>>();
  world.tables.variants.forEach((variant, row) => {
    const requests = variant.service === name ? between(from, to, 'configured', row) : 0;
    if (requests === 0) return;
    const before = found.get(textOf(variant))?.requests ?? 0;
    found.set(textOf(variant), {
      rule: variant.rule,
      shares: sharesIn(variant),
      ...(variant.byPods ? { byPods: true as const } : {}),
      requests: before + requests,
    });
  });
  const parts = [...found.values()];
  const hasOne = new Set(parts.map(({ shares }) => JSON.stringify(shares))).size < 2;
  if (hasOne || !parts.some(({ shares }) => shares?.some(isPart))) return [];
  const asking = askedAt(world, recorder, from.atUs).filter(({ variant }) => variant.service === name);
  return [...found].map(([text, part]) => {
    const own = asking.filter(({ variant }) => textOf(variant) === text);
    return {
      ...part,
      asked: [...new Set(own.map(({ asked }) => asked))],
      callers: [...new Set(own.map(({ caller }) => caller))],
    };
  });
}

const isPart = (share: number): boolean => share > 0 && share < 1;

/** Which kinds of requests of which callers the manifests of a moment give which variant. */
function askedAt(
  world: World,
  recorder: Recorder,
  atUs: number,
): { readonly variant: Variant; readonly asked: string; readonly caller: string }[] {
  const { heads, ports } = world.classes;
  return callingProxies(world).flatMap(({ proxy, caller }) => {
    const view = viewAt(world, recorder, proxy, atUs);
    if (view === undefined) return [];
    return heads.flatMap(({ authority, path }, requestClass) => {
      const variant = world.tables.variants[view.resolve(requestClass).variant];
      const asked = `${authority.split(':')[0]!}:${ports[requestClass]!}${path}`;
      return variant === undefined ? [] : [{ variant, asked, caller }];
    });
  });
}

/** Proxies that have called anybody: one of each workload, and of the gateways one. */
function callingProxies(world: World): { readonly proxy: number; readonly caller: string }[] {
  const found = new Map<string, number>();
  for (const { caller: proxy } of world.telemetry.source.keys) {
    const place = world.proxies.places[proxy]!;
    const caller = place.identity.type === 'gateway' ? 'visitors' : place.workload;
    if (!found.has(caller)) found.set(caller, proxy);
  }
  return [...found].map(([caller, proxy]) => ({ proxy, caller }));
}

/** What a proxy would hold at a moment if it knew at once; one that came later: what is configured since. */
const viewAt = (world: World, { changes }: Recorder, proxy: number, atUs: number): ConfigView | undefined =>
  changes.findLast((own) => own.atUs <= atUs && own.configured[proxy] !== undefined)?.configured[proxy] ??
  world.proxies.configured[proxy];
