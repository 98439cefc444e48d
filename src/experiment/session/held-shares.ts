import type { App, CallStep } from '../../mesh/app/app.ts';
import { clusterParts } from '../../mesh/envoy/cluster-name.ts';
import type { ConfigView } from '../../mesh/envoy/config-view.ts';
import { outboundOf } from '../../mesh/envoy/outbound.ts';
import type { ProxyConfiguration } from '../../mesh/envoy/route.ts';
import type { World } from '../../mesh/world.ts';

/** Shares by version that a proxy's configuration gives the calls of the focus; undefined: no rule of weights, pods decide. */
export type Shares = ReadonlyMap<string, number> | undefined;

/** The calls that an application makes of a service, by the name of the calling workload's behaviour. */
export function callsOf({ workloads }: App, world: World, service: string): ReadonlyMap<string, CallStep> {
  const calls = new Map<string, CallStep>();
  for (const { name, script } of workloads) {
    const call = script.find(
      (step): step is CallStep =>
        step.kind === 'call' &&
        world.keys.names.of(world.keys.names.called(step.host, 'default')) === service,
    );
    if (call !== undefined) calls.set(name, call);
  }
  return calls;
}

/** Reads shares off configurations, each once. */
export class HeldShares {
  readonly #known = new WeakMap<ProxyConfiguration, { readonly shares: Shares }>();

  of(world: World, { configuration, proxy }: ConfigView, call: CallStep): Shares {
    const known = this.#known.get(configuration);
    if (known !== undefined) return known.shares;
    const authority = `${call.host}:${call.port}`;
    const outbound = outboundOf(configuration, {
      method: call.method,
      path: call.path,
      authority,
      headers: {},
      port: call.port,
      dialled: world.keys.names.called(authority, proxy.namespace).name,
    });
    const shares = outbound.kind === 'route' ? weightsOf(world, outbound.route.route) : undefined;
    this.#known.set(configuration, { shares });
    return shares;
  }
}

type Action = Extract<ReturnType<typeof outboundOf>, { kind: 'route' }>['route']['route'];

function weightsOf({ keys }: World, action: Action): Shares {
  if (action === undefined) return undefined;
  const clusters = action.weighted_clusters?.clusters ?? [{ name: action.cluster!, weight: 1 }];
  const total = clusters.reduce((sum, { weight }) => sum + weight, 0);
  const shares = new Map<string, number>();
  for (const { name, weight } of clusters) {
    const { subset, host } = clusterParts(name);
    if (subset === '' && clusters.length === 1) return undefined;
    const version = subset === '' ? keys.names.ofName(host) : subset;
    shares.set(version, (shares.get(version) ?? 0) + weight / total);
  }
  return shares;
}

export const isSame = (one: Shares, other: Shares): boolean =>
  one === other || JSON.stringify([...(one ?? [])]) === JSON.stringify([...(other ?? [])]);
