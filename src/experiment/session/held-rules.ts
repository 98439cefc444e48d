import { callsIn, type CallStep } from '../../mesh/app/app.ts';
import { clusterParts } from '../../mesh/envoy/cluster-name.ts';
import type { ConfigView } from '../../mesh/envoy/config-view.ts';
import { outboundOf } from '../../mesh/envoy/outbound.ts';
import type { ProxyConfiguration } from '../../mesh/envoy/route.ts';
import type { World } from '../../mesh/world.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** Shares by version that a proxy's configuration gives the calls of the focus; undefined: no rule of weights, pods decide. */
export type Shares = ReadonlyMap<string, number> | undefined;

/** What a proxy does with the calls of the focus. */
export interface Held {
  readonly shares: Shares;
  /** The route and its clusters, as text: equal where two proxies do the same, retries, faults and policies of destinations included. */
  readonly rule: string;
}

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
    const call = callsIn(script).find(isMeant);
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

/** Reads configurations, each once. */
export class HeldRules {
  readonly #known = new WeakMap<ProxyConfiguration, Held>();

  of(world: World, { configuration, proxy }: ConfigView, call: Asked): Held {
    const known = this.#known.get(configuration);
    if (known !== undefined) return known;
    const authority = `${call.host}:${call.port}`;
    const outbound = outboundOf(configuration, {
      method: call.method,
      path: call.path,
      authority,
      headers: {},
      port: call.port,
      dialled: world.keys.names.called(authority, proxy.namespace).name,
    });
    const action = outbound.kind === 'route' ? outbound.route.route : undefined;
    const names = new Set(clustersIn(action).map(({ name }) => name));
    const clusters = configuration.clusters.filter(({ name }) => names.has(name));
    const held = { shares: weightsOf(world, action), rule: JSON.stringify([outbound, clusters]) };
    this.#known.set(configuration, held);
    return held;
  }
}

type Action = Extract<ReturnType<typeof outboundOf>, { kind: 'route' }>['route']['route'];

/** Clusters that a route may send to. */
export const clustersIn = (action: Action): readonly { readonly name: string; readonly weight: number }[] =>
  action === undefined ? [] : (action.weighted_clusters?.clusters ?? [{ name: action.cluster!, weight: 1 }]);

function weightsOf({ keys }: World, action: Action): Shares {
  if (action === undefined) return undefined;
  const clusters = clustersIn(action);
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
