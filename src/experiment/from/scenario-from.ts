import { parseManifests } from '../../manifest/parse.ts';
import type { Problem } from '../../manifest/problem.ts';
import { manifestText } from '../../manifest/write.ts';
import { matches } from '../../manifest/labels.ts';
import type { Resource } from '../../manifest/resource.ts';
import { serviceSplits, type ServiceSplit } from '../../mesh/telemetry/service-split.ts';
import { listOf, mapOf } from '../../manifest/change/written.ts';
import type { ReportFile } from '../../report/report-file.ts';
import { appText, bookinfoCalls } from './app-text.ts';
import { namedCalls, withOrphans, type Call } from './calls.ts';
import { entrancesOf } from './entrances.ts';
import { readExported, type Exported } from './exported.ts';
import { isActing, isWorkloadKind, keep } from './kept.ts';
import { namedHosts, unknownHosts } from './named-hosts.ts';
import { unknowns, type Known, type Unknown } from './numbers.ts';
import { isIdle, isLoad, isWatcher } from './role.ts';
import { routesOf, type Route } from './rules.ts';
import { scenarioText, type Wakened } from './scenario-text.ts';
import { shiftOf, type Shift } from './shift.ts';
import { withSidecars } from './sidecars.ts';
import { idOf, systemOf, textMap, workloadOf, type Service, type System, type Workload } from './system.ts';
import { readmeText, type Told } from './told.ts';
import { unscaled } from './unscaled.ts';

export interface FromOptions {
  /** Name of the scenario. */
  readonly name: string;
  /** Numbers that the user knows. */
  readonly known: Known;
}

/**
 * A scenario that runs, from what `kubectl get ... -o yaml` printed: the manifests without what the cluster added, an app file with
 * every workload and the calls that their settings name, traffic from where pages come in, and a shift where there are versions to
 * shift between. What is not in the export is a guess, and marked as one.
 *
 * @returns undefined where there is no workload to play with, and why.
 */
export function scenarioFrom(
  texts: readonly { readonly file: string; readonly text: string }[],
  { name, known }: FromOptions,
): {
  readonly value: { readonly files: readonly ReportFile[]; readonly told: Told } | undefined;
  readonly problems: readonly Problem[];
} {
  const { objects: exported, problems, merges } = readExported(texts);
  if (problems.some(({ severity }) => severity === 'error') && exported.length === 0)
    return { value: undefined, problems };
  const kept = keep(exported);
  const { objects: labelled, note: sidecars } = withSidecars(kept.objects, exported);
  const { objects, resources, refused } = readable(labelled);
  const system = systemOf(objects);
  const serving = system.workloads.filter(({ isGateway }) => !isGateway);
  if (serving.length === 0)
    return { value: undefined, problems: [...problems, nothingToPlay(texts, exported)] };

  const configMaps = exported.filter(({ kind }) => kind === 'ConfigMap');
  const named = knownCalls(namedCalls(system, configMaps), system);
  const ingresses = exported.filter(({ kind }) => kind === 'Ingress');
  const doors = entrancesOf(objects, ingresses, system, named.callsOf);
  const chief = doors.entrances.filter(({ rate }) => rate === 'pages').flatMap(({ to }) => to.workloads);
  const routes = routesOf(objects, system);
  const graph = withOrphans(named, system, chief, {
    ruled: new Set(routes.flatMap((own) => own.destinations.flatMap(({ service }) => service ?? []))),
    fed: fedOf(exported, objects, system, configMaps),
  });

  const shift = versionsNamed(shiftOf(objects, system), resources, system);
  const wakened = shift === undefined ? [] : wakenedFor(shift, objects);
  const hasAutoscaler = objects.some(({ kind }) => kind === 'HorizontalPodAutoscaler');
  const asked = unknowns.filter((own) => isAsked(own, serving, doors.entrances, hasAutoscaler));
  const files = manifestFiles(objects, shift);
  const steps = shift === undefined ? [] : stepFiles(shift);
  const started = [...files, ...assumedFile(doors.assumed)];
  const gateways = new Set(doors.entrances.flatMap(({ by }) => ('gateway' in by ? [by.gateway] : [])));
  const allGateways = objects.filter(({ kind }) => kind === 'Gateway').length;
  const told: Told = {
    name,
    workloads: serving,
    services: system.services,
    callsOf: graph.callsOf,
    known: new Set(serving.filter((own) => bookinfoCalls(own) !== undefined).map(idOf)),
    entrances: doors.entrances,
    assumed: [
      ...doors.assumed.map(({ reason }) => reason),
      ...wakened.map(({ text }) => text),
      ...chosenTimes(serving),
    ],
    shift,
    sidecars,
    asked: asked.filter((own) => known[own.name] === undefined),
    leftOut: [
      ...refused,
      ...kept.leftOut,
      ...objects
        .filter(isActing)
        .map(({ kind, name: own }) => `${kind} ${own}: not modelled, and it would act; a run says so`),
    ],
    notes: [
      ...merges.map((own) => `${own}: the whole one of several is taken`),
      ...kept.changed,
      ...graph.leftOut.map((own) => `not called: ${own}`),
      ...outsideNotes(system, configMaps, ownHosts(routes, ingresses)),
      ...graph.idle.map(({ name }) => `nothing in the export says who calls ${name}: it is there, and idle`),
      ...serving
        .filter(isIdle)
        .map(({ name }) => `${name} waits for somebody to type in it: it calls nobody, and nobody calls it`),
      ...doors.notes,
    ],
  };
  return {
    problems,
    value: {
      told,
      files: [
        {
          name: 'scenario.yaml',
          content: scenarioText({
            name,
            unknowns: asked,
            known,
            manifests: started.map((own) => own.name),
            entrances: doors.entrances,
            shift: shift && { shift, files: steps.map((own) => own.name), wakened },
            hasGateways: gateways.size > 1 || allGateways > 1,
          }),
        },
        { name: 'app.yaml', content: appText(name, system.workloads, graph.callsOf, hasAutoscaler) },
        ...started,
        ...steps,
        { name: 'README.md', content: readmeText(told) },
      ],
    },
  };
}

/** The rules of a shift, a file a step. */
const stepFiles = ({ service, to, steps }: Shift): ReportFile[] =>
  steps.map(({ percent, sources }) => ({
    name: `${fileName(service.name)}-${fileName(to)}-${percent}.yaml`,
    content: sources.map(manifestText).join('---\n'),
  }));

/** What visitors come in by, where the export does not have it. */
const assumedFile = (assumed: ReturnType<typeof entrancesOf>['assumed']): ReportFile[] =>
  assumed.length === 0
    ? []
    : [
        {
          name: 'assumed.yaml',
          content: assumed
            .map(({ source, reason }) => `# Not in the export: ${reason}.\n${manifestText(source)}`)
            .join('---\n'),
        },
      ];

/** Of Bookinfo the calls are known: its file says them, and nothing is guessed. */
function knownCalls(graph: ReturnType<typeof namedCalls>, system: System): ReturnType<typeof namedCalls> {
  const callsOf = new Map<string, readonly Call[]>(graph.callsOf);
  for (const own of system.workloads) {
    const hosts = bookinfoCalls(own);
    if (hosts === undefined) continue;
    callsOf.set(
      idOf(own),
      hosts.flatMap((host) => {
        const service = system.services.find(
          (each) => each.name === host && each.namespace === own.namespace,
        );
        const port = service?.ports[0];
        return service === undefined || port === undefined
          ? []
          : [{ host, port, service, reason: 'Bookinfo does', clue: 'Bookinfo' }];
      }),
    );
  }
  return { ...graph, callsOf };
}

/** A shift between Services is one of the Service that callers ask for; so the run tells it, too. */
function versionsNamed(
  shift: Shift | undefined,
  resources: readonly Resource[],
  system: System,
): Shift | undefined {
  if (shift?.toService === undefined) return shift;
  const isOf = ({ metadata }: ServiceSplit['whole'], own: Service): boolean =>
    metadata.name === own.name && metadata.namespace === own.namespace;
  const { service, toService } = shift;
  const whole = serviceSplits(resources).find(
    ({ parts }) => parts.some((own) => isOf(own, service)) && parts.some((own) => isOf(own, toService)),
  )?.whole;
  const found = whole && system.services.find((own) => isOf(whole, own));
  return found === undefined ? shift : { ...shift, service: found };
}

/** Workloads that what watches the mesh is told of: telemetry goes there. */
function fedOf(
  exported: readonly Exported[],
  kept: readonly Exported[],
  system: System,
  configMaps: readonly Exported[],
): ReadonlySet<Workload> {
  const isKept = new Set(kept.map((own) => `${own.kind}/${own.namespace}/${own.name}`));
  return new Set(
    exported
      .filter((own) => isWorkloadKind(own.kind) && !isKept.has(idOf(own)))
      .map(workloadOf)
      // Prometheus asks everybody, and is sent nothing.
      .filter((own) => isWatcher(own) && !own.name.includes('prometheus'))
      .flatMap((own) =>
        namedHosts(own, system, configMaps).flatMap(({ service }) => service?.workloads ?? []),
      ),
  );
}

/** Names by which visitors come in: no host outside. */
const ownHosts = (routes: readonly Route[], ingresses: readonly Exported[]): ReadonlySet<string> =>
  new Set([
    ...routes.flatMap(({ hosts }) => hosts),
    ...ingresses.flatMap(({ source }) =>
      listOf(mapOf(source['spec'])['rules']).map(({ host }) => String(host)),
    ),
  ]);

/** What settings ask for outside of the cluster, a line each. */
function outsideNotes(system: System, configMaps: readonly Exported[], own: ReadonlySet<string>): string[] {
  const byHost = new Map<string, string[]>();
  for (const workload of system.workloads) {
    if (workload.isGateway || isLoad(workload)) continue;
    for (const { host, where } of unknownHosts(workload, system, configMaps))
      if (!own.has(host)) byHost.set(host, [...(byHost.get(host) ?? []), `${workload.name}, ${where}`]);
  }
  return [...byHost].map(
    ([host, where]) =>
      `not called: ${host} (${where[0]!}${where.length > 1 ? ` and ${where.length - 1} more` : ''}): it is outside, and no ServiceEntry was exported`,
  );
}

/** Of Bookinfo the calls are known, the times are not. */
const chosenTimes = (serving: readonly Workload[]): string[] =>
  serving.some((own) => bookinfoCalls(own) !== undefined)
    ? ["times and CPU of Bookinfo's workloads (app.yaml): nobody has published them"]
    : [];

/** Workloads of the new version that were exported with no pods, as Flagger leaves its target: they get some before the first step. */
function wakenedFor({ service, to, toService }: Shift, objects: readonly Exported[]): Wakened[] {
  const labels = objects
    .filter(({ kind }) => kind === 'DestinationRule')
    .flatMap(({ source }) => listOf(mapOf(source['spec'])['subsets']))
    .find(({ name }) => name === to)?.['labels'];
  const behind =
    toService?.workloads ??
    service.workloads.filter((own) => labels !== undefined && matches(textMap(labels), own.labels));
  return behind.flatMap((own) => {
    const source = objects.find((each) => idOf(each) === idOf(own))?.source;
    if (mapOf(source?.['spec'])['replicas'] !== 0) return [];
    const scaler = objects.find(
      ({ kind, namespace, source: { spec } }) =>
        kind === 'HorizontalPodAutoscaler' &&
        namespace === own.namespace &&
        mapOf(mapOf(spec)['scaleTargetRef'])['name'] === own.name,
    );
    const least = mapOf(scaler?.source['spec'])['minReplicas'];
    const replicas = typeof least === 'number' && least > 0 ? least : 1;
    return [
      {
        workload: own.name,
        replicas,
        text: `${own.name} has no pods in the export: it gets ${replicas} before the first step, as whoever shifts would give it`,
      },
    ];
  });
}

/** Objects that the reader of manifests takes; of the others, why not. */
function readable(objects: readonly Exported[]): {
  readonly objects: readonly Exported[];
  readonly resources: readonly Resource[];
  readonly refused: readonly string[];
} {
  const refused: string[] = [];
  const resources: Resource[] = [];
  const taken = objects.filter(({ kind, name, source }) => {
    const { manifest, problems } = parseManifests([{ file: name, text: manifestText(source) }]);
    const error = problems.find(({ severity }) => severity === 'error');
    if (error !== undefined) refused.push(`${kind} ${name}: ${error.message} [${error.code}]`);
    else resources.push(...manifest.resources);
    return error === undefined;
  });
  return { objects: taken, resources, refused };
}

const isAsked = (
  { name }: Unknown,
  serving: readonly Workload[],
  entrances: readonly { readonly rate: string }[],
  hasAutoscaler: boolean,
): boolean => {
  if (name === 'pages' || name === 'background') return entrances.some(({ rate }) => rate === name);
  if (name === 'boot') return hasAutoscaler;
  return serving.some((own) => bookinfoCalls(own) === undefined && own.services.length > 0);
};

const roles: readonly { readonly file: string; readonly kinds: readonly string[] }[] = [
  { file: 'cluster.yaml', kinds: ['Namespace', 'Node', 'ConfigMap', 'IstioOperator', 'GatewayClass'] },
  { file: 'services.yaml', kinds: ['Service', 'ServiceEntry', 'WorkloadEntry'] },
  {
    file: 'workloads.yaml',
    kinds: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout', 'Pod', 'PodDisruptionBudget'],
  },
  { file: 'autoscalers.yaml', kinds: ['HorizontalPodAutoscaler'] },
  {
    file: 'rules.yaml',
    kinds: [
      'Gateway',
      'VirtualService',
      'DestinationRule',
      'Sidecar',
      'HTTPRoute',
      'GRPCRoute',
      'TCPRoute',
      'TLSRoute',
      'ReferenceGrant',
    ],
  },
];

/** Manifests by what they are about; the rule of the shift in a file of its own, as its steps are. */
function manifestFiles(objects: readonly Exported[], shift: Shift | undefined): ReportFile[] {
  const plain = unscaled(objects);
  const text = (all: readonly Exported[]): string => all.map((own) => manifestText(plain(own))).join('---\n');
  const rules = shift?.rules ?? [];
  const files = roles.flatMap(({ file, kinds }) => {
    const own = objects.filter((each) => kinds.includes(each.kind) && !rules.includes(each));
    return own.length === 0 ? [] : [{ name: file, content: text(own) }];
  });
  const acting = objects.filter(isActing);
  if (acting.length > 0) files.push({ name: 'not-modelled.yaml', content: text(acting) });
  return rules.length === 0
    ? files
    : [...files, { name: `${fileName(shift!.service.name)}-as-it-is.yaml`, content: text(rules) }];
}

const fileName = (text: string): string => text.toLowerCase().replace(/[^a-z0-9.-]+/g, '-');

/** A table of `kubectl get`, or what `kubectl describe` says. */
const forPeople = /^(NAME(SPACE)? +\S.*\b(READY|AGE|CLUSTER-IP|HOSTS?)\b|Name: +\S+\r?\nNamespace: )/m;

function nothingToPlay(
  texts: readonly { readonly file: string; readonly text: string }[],
  exported: readonly Exported[],
): Problem {
  const kinds = [...new Set(exported.map(({ kind }) => kind))];
  const file = texts.map((own) => own.file).join(', ');
  const found = texts.some(({ text }) => forPeople.test(text))
    ? 'it is what kubectl prints for people, without -o yaml'
    : kinds.length === 0
      ? 'it holds no objects'
      : `there is ${kinds.join(', ')}`;
  return {
    severity: 'error',
    code: 'MS2023',
    message: `no workload in ${file || 'these folders'}: ${found}`,
    file,
    hint: 'kubectl get deploy,sts,ds,svc,vs,dr,gateway,httproute,hpa -o yaml prints what is wanted',
  };
}
