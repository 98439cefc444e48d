import { clusterParts } from '../../mesh/envoy/cluster-name.ts';
import { callsIn, type WorkloadBehaviour } from '../../mesh/app/app.ts';
import { scriptsOf } from '../../mesh/app/scripts.ts';
import { resourcesOf } from '../../mesh/kubernetes/registry.ts';
import type { World } from '../../mesh/world.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { DeskEdge, DeskVersion } from './desk.ts';
import { clustersIn } from './held-rules.ts';

/** Where a pod stands in the picture: its service, and of the focus its version. */
export interface Place {
  readonly name: string;
  readonly version: string;
}

/** What the picture calls the ingress gateway, whether it has pods or not. */
export const gatewayName = 'gateway';

/** Names of the picture, which last as long as the scenario: a workload is called as the first service that selects its pods. */
export class Places {
  readonly #scenario: Scenario;
  readonly #known = new Map<string, Place>();
  /** That anybody asks for: traffic, or a script. */
  readonly #paths: readonly string[];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const { app, traffic } = scenario;
    const called = app.workloads.flatMap(({ script }) => callsIn(script).map((call) => call.path));
    this.#paths = [...new Set([...traffic.map(({ request }) => request.path), ...called])];
  }

  /** @param versionOf of a pod of the focus. */
  of(world: World, row: number, versionOf: (row: number) => string): Place {
    const pod = world.pods[row]!;
    if (pod.isGateway === true) return { name: gatewayName, version: '' };
    const known = this.#known.get(pod.workload);
    if (known !== undefined) return known;
    const { focus } = this.#scenario;
    const { names } = world.keys;
    const services = resourcesOf(world.state.registry, 'Service').map((own) => names.ofPlace(own.metadata));
    const service = [focus, ...services].find((own) => world.servicePods(own).includes(row));
    if (service === undefined) return { name: pod.workload, version: '' };
    const place = { name: service, version: service === focus ? versionOf(row) : '' };
    this.#known.set(pod.workload, place);
    return place;
  }

  /** Every call that scripts and traffic may make, so that the picture is whole before the first of them. */
  calls(
    world: World,
    versions: readonly DeskVersion[],
    versionOf: (row: number) => string,
  ): Pick<DeskEdge, 'from' | 'fromVersion' | 'to' | 'version'>[] {
    const { focus, traffic } = this.#scenario;
    const { names } = world.keys;
    const found = new Map<string, Pick<DeskEdge, 'from' | 'fromVersion' | 'to' | 'version'>>();
    const add = ({ name, version }: Place, to: string): void => {
      for (const own of to === focus ? versions.map(({ key }) => key) : [''])
        found.set(`${name}/${version}>${to}/${own}`, { from: name, fromVersion: version, to, version: own });
    };
    const serviceOf = (host: string): string => names.of(names.called(host, 'default')) ?? '';
    const entries = new Map(traffic.flatMap((own) => (own.from === undefined ? [] : [[own.from, own]])));
    const places = new Map<string, Place>();
    world.pods.forEach((pod, row) => {
      if (pod.isOutside === true || places.has(pod.workload)) return;
      const place = this.of(world, row, versionOf);
      places.set(pod.workload, place);
      const behaviour = world.stations.behaviours[row];
      if (behaviour !== undefined)
        for (const host of hostsOf(behaviour, this.#paths)) add(place, serviceOf(host));
      const asked = entries.get(pod.workload)?.request.authority.split(':')[0];
      if (asked !== undefined) add(place, serviceOf(asked));
    });
    if (traffic.some(({ from }) => from === undefined))
      for (const service of entered(world)) add({ name: gatewayName, version: '' }, service);
    return [...found.values()].filter(({ to }) => to !== '');
  }
}

/** Services that a route of a gateway sends to. */
function entered({ proxies, keys }: World): ReadonlySet<string> {
  const gateways = proxies.places.flatMap(({ identity }, proxy) =>
    identity.type === 'gateway' ? [proxies.configured[proxy]!.configuration] : [],
  );
  const actions = gateways.flatMap(({ routes }) =>
    routes.flatMap((own) => own.virtual_hosts.flatMap((host) => host.routes.map(({ route }) => route))),
  );
  const hosts = actions.flatMap(clustersIn).map(({ name }) => clusterParts(name).host);
  return new Set(hosts.map((host) => keys.names.ofName(host)));
}

/** Hosts that a workload calls for requests of any of these paths. */
function hostsOf(behaviour: WorkloadBehaviour, paths: readonly string[]): string[] {
  const { steps, startFor } = scriptsOf(behaviour);
  return [...new Set(paths.map(startFor))].flatMap((start) => {
    const script = steps.slice(
      start,
      steps.findIndex((step, place) => place >= start && step.kind === 'answer'),
    );
    return script.flatMap((step) => (step.kind === 'call' ? [step.host] : []));
  });
}
