import { Command, Option } from 'commander';
import { writtenKind, type Kind } from '../../manifest/resource.ts';
import { formatDuration } from '../../manifest/quantity.ts';
import { didYouMean } from '../../manifest/did-you-mean.ts';
import { entriesOf, type RegistryEntry } from '../../mesh/kubernetes/registry.ts';
import type { Moment } from '../../experiment/run-once.ts';
import type { PodLife } from '../../mesh/kubernetes/pod-life.ts';
import { exit, type Io } from '../io.ts';
import { podCounts, type PodCounts } from '../get/live.ts';
import { toJson, toYaml } from '../print.ts';
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
  meshshift get scenarios/traffic-shifting vs --at 290s
  meshshift get scenarios/canary-autoscaling hpa --at 5m
  meshshift get scenarios/canary-autoscaling pods --at 5m`,
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
      const { podTable, resourceTable } = await import('../get/table.ts');
      const now = worldAt(scenario, options.at);
      const { world } = now;
      const inNamespace = (namespace: string): boolean =>
        options.namespace === undefined || namespace === options.namespace;
      if (kind === 'Pod') {
        const rows = world.workloads.lives.flatMap(({ phase, pod }, row) =>
          phase !== 'Gone' && (name === undefined || pod.name.startsWith(name)) && inNamespace(pod.namespace)
            ? [row]
            : [],
        );
        if (options.output === 'text') io.stdout(podTable(rows, now));
        else {
          const items = rows.map((row) => podDocument(world.workloads.lives[row]!));
          io.stdout(await print(listOf(items), options.output));
        }
        return;
      }
      const entries = entriesOf(world.state.registry, kind).filter(
        ({ resource: { metadata } }) =>
          (name === undefined || metadata.name === name) && inNamespace(metadata.namespace),
      );
      if (name !== undefined && entries.length === 0) {
        io.stderr(
          `Error from server (NotFound): ${writtenKind(kind).toLowerCase()} "${name}" not found at ${formatDuration(options.at)}\n`,
        );
        io.exitCode(exit.invalid);
        return;
      }
      if (options.output === 'text') io.stdout(resourceTable(kind, entries, now));
      else if (name !== undefined) io.stdout(await print(shown(entries[0]!, now), options.output));
      else {
        const items = entries.map((entry) => shown(entry, now));
        io.stdout(await print(listOf(items), options.output));
      }
    });
}

const print = async (data: unknown, output: 'yaml' | 'json'): Promise<string> =>
  output === 'json' ? toJson(data) : toYaml(data);

const listOf = (items: readonly object[]): object => ({
  apiVersion: 'v1',
  items,
  kind: 'List',
  metadata: { resourceVersion: '' },
});

/**
 * The document as it was written, with what the API server adds (its clock and ids left out: a run has none), and of a
 * workload the replicas that it has been scaled to, and its status.
 */
function shown({ resource, generation }: RegistryEntry, { world }: Moment): Record<string, unknown> {
  const { metadata, spec, ...rest } = resource.source as {
    metadata?: Record<string, unknown>;
    spec?: Record<string, unknown>;
  };
  const { name, namespace } = resource.metadata;
  const workload = resource.kind === 'Deployment' || resource.kind === 'Rollout';
  const live = workload ? world.workloads.find(name, namespace) : undefined;
  return {
    ...rest,
    metadata: { ...metadata, generation, name, namespace },
    spec: live === undefined ? spec : { ...spec, replicas: live.replicas },
    ...(live === undefined
      ? {}
      : { status: statusOf(podCounts(live, world.workloads.lives, world.simulation.nowUs)) }),
  };
}

const statusOf = ({ current, upToDate, ready, available }: PodCounts): object => ({
  availableReplicas: available,
  readyReplicas: ready,
  replicas: current,
  updatedReplicas: upToDate,
});

const podDocument = (life: PodLife): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: life.pod.name, namespace: life.pod.namespace, labels: life.pod.labels },
  status: {
    phase: life.phase,
    podIP: life.pod.ip,
    conditions: [{ type: 'Ready', status: life.ready ? 'True' : 'False' }],
  },
});
