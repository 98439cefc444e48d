import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A scenario of one size in a series in which one thing grows, and all else stays. */
export interface Size {
  readonly name: string;
  readonly of: string;
  readonly size: number;
  readonly path: string;
  readonly set: readonly string[];
}

/** The series, their scenarios written into folders under `folder`. Each plays about half a million requests. */
export function growth(folder: string): Size[] {
  const series = (
    name: string,
    of: string,
    counts: readonly number[],
    made: (size: number) => {
      readonly texts?: Texts;
      readonly path?: string;
      readonly set?: readonly string[];
    },
  ): Size[] =>
    counts.map((size) => {
      const { texts, path = join(folder, `${name}-${size}`.replaceAll(' ', '-')), set = [] } = made(size);
      if (texts !== undefined) write(path, texts);
      return { name, of, size, path, set };
    });
  return [
    ...series('pending', 'Events that are pending, in units of model B', [1, 10, 100, 1000], (size) => ({
      texts: modelB(size),
    })),
    ...series('proxies', 'Proxies that call', [10, 100, 1000], (size) => ({
      texts: flat({ callers: size }),
    })),
    ...series('pods', 'Pods that are called', [10, 100, 1000], (size) => ({ texts: flat({ called: size }) })),
    ...series('services', 'Services that are called', [10, 50, 200], (size) => ({ texts: fan(size) })),
    ...series('rules', 'Rules that match before the one that acts', [1, 10, 100], (size) => ({
      texts: flat({ rules: size }),
    })),
    ...series('pages', 'Pages of Bookinfo, in thousands', [30, 100, 300, 1000], (size) => ({
      path: 'scenarios/traffic-shifting',
      set: [...still, 'traffic=[{ name: users, arrivals: poisson, rps: 2000 }]', `duration=${size / 2}s`],
    })),
    ...series('windows', 'Windows of the record, in thousands', [1, 10, 100], (size) => ({
      path: 'scenarios/traffic-shifting',
      set: [
        'duration=100s',
        ...still,
        'traffic=[{ name: users, arrivals: poisson, rps: 500 }]',
        `window=${100 / size}ms`,
      ],
    })),
  ];
}

/** Nothing happens but pages. */
const still = ['timeline=[]', 'expect=[]'];

type Texts = Readonly<Record<string, string>>;

function write(path: string, texts: Texts): void {
  mkdirSync(path, { recursive: true });
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(path, name), text);
}

const scenario = (rps: number, seconds: number, traffic = 'host: front, path: /'): string => `
apiVersion: meshshift/v1alpha1
kind: Scenario
metadata: { name: growth }
spec:
  duration: ${seconds}s
  app: app.yaml
  manifests: [mesh.yaml]
  focus: front
  window: 10s
  traffic: [{ name: visitors, ${traffic}, arrivals: poisson, rps: ${rps} }]
`;

/** Model B with so many times the requests, and as many times the cores. */
function modelB(times: number): Texts {
  const textOf = (name: string): string => readFileSync(join('test/bench/model-b', name), 'utf8');
  return {
    'scenario.yaml': textOf('scenario.yaml')
      .replace('duration: 5m', `duration: ${100 / times}s`)
      .replace('rps: 1000', `rps: ${1000 * times}`),
    'app.yaml': textOf('app.yaml').replace(/cores: (\d+)/g, (_, cores) => `cores: ${Number(cores) * times}`),
    'mesh.yaml': textOf('mesh.yaml'),
  };
}

const service = (name: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 9080 }] }
---`;

const deployment = (name: string, replicas: number): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: app }] }
---`;

/** Pods that call one Service, whose rule has so many others before it. */
function flat({ callers = 10, called = 10, rules = 1 }): Texts {
  const others = Array.from(
    { length: rules },
    (_, i) => `    - { match: [{ uri: { exact: /rule-${i} } }], route: [{ destination: { host: front } }] }`,
  );
  return {
    'scenario.yaml': scenario(2000, 200, `from: client, host: 'front:9080', path: /`),
    'app.yaml': `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: flat }
spec:
  workloads:
    - { name: client, match: { app: client } }
    - { name: front, match: { app: front }, script: [{ work: { dist: lognormal, p50: 5ms, p99: 15ms } }] }
`,
    'mesh.yaml': [
      service('front'),
      deployment('client', callers),
      deployment('front', called),
      `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: front }
spec:
  hosts: [front]
  http:
${others.join('\n')}
    - { route: [{ destination: { host: front } }] }
`,
    ].join(''),
  };
}

/** A front that calls so many Services, one after the other. */
function fan(services: number): Texts {
  const names = Array.from({ length: services }, (_, i) => `s${i}`);
  return {
    'scenario.yaml': scenario(4000 / services, 100, `from: client, host: 'front:9080', path: /`),
    'app.yaml': `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: fan }
spec:
  workloads:
    - { name: client, match: { app: client } }
    - { name: front, match: { app: front }, script: [${names.map((name) => `{ call: { host: ${name}, path: / } }`).join(', ')}] }
${names.map((name) => `    - { name: ${name}, match: { app: ${name} }, script: [{ work: 1ms }] }`).join('\n')}
`,
    'mesh.yaml': [
      service('front'),
      deployment('client', 10),
      deployment('front', 10),
      ...names.flatMap((name) => [service(name), deployment(name, 1)]),
    ].join(''),
  };
}
