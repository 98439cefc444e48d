import { parseManifests } from '../../manifest/parse.ts';
import type { Problem } from '../../manifest/problem.ts';
import { manifestText } from '../../manifest/write.ts';
import { mapOf, type Data } from '../../manifest/change/written.ts';
import type { ReportFile } from '../../report/report-file.ts';
import { appText, bookinfoCalls } from './app-text.ts';
import { namedCalls, withOrphans, type Call } from './calls.ts';
import { entrancesOf } from './entrances.ts';
import { readExported, type Exported } from './exported.ts';
import { isWorkloadKind, keep } from './kept.ts';
import { unknowns, type Known, type Unknown } from './numbers.ts';
import { scenarioText } from './scenario-text.ts';
import { shiftOf, type Shift } from './shift.ts';
import { withSidecars } from './sidecars.ts';
import { idOf, systemOf, type System, type Workload } from './system.ts';
import { readmeText, type Told } from './told.ts';

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
  const { objects: exported, problems } = readExported(texts);
  if (problems.some(({ severity }) => severity === 'error') && exported.length === 0)
    return { value: undefined, problems };
  const kept = keep(exported);
  const { objects: labelled, note: sidecars } = withSidecars(kept.objects, exported);
  const { objects, refused } = readable(labelled);
  const system = systemOf(objects);
  const serving = system.workloads.filter(({ isGateway }) => !isGateway);
  if (serving.length === 0)
    return { value: undefined, problems: [...problems, nothingToPlay(texts, exported)] };

  const named = knownCalls(
    namedCalls(
      system,
      exported.filter(({ kind }) => kind === 'ConfigMap'),
    ),
    system,
  );
  const ingresses = exported.filter(({ kind }) => kind === 'Ingress');
  const doors = entrancesOf(objects, ingresses, system, named.callsOf);
  const chief = doors.entrances.filter(({ rate }) => rate === 'pages').flatMap(({ to }) => to.workloads);
  const graph = withOrphans(named, system, chief);

  const shift = shiftOf(objects, system);
  const hasAutoscaler = objects.some(({ kind }) => kind === 'HorizontalPodAutoscaler');
  const asked = unknowns.filter((own) => isAsked(own, serving, doors.entrances, hasAutoscaler));
  const files = manifestFiles(objects, shift);
  const steps = shift?.steps.map(({ percent, source }) => ({
    name: `${fileName(shift.service.name)}-${fileName(shift.to)}-${percent}.yaml`,
    content: manifestText(source),
  }));
  const assumed: ReportFile[] =
    doors.assumed.length === 0
      ? []
      : [
          {
            name: 'assumed.yaml',
            content: doors.assumed
              .map(({ source, reason }) => `# Not in the export: ${reason}.\n${manifestText(source)}`)
              .join('---\n'),
          },
        ];
  const started = [...files, ...assumed];
  const gateways = new Set(doors.entrances.flatMap(({ by }) => ('gateway' in by ? [by.gateway] : [])));
  const allGateways = objects.filter(({ kind }) => kind === 'Gateway').length;
  const told: Told = {
    name,
    workloads: serving,
    services: system.services,
    callsOf: graph.callsOf,
    known: new Set(serving.filter((own) => bookinfoCalls(own) !== undefined).map(idOf)),
    entrances: doors.entrances,
    assumed: doors.assumed.map(({ reason }) => reason),
    shift,
    sidecars,
    asked: asked.filter((own) => known[own.name] === undefined),
    leftOut: [...refused, ...kept.leftOut.map(readAllTheSame)],
    notes: [...kept.changed, ...graph.leftOut.map((own) => `not called: ${own}`), ...doors.notes],
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
            shift: shift === undefined ? undefined : { shift, files: steps!.map((own) => own.name) },
            hasGateways: gateways.size > 1 || allGateways > 1,
          }),
        },
        { name: 'app.yaml', content: appText(name, system.workloads, graph.callsOf, hasAutoscaler) },
        ...started,
        ...(steps ?? []),
        { name: 'README.md', content: readmeText(told) },
      ],
    },
  };
}

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
          : [{ host, port, service, reason: 'Bookinfo does' }];
      }),
    );
  }
  return { ...graph, callsOf };
}

/** Objects that the reader of manifests takes; of the others, why not. */
function readable(objects: readonly Exported[]): {
  readonly objects: readonly Exported[];
  readonly refused: readonly string[];
} {
  const refused: string[] = [];
  const taken = objects.filter(({ kind, name, source }) => {
    const { problems } = parseManifests([{ file: name, text: manifestText(source) }]);
    const error = problems.find(({ severity }) => severity === 'error');
    if (error !== undefined) refused.push(`${kind} ${name}: ${error.message} [${error.code}]`);
    return error === undefined;
  });
  return { objects: taken, refused };
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
  { file: 'cluster.yaml', kinds: ['Namespace', 'Node'] },
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
    ],
  },
];

/** Manifests by what they are about; the rule of the shift in a file of its own, as its steps are. */
function manifestFiles(objects: readonly Exported[], shift: Shift | undefined): ReportFile[] {
  const scaled = scaledBy(objects);
  const text = (all: readonly Exported[]): string =>
    all.map((own) => manifestText(unscaled(own, scaled))).join('---\n');
  const rule = shift?.rule;
  const files = roles.flatMap(({ file, kinds }) => {
    const own = objects.filter((each) => kinds.includes(each.kind) && each !== rule);
    return own.length === 0 ? [] : [{ name: file, content: text(own) }];
  });
  return rule === undefined
    ? files
    : [...files, { name: `${fileName(shift!.service.name)}-as-it-is.yaml`, content: text([rule]) }];
}

/** What autoscalers scale: "Deployment/shop/web". */
const scaledBy = (objects: readonly Exported[]): ReadonlySet<string> =>
  new Set(
    objects.flatMap(({ kind, namespace, source }) => {
      const { kind: target, name } = mapOf(mapOf(source['spec'])['scaleTargetRef']);
      return kind === 'HorizontalPodAutoscaler' ? [`${String(target)}/${namespace}/${String(name)}`] : [];
    }),
  );

/** How many pods an autoscaler had made is no part of a manifest. */
function unscaled(own: Exported, scaled: ReadonlySet<string>): Data {
  if (!isWorkloadKind(own.kind) || !scaled.has(idOf(own))) return own.source;
  const source = structuredClone(own.source);
  delete mapOf(source['spec'])['replicas'];
  return source;
}

const fileName = (text: string): string => text.toLowerCase().replace(/[^a-z0-9.-]+/g, '-');

/** Not written, and looked into all the same. */
const readAllTheSame = (text: string): string =>
  text.startsWith('ConfigMap ')
    ? text.replace('this kind is not modelled', 'read for the names of hosts, and not written')
    : text.startsWith('Ingress ')
      ? text.replace('this kind is not modelled', 'read for where pages come in, and not played')
      : text;

function nothingToPlay(texts: readonly { readonly file: string }[], exported: readonly Exported[]): Problem {
  const kinds = [...new Set(exported.map(({ kind }) => kind))];
  const file = texts.map((own) => own.file).join(', ');
  return {
    severity: 'error',
    code: 'MS2023',
    message: `no workload in ${file || 'these folders'}: ${kinds.length === 0 ? 'it holds no objects' : `there is ${kinds.join(', ')}`}`,
    file,
    hint: 'kubectl get deploy,sts,ds,svc,vs,dr,gateway,httproute,hpa -o yaml prints what is wanted',
  };
}
