import { stringify } from 'yaml';
import { loadScenario } from '../../src/scenario/load.ts';
import type { ScenarioFiles } from '../../src/scenario/scenario-files.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

/* A mesh as what one would write: manifests, an app file and a scenario, as data that a cause can change. */

/** Something that is written in YAML: a cause changes what it likes. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Written = any;

export interface Mesh {
  readonly shape: string;
  /** Manifests by file; those of `inForce` are in force from the start, the others are for the timeline. */
  readonly files: Record<string, Written[]>;
  inForce: string[];
  /** `workloads` of the app file. */
  readonly app: Written[];
  /** `spec` of the scenario, without manifests and app. */
  readonly spec: Written;
  /** What is shifted. */
  readonly shift: {
    readonly host: string;
    readonly old: Target;
    readonly next: Target;
    /** Workload that calls it inside the mesh; undefined: visitors through the gateway alone. */
    readonly caller: string | undefined;
    /** A second workload that calls it. */
    readonly otherCaller?: string;
    readonly isByGateway: boolean;
  };
}

export interface Target {
  readonly workload: string;
  readonly destination: { readonly host: string; readonly subset?: string };
}

export const port = 9080;

export const service = (name: string, selector: Record<string, string> = { app: name }): Written => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector, ports: [{ name: 'http', port }] },
});

export const deployment = (
  app: string,
  version: string | undefined,
  replicas = 2,
  resources: Written = undefined,
): Written => {
  const labels = { app, ...(version === undefined ? {} : { version }) };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: version === undefined ? app : `${app}-${version}` },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'app',
              image: 'none',
              readinessProbe: { httpGet: { path: '/', port }, periodSeconds: 1 },
              ...(resources === undefined ? {} : { resources }),
            },
          ],
        },
      },
    },
  };
};

export const destinationRule = (host: string, ...subsets: string[]): Written => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: host },
  spec: { host, subsets: subsets.map((name) => ({ name, labels: { version: name } })) },
});

/** @param weights destination ("host" or "host subset") -> weight */
export const virtualService = (
  name: string,
  weights: Readonly<Record<string, number>>,
  more: { readonly hosts?: string[]; readonly gateways?: string[] } = {},
): Written => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name },
  spec: {
    hosts: more.hosts ?? [name],
    ...(more.gateways === undefined ? {} : { gateways: more.gateways }),
    http: [
      {
        route: Object.entries(weights).map(([to, weight]) => {
          const [host, subset] = to.split(' ');
          return { destination: { host, ...(subset === undefined ? {} : { subset }) }, weight };
        }),
      },
    ],
  },
});

export const gateway: Written = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'Gateway',
  metadata: { name: 'entry' },
  spec: {
    selector: { istio: 'ingressgateway' },
    servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
  },
};

export const entryRule = (host: string): Written => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'entry' },
  spec: { hosts: ['*'], gateways: ['entry'], http: [{ route: [{ destination: { host } }] }] },
});

export const work = (p50Ms: number): Written => ({
  work: { dist: 'lognormal', p50: `${p50Ms}ms`, p99: `${p50Ms * 3}ms` },
});

export const call = (host: string): Written => ({ call: { host, port } });

export const behaviour = (app: string, version: string | undefined, script: Written[]): Written => ({
  name: version === undefined ? app : `${app}-${version}`,
  match: { app, ...(version === undefined ? {} : { version }) },
  script,
});

export const visitors = (rps: number): Written => ({ name: 'visitors', arrivals: 'poisson', rps });

/* What causes reach for. */

export const everyResource = (mesh: Mesh): Written[] => Object.values(mesh.files).flat();

const named = (mesh: Mesh, kind: string, name: string): Written => {
  const found = everyResource(mesh).find((own) => own.kind === kind && own.metadata.name === name);
  if (found === undefined) throw new Error(`${mesh.shape} has no ${kind} ${name}`);
  return found;
};

export const deploymentOf = (mesh: Mesh, workload: string): Written => named(mesh, 'Deployment', workload);

export const serviceOf = (mesh: Mesh, name: string): Written => named(mesh, 'Service', name);

/** Behaviour of a workload, by the labels of its pods. */
export function behaviourOf(mesh: Mesh, workload: string): Written {
  const { labels } = deploymentOf(mesh, workload).spec.template.metadata;
  return mesh.app.find((own) => Object.entries(own.match).every(([key, value]) => labels[key] === value))!;
}

/** The rule that is shifted, as it stands in each file. */
export const shiftRules = (mesh: Mesh): Written[] =>
  everyResource(mesh).filter(
    ({ kind, metadata }) => kind === 'VirtualService' && metadata.name === mesh.shift.host,
  );

/** The http routes of it. */
export const shiftRoutes = (mesh: Mesh): Written[] => shiftRules(mesh).flatMap(({ spec }) => spec.http);

/** Traffic policy of a host; a DestinationRule is added where there is none. */
export function policyOf(mesh: Mesh, host: string): Written {
  let rule = everyResource(mesh).find((own) => own.kind === 'DestinationRule' && own.spec.host === host);
  if (rule === undefined) {
    rule = { ...destinationRule(host), spec: { host } };
    mesh.files['mesh.yaml']!.push(rule);
  }
  return (rule.spec.trafficPolicy ??= {});
}

/** Calls that a script makes to a host. */
export const callsTo = (mesh: Mesh, host: string): Written[] =>
  mesh.app
    .flatMap(({ script }) => script ?? [])
    .flatMap((step: Written) => (step.call?.host === host ? [step.call] : []));

export function at(mesh: Mesh, seconds: number, what: Written): void {
  mesh.spec.timeline.push({ at: `${seconds}s`, ...what });
  mesh.spec.timeline.sort((a: Written, b: Written) => parseFloat(a.at) - parseFloat(b.at));
}

/** The mesh as files, which the command line would read. */
export function filesOf(mesh: Mesh, seed: number): ScenarioFiles {
  const { text, files } = textsOf(mesh, seed);
  return {
    path: mesh.shape,
    file: 'scenario.yaml',
    text,
    read: (name) =>
      Promise.resolve(
        files[name] === undefined ? { value: undefined, problems: [] } : { value: files[name], problems: [] },
      ),
  };
}

/** The mesh, read as the command line reads it. */
export async function scenarioOf(mesh: Mesh, seed: number): Promise<Scenario> {
  const loaded = await loadScenario(filesOf(mesh, seed));
  if (loaded.value === undefined) throw new Error(`${mesh.shape}: ${JSON.stringify(loaded.problems[0])}`);
  return loaded.value;
}

/** The texts of its scenario, its manifests and its app file. */
function textsOf(
  mesh: Mesh,
  seed: number,
): { readonly text: string; readonly files: Readonly<Record<string, string>> } {
  const text = stringify({
    apiVersion: 'meshshift/v1alpha1',
    kind: 'Scenario',
    metadata: { name: mesh.shape },
    spec: { seed, app: 'app.yaml', manifests: mesh.inForce, ...mesh.spec },
  });
  const app = stringify({
    apiVersion: 'meshshift/v1alpha1',
    kind: 'App',
    metadata: { name: mesh.shape },
    spec: { workloads: mesh.app },
  });
  const files = Object.entries(mesh.files).map(([name, resources]) => [
    name,
    resources.map((own) => stringify(own, { aliasDuplicateObjects: false })).join('---\n'),
  ]);
  return { text, files: { ...Object.fromEntries(files), 'app.yaml': app } };
}
