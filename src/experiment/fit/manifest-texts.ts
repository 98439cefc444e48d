import { listOf, mapOf, type Data } from '../../manifest/change/written.ts';
import { manifestText } from '../../manifest/write.ts';
import { exportedOf, type Exported } from '../from/exported.ts';
import { keep } from '../from/kept.ts';
import { unscaled } from '../from/unscaled.ts';
import type { NamedText } from './named-text.ts';
import type { FittedSystem, SystemSplit } from './fit-system.ts';

/** Manifests of a fitted system: what is there all the time, and the rule of each split at its phases. */
export interface SystemManifests {
  readonly files: readonly NamedText[];
  /** Names of files in force from the start. */
  readonly start: readonly string[];
  readonly timeline: readonly { readonly atSeconds: number; readonly file: string }[];
  /** Each workload's labels that tell its pods from others. */
  readonly matches: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** What was made up, as nothing tells it. */
  readonly assumed: readonly string[];
  /** Autoscalers say how many pods there are at the start. */
  readonly isScaled: boolean;
}

const placed = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout'];
/**
 * What kubectl printed, less what the cluster added, and with the rules of splits as they were at the start; what no manifest tells is
 * made of names and ports that were seen, and said so.
 *
 * @param scaling whether workloads with an autoscaler begin with as many pods as it wants, or as it had made
 */
export function manifestsOf(
  system: FittedSystem,
  objects: readonly unknown[],
  scaling: 'by load' | 'as seen',
): SystemManifests {
  const exported = cleaned(objects);
  const given = exported.map(scaling === 'by load' ? unscaled(exported) : ({ source }) => source);
  const assumed: string[] = [];
  const made = madeUp(system, given, assumed);
  const all = [...given, ...made];
  const rules: NamedText[] = [];
  const timeline: { atSeconds: number; file: string }[] = [];
  const ruled = new Set<Data>();
  for (const split of system.splits) {
    const rule = ruleFor(split, all);
    if (rule === undefined) continue;
    if (rule.isMade) {
      all.push(...rule.beside);
      assumed.push(
        `a VirtualService and a DestinationRule of ${split.service}: no manifest splits its versions`,
      );
    } else ruled.add(rule.source);
    split.phases.forEach((phase, at) => {
      const weights = wholeWeights(phase.told ?? phase.shares.map(({ value }) => value));
      const name = `virtual-service-${split.service}-${weights.join('-')}.yaml`;
      const text = manifestText(weighed(rule.source, split, weights, rule.subsetOf));
      if (!rules.some((own) => own.file === name)) rules.push({ file: name, text });
      if (at > 0) timeline.push({ atSeconds: phase.fromSeconds, file: name });
      else
        rules.unshift(
          ...rules.splice(
            rules.findIndex((own) => own.file === name),
            1,
          ),
        );
    });
  }
  const firsts = system.splits.flatMap((split) => {
    const [phase] = split.phases;
    if (phase === undefined) return [];
    const weights = wholeWeights(phase.told ?? phase.shares.map(({ value }) => value));
    const file = `virtual-service-${split.service}-${weights.join('-')}.yaml`;
    return rules.some((own) => own.file === file) ? [file] : [];
  });
  const standing = all.filter((own) => !ruled.has(own));
  return {
    files: [{ file: 'manifests.yaml', text: standing.map(manifestText).join('---\n') }, ...rules],
    start: ['manifests.yaml', ...firsts],
    timeline: timeline.sort((one, other) => one.atSeconds - other.atSeconds),
    matches: new Map(
      all
        .filter((own) => placed.includes(String(own['kind'])))
        .map((own) => [nameOf(own), labelsOf(mapOf(mapOf(own['spec'])['selector'])['matchLabels'])]),
    ),
    assumed,
    isScaled: scaling === 'by load' && exported.some(({ kind }) => kind === 'HorizontalPodAutoscaler'),
  };
}

const nameOf = (own: Data): string => String(mapOf(own['metadata'])['name'] ?? '');
const labelsOf = (own: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(mapOf(own)).map(([key, value]) => [key, String(value)]));

/** Objects that a run can use, without their life in a cluster; pods that a workload keeps are made by it. */
function cleaned(objects: readonly unknown[]): readonly Exported[] {
  const { objects: kept } = keep(exportedOf(objects).objects);
  const keepers = kept.filter(({ kind }) => placed.includes(kind));
  const isKept = (pod: Exported): boolean => {
    const labels = labelsOf(mapOf(pod.source['metadata'])['labels']);
    return keepers.some(({ namespace, source }) => {
      const selector = Object.entries(labelsOf(mapOf(mapOf(source['spec'])['selector'])['matchLabels']));
      return (
        namespace === pod.namespace &&
        selector.length > 0 &&
        selector.every(([key, value]) => labels[key] === value)
      );
    });
  };
  return kept.filter((own) => own.kind !== 'Pod' || !isKept(own));
}

/** Workloads, Services and a gateway's rules that were seen and stand in no manifest. */
function madeUp(
  { workloads, entries, traces }: FittedSystem,
  given: readonly Data[],
  assumed: string[],
): Data[] {
  const made: Data[] = [];
  const has = (kinds: readonly string[], name: string): boolean =>
    given.some((own) => kinds.includes(String(own['kind'])) && nameOf(own) === name);
  const missing = workloads.filter(({ name }) => !has(placed, name));
  for (const { name, service, version, namespace, traced, logged } of missing) {
    const labels = { app: service, ...(version === '' ? {} : { version }) };
    const replicas = Math.max(1, traced?.pods.length ?? 0, logged?.pods.length ?? 0);
    made.push({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: namespace || 'default' },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: name }] } },
      },
    });
  }
  if (missing.length > 0)
    assumed.push(
      `${missing.length === 1 ? 'a Deployment' : 'Deployments'} of ${missing.map(({ name }) => name).join(', ')}: as many pods as were seen, without limits and autoscaler`,
    );
  const services = new Set(workloads.map(({ service }) => service));
  for (const service of services) {
    if (has(['Service'], service)) continue;
    const ports = new Set<number>();
    for (const { traced } of workloads) {
      for (const script of [traced?.script, ...(traced?.paths.map((own) => own.script) ?? [])]) {
        for (const step of script?.steps ?? []) {
          const calls = step.kind === 'call' ? [step.call] : step.kind === 'together' ? step.calls : [];
          for (const call of calls)
            if (call.host === service && call.port !== undefined) ports.add(call.port);
        }
      }
    }
    for (const entry of traces.entries)
      if (entry.host === service && entry.port !== undefined) ports.add(entry.port);
    const namespace = workloads.find((own) => own.service === service)?.namespace || 'default';
    made.push({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: service, namespace },
      spec: {
        selector: { app: service },
        ports: (ports.size > 0 ? [...ports] : [8080]).map((port) => ({ name: `http-${port}`, port })),
      },
    });
    assumed.push(`Service ${service}: its pods are those labelled app: ${service}`);
  }
  const gated = entries.filter(({ client }) => client === '');
  const isOpen = given.some((own) => own['kind'] === 'Gateway');
  if (!isOpen && gated.length > 0) {
    const namespace = workloads.find(({ service }) => service === gated[0]!.service)?.namespace || 'default';
    made.push(
      {
        apiVersion: 'networking.istio.io/v1',
        kind: 'Gateway',
        metadata: { name: 'entrance', namespace },
        spec: {
          selector: { istio: 'ingressgateway' },
          servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
        },
      },
      {
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name: 'entrance', namespace },
        spec: {
          hosts: ['*'],
          gateways: ['entrance'],
          http: gated.map(({ template, service }) => ({
            match: [
              template.includes('*')
                ? { uri: { prefix: template.slice(0, template.indexOf('*')) } }
                : { uri: { exact: template } },
            ],
            route: [{ destination: { host: service } }],
          })),
        },
      },
    );
    assumed.push('a Gateway and its VirtualService: no manifest tells how requests come in');
  }
  return made;
}

interface Rule {
  readonly source: Data;
  readonly beside: readonly Data[];
  readonly isMade: boolean;
  /** By version. */
  readonly subsetOf: (version: string) => string;
}

/** The VirtualService that routes to subsets of the Service, or one that is made. */
function ruleFor(split: SystemSplit, all: readonly Data[]): Rule | undefined {
  const isHost = (host: unknown): boolean => String(host).split('.')[0] === split.service;
  const rule = all.find(
    (own) =>
      own['kind'] === 'DestinationRule' &&
      isHost(mapOf(own['spec'])['host']) &&
      listOf(mapOf(own['spec'])['subsets']).length > 0,
  );
  const subsets = listOf(mapOf(rule?.['spec'])['subsets']);
  const subsetOf = (version: string): string => {
    const found = subsets.find(
      (own) => Object.values(mapOf(own['labels'])).includes(version) || own['name'] === version,
    );
    return String(found?.['name'] ?? version);
  };
  const routed = all.find(
    (own) =>
      own['kind'] === 'VirtualService' &&
      listOf(mapOf(own['spec'])['http']).some((http) =>
        listOf(http['route']).some((route) => {
          const { host, subset } = mapOf(route['destination']);
          return isHost(host) && subset !== undefined;
        }),
      ),
  );
  if (routed !== undefined) return { source: routed, beside: [], isMade: false, subsetOf };
  // Endpoints alone, or a rule of another kind, may split it as well: that is left as it is.
  if (
    all.some((own) => /Route$/.test(String(own['kind'])) && JSON.stringify(own).includes(`"${split.service}`))
  )
    return undefined;
  const metadata = { name: split.service, namespace: split.namespace || 'default' };
  const beside: Data[] =
    rule !== undefined
      ? []
      : [
          {
            apiVersion: 'networking.istio.io/v1',
            kind: 'DestinationRule',
            metadata,
            spec: {
              host: split.service,
              subsets: split.versions.map((version) => ({ name: version, labels: { version } })),
            },
          },
        ];
  return {
    source: {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata,
      spec: {
        hosts: [split.service],
        http: [
          {
            route: split.versions.map((version) => ({
              destination: { host: split.service, subset: subsetOf(version) },
            })),
          },
        ],
      },
    },
    beside,
    isMade: true,
    subsetOf,
  };
}

/** The same rule with these weights wherever it splits the Service. */
function weighed(
  source: Data,
  { service, versions }: SystemSplit,
  weights: readonly number[],
  subsetOf: (version: string) => string,
): Data {
  const own = structuredClone(source);
  for (const http of listOf(mapOf(own['spec'])['http'])) {
    const routes = listOf(http['route']);
    const isSplit = routes.some(
      (route) => String(mapOf(route['destination'])['host']).split('.')[0] === service,
    );
    if (!isSplit || http['match'] !== undefined) continue;
    const [first] = routes;
    const destination = mapOf(first!['destination']);
    http['route'] = versions.flatMap((version, at) =>
      weights[at] === 0
        ? []
        : [{ destination: { ...destination, subset: subsetOf(version) }, weight: weights[at]! }],
    );
  }
  return own;
}

/** Shares as whole per cents that come to 100. */
function wholeWeights(shares: readonly number[]): readonly number[] {
  const whole = shares.map((share) => Math.floor(share * 100));
  let left = 100 - whole.reduce((sum, own) => sum + own, 0);
  const byRest = shares
    .map((share, at) => ({ at, rest: share * 100 - Math.floor(share * 100) }))
    .sort((one, other) => other.rest - one.rest);
  for (const { at } of byRest) {
    if (left <= 0) break;
    whole[at] = whole[at]! + 1;
    left -= 1;
  }
  return whole;
}
