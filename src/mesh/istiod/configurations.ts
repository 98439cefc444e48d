import { mapped, refill, type Copies } from '../../kernel/copies.ts';
import { clusterRefusal } from '../envoy/cluster-refusal.ts';
import type { ConfigTables } from '../envoy/config-tables.ts';
import { ConfigView } from '../envoy/config-view.ts';
import { proxyKey, type ProxyIdentity } from '../envoy/proxy-identity.ts';
import type { Cluster, ProxyConfiguration } from '../envoy/route.ts';
import { copyOfState, type MeshState } from '../kubernetes/api-server.ts';
import type { Registry } from '../kubernetes/registry.ts';
import { translate } from './translate.ts';

/**
 * What proxies are told, made once for all that are told the same: those of one group (same type, namespace and labels) and
 * one state; and what rules alone decide once per registry, however often endpoints change.
 */
export class Configurations {
  readonly #tables: ConfigTables;
  readonly #identities: ProxyIdentity[] = [];
  readonly #groups = new Map<string, number>();
  readonly #views = new Map<MeshState, (ConfigView | undefined)[]>();
  /** What each group took last. */
  readonly #clusters: (readonly Cluster[] | undefined)[] = [];
  readonly #configurations = new Map<Registry, (ProxyConfiguration | undefined)[]>();

  constructor(tables: ConfigTables) {
    this.#tables = tables;
  }

  groupOf(identity: ProxyIdentity): number {
    const key = proxyKey(identity);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = this.#identities.push(identity) - 1;
      this.#groups.set(key, group);
    }
    return group;
  }

  /** What a group is told of a state. A snapshot of -1 means: not pushed (yet). */
  view(state: MeshState, snapshot: number, group: number): ConfigView {
    let views = this.#views.get(state);
    if (views === undefined) this.#views.set(state, (views = []));
    const known = views[group];
    if (known !== undefined && (known.snapshot === snapshot || snapshot === -1)) return known;
    const identity = this.#identities[group]!;
    const configuration = this.#configuration(state.registry, group);
    const view = new ConfigView(snapshot, configuration, identity, state.endpoints, this.#tables);
    if (known === undefined || known.snapshot === -1) views[group] = view;
    return view;
  }

  #configuration(registry: Registry, group: number): ProxyConfiguration {
    let configurations = this.#configurations.get(registry);
    if (configurations === undefined) this.#configurations.set(registry, (configurations = []));
    return (configurations[group] ??= this.#accepted(translate(registry, this.#identities[group]!), group));
  }

  /**
   * A proxy that refuses a cluster refuses all clusters of that message (it answers with a NACK), and goes on with those that
   * it had; routes and endpoints come in messages of their own. A simplification: a proxy that starts later is taken to have
   * had them, too, and an update of other clusters, which real ones may get in a message of its own, waits.
   */
  #accepted(told: ProxyConfiguration, group: number): ProxyConfiguration {
    if (told.clusters.every((cluster) => clusterRefusal(cluster) === undefined)) {
      this.#clusters[group] = told.clusters;
      return told;
    }
    return { ...told, clusters: this.#clusters[group] ?? [] };
  }

  copyFrom(other: Configurations, copies: Copies): void {
    refill(this.#identities, other.#identities);
    refill(this.#groups, other.#groups);
    refill(this.#clusters, other.#clusters);
    refill(
      this.#configurations,
      mapped(other.#configurations, (own) => own.slice()),
    );
    this.#views.clear();
    for (const [state, views] of other.#views) {
      const copied = views.map((view) => view && copies.once(view, (own) => own.copy(this.#tables)));
      this.#views.set(copyOfState(state, copies), copied);
    }
  }
}
