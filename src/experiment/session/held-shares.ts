import type { CallStep } from '../../mesh/app/app.ts';
import { clusterParts } from '../../mesh/envoy/cluster-name.ts';
import type { ConfigView } from '../../mesh/envoy/config-view.ts';
import { outboundOf } from '../../mesh/envoy/outbound.ts';
import type { ProxyConfiguration } from '../../mesh/envoy/route.ts';
import type { World } from '../../mesh/world.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** Shares by version that a proxy's configuration gives the calls of the focus; undefined: no rule of weights, pods decide. */
export type Shares = ReadonlyMap<string, number> | undefined;

/** How a service is asked. */
type Asked = Pick<CallStep, 'host' | 'port' | 'method' | 'path'>;

/** Who asks a service, and how: the application's workloads, by the name of their behaviour; and visitors from inside the mesh, by that of their Deployment. */
export interface Askers {
  readonly byBehaviour: ReadonlyMap<string, Asked>;
  readonly byDeployment: ReadonlyMap<string, Asked>;
}

export function askersOf(
  { app, traffic }: Pick<Scenario, 'app' | 'traffic'>,
  world: World,
  service: string,
): Askers {
  const isMeant = ({ host }: Asked): boolean =>
    world.keys.names.of(world.keys.names.called(host, 'default')) === service;
  const byBehaviour = new Map<string, Asked>();
  for (const { name, script } of app.workloads) {
    const call = script.find((step): step is CallStep => step.kind === 'call' && isMeant(step));
    if (call !== undefined) byBehaviour.set(name, call);
  }
  const byDeployment = new Map<string, Asked>();
  for (const { from, request } of traffic) {
    const [host = '', port = '80'] = request.authority.split(':');
    const asked = { host, port: Number(port), method: request.method, path: request.path };
    if (from !== undefined && isMeant(asked)) byDeployment.set(from, asked);
  }
  return { byBehaviour, byDeployment };
}

/** Reads shares off configurations, each once. */
export class HeldShares {
  readonly #known = new WeakMap<ProxyConfiguration, { readonly shares: Shares }>();

  of(world: World, { configuration, proxy }: ConfigView, call: Asked): Shares {
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
