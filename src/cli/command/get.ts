import { Command, Option } from 'commander';
import { writtenKind, type Kind } from '../../manifest/resource.ts';
import { formatDuration } from '../../manifest/quantity.ts';
import { didYouMean } from '../../manifest/did-you-mean.ts';
import { entriesOf, type RegistryEntry } from '../../mesh/istiod/registry.ts';
import { exit, type Io } from '../io.ts';
import { toJson, toTable, toYaml } from '../print.ts';
import { moment, setOption, theScenario } from '../scenario-option.ts';

/** Names that kubectl takes for each kind. */
const aliases: Readonly<Record<string, Kind | 'Pod'>> = {
  virtualservice: 'VirtualService',
  virtualservices: 'VirtualService',
  vs: 'VirtualService',
  destinationrule: 'DestinationRule',
  destinationrules: 'DestinationRule',
  dr: 'DestinationRule',
  gateway: 'Gateway',
  gateways: 'Gateway',
  gw: 'Gateway',
  gtw: 'KubernetesGateway',
  httproute: 'HTTPRoute',
  httproutes: 'HTTPRoute',
  service: 'Service',
  services: 'Service',
  svc: 'Service',
  deployment: 'Deployment',
  deployments: 'Deployment',
  deploy: 'Deployment',
  horizontalpodautoscaler: 'HorizontalPodAutoscaler',
  horizontalpodautoscalers: 'HorizontalPodAutoscaler',
  hpa: 'HorizontalPodAutoscaler',
  replicaset: 'ReplicaSet',
  replicasets: 'ReplicaSet',
  rs: 'ReplicaSet',
  rollout: 'Rollout',
  rollouts: 'Rollout',
  ro: 'Rollout',
  pod: 'Pod',
  pods: 'Pod',
  po: 'Pod',
};

/** The two kinds called Gateway are told apart by their group, as kubectl does: `gateway.gateway.networking.k8s.io`. */
function kindOf(written: string): Kind | 'Pod' | undefined {
  const [name, ...group] = written.split('.');
  const kind = aliases[name!];
  return kind === 'Gateway' && group.join('.').endsWith('gateway.networking.k8s.io')
    ? 'KubernetesGateway'
    : kind;
}

interface GetOptions {
  readonly at: number;
  readonly set: string[];
  readonly namespace?: string;
  readonly output: 'text' | 'yaml' | 'json';
}

export function getCommand(io: Io): Command {
  return new Command('get')
    .description('Show what kubectl would show at a moment of the run')
    .argument('<scenario>', 'folder or file of a scenario')
    .argument(
      '<kind>',
      'virtualservice, destinationrule, gateway, httproute, service, deployment, horizontalpodautoscaler, replicaset, rollout, pod (or their short names); gateway.gateway.networking.k8s.io is the one of Gateway API',
    )
    .argument('[name]', 'name of one resource')
    .addOption(new Option('--at <time>', 'moment of simulated time').argParser(moment).default(0, '0s'))
    .option('-n, --namespace <namespace>', 'only this namespace')
    .addOption(setOption())
    .addOption(
      new Option('-o, --output <format>', 'format').choices(['text', 'yaml', 'json']).default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  meshshift get scenarios/traffic-shifting virtualservice reviews -o yaml --at 70s
  meshshift get scenarios/traffic-shifting vs --at 290s`,
    )
    .action(async (given: string, kindName: string, name: string | undefined, options: GetOptions) => {
      const kind = kindOf(kindName.toLowerCase());
      if (kind === undefined) {
        const near = didYouMean(kindName.toLowerCase(), Object.keys(aliases));
        io.stderr(
          `error: no resource type "${kindName}"${near === undefined ? '' : `; did you mean ${near}?`}\n`,
        );
        io.exitCode(exit.usage);
        return;
      }
      const scenario = await theScenario(io, given, options, true);
      if (scenario === undefined) return;
      const { worldAt } = await import('../../experiment/run-once.ts');
      const { world } = worldAt(scenario, options.at);
      if (kind === 'Pod') {
        const pods = world.pods.filter((pod) => name === undefined || pod.name.startsWith(name));
        if (options.output === 'text') {
          io.stdout(
            toTable(
              ['NAME', 'READY', 'STATUS'],
              pods.map((pod) => [pod.name, pod.sidecar ? '2/2' : '1/1', 'Running']),
            ),
          );
        } else {
          io.stdout(await print(pods, options.output));
        }
        return;
      }
      const entries = entriesOf(world.state.registry, kind).filter(
        ({ resource: { metadata } }) =>
          (name === undefined || metadata.name === name) &&
          (options.namespace === undefined || metadata.namespace === options.namespace),
      );
      if (name !== undefined && entries.length === 0) {
        io.stderr(
          `Error from server (NotFound): ${writtenKind(kind).toLowerCase()} "${name}" not found at ${formatDuration(options.at)}\n`,
        );
        io.exitCode(exit.invalid);
        return;
      }
      if (options.output === 'text') io.stdout(table(kind, entries, options.at));
      else if (name !== undefined) io.stdout(await print(shown(entries[0]!), options.output));
      else
        io.stdout(
          await print(
            { apiVersion: 'v1', items: entries.map(shown), kind: 'List', metadata: { resourceVersion: '' } },
            options.output,
          ),
        );
    });
}

const print = async (data: unknown, output: 'yaml' | 'json'): Promise<string> =>
  output === 'json' ? toJson(data) : toYaml(data);

/** The document as it was written, with what the API server adds (its clock and ids left out: a run has none). */
function shown({ resource, generation }: RegistryEntry): Record<string, unknown> {
  const { metadata, spec, ...rest } = resource.source as {
    metadata?: Record<string, unknown>;
    spec?: unknown;
  };
  return {
    ...rest,
    metadata: {
      ...metadata,
      generation,
      name: resource.metadata.name,
      namespace: resource.metadata.namespace,
    },
    spec,
  };
}

function table(kind: Kind, entries: readonly RegistryEntry[], atUs: number): string {
  const age = (entry: RegistryEntry): string =>
    formatDuration(Math.floor((atUs - entry.createdUs) / 1e6) * 1e6);
  const quoted = (values: readonly string[]): string =>
    values.length === 0 ? '' : `[${values.map((value) => `"${value}"`).join(',')}]`;
  switch (kind) {
    case 'VirtualService':
      return toTable(
        ['NAME', 'GATEWAYS', 'HOSTS', 'AGE'],
        entries.map((entry) => {
          const { resource } = entry;
          if (resource.kind !== 'VirtualService') return [];
          return [
            resource.metadata.name,
            quoted(resource.spec.gateways),
            quoted(resource.spec.hosts),
            age(entry),
          ];
        }),
      );
    case 'DestinationRule':
      return toTable(
        ['NAME', 'HOST', 'AGE'],
        entries.map((entry) => [
          entry.resource.metadata.name,
          entry.resource.kind === 'DestinationRule' ? entry.resource.spec.host : '',
          age(entry),
        ]),
      );
    case 'Deployment':
      return toTable(
        ['NAME', 'READY', 'AGE'],
        entries.map((entry) => {
          const replicas = entry.resource.kind === 'Deployment' ? entry.resource.spec.replicas : 0;
          return [entry.resource.metadata.name, `${replicas}/${replicas}`, age(entry)];
        }),
      );
    case 'Service':
      return toTable(
        ['NAME', 'PORT(S)', 'AGE'],
        entries.map((entry) => [
          entry.resource.metadata.name,
          entry.resource.kind === 'Service'
            ? entry.resource.spec.ports.map((port) => `${port.port}/TCP`).join(',')
            : '',
          age(entry),
        ]),
      );
    case 'HorizontalPodAutoscaler':
      return toTable(
        ['NAME', 'REFERENCE', 'MINPODS', 'MAXPODS', 'AGE'],
        entries.map((entry) => {
          const { resource } = entry;
          if (resource.kind !== 'HorizontalPodAutoscaler') return [];
          const { scaleTargetRef: target, minReplicas = 1, maxReplicas } = resource.spec;
          const reference = `${target.kind}/${target.name}`;
          return [resource.metadata.name, reference, String(minReplicas), String(maxReplicas), age(entry)];
        }),
      );
    case 'ReplicaSet':
    case 'Rollout':
      return toTable(
        ['NAME', 'DESIRED', 'AGE'],
        entries.map((entry) => {
          const { resource } = entry;
          const replicas =
            resource.kind === 'ReplicaSet' || resource.kind === 'Rollout' ? resource.spec.replicas : 0;
          return [resource.metadata.name, String(replicas), age(entry)];
        }),
      );
    case 'KubernetesGateway':
      return toTable(
        ['NAME', 'CLASS', 'AGE'],
        entries.map((entry) => [
          entry.resource.metadata.name,
          entry.resource.kind === 'KubernetesGateway' ? entry.resource.spec.gatewayClassName : '',
          age(entry),
        ]),
      );
    case 'HTTPRoute':
      return toTable(
        ['NAME', 'HOSTNAMES', 'AGE'],
        entries.map((entry) => [
          entry.resource.metadata.name,
          entry.resource.kind === 'HTTPRoute' ? quoted(entry.resource.spec.hostnames) : '',
          age(entry),
        ]),
      );
    case 'Gateway':
      return toTable(
        ['NAME', 'AGE'],
        entries.map((entry) => [entry.resource.metadata.name, age(entry)]),
      );
  }
}
