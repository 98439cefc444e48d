import { stringify } from 'yaml';
import { deployment, gateway, service, subsets } from '../support/world.ts';
import type { Random } from './random.ts';

const versions = ['v1', 'v2', 'v3'] as const;
const services = ['productpage', 'details', 'reviews', 'ratings'] as const;

/** A scenario that the schema allows, small enough to be played in a blink: Bookinfo under random rules, traffic and trouble. */
export function scenarioText(random: Random): {
  readonly text: string;
  readonly files: ReadonlyMap<string, string>;
} {
  const durationSeconds = random.pick([1, 5, 20, 60]);
  const files = new Map([
    ['all.yaml', base(random)],
    ['rule.yaml', rules(random)],
  ]);
  const isOwnApp = random.chance(0.4);
  if (isOwnApp) files.set('app.yaml', appText(random));
  const timeline: object[] = [];
  for (let step = random.below(4); step > 0; step--) {
    const name = `step-${step}.yaml`;
    const at = duration(random, durationSeconds * 1000);
    if (random.chance(0.6)) {
      files.set(name, rules(random));
      timeline.push({ at, apply: name });
    } else timeline.push({ at, ...trouble(random) });
  }
  const text = stringify({
    apiVersion: 'meshshift/v1alpha1',
    kind: 'Scenario',
    metadata: { name: 'random' },
    spec: {
      seed: random.below(1000),
      duration: `${durationSeconds}s`,
      manifests: ['all.yaml', 'rule.yaml'],
      focus: random.pick(services),
      ...(isOwnApp ? { app: 'app.yaml' } : {}),
      ...(random.chance(0.3) ? { window: `${random.pick([100, 1000, 7000])}ms` } : {}),
      ...(random.chance(0.3) ? { hop: law(random, 5) } : {}),
      controlPlane: { preset: random.pick(['small', 'large', 'off']) },
      proxy: { concurrency: random.between(1, 4), selector: random.pick(['independent', 'counter']) },
      budget: { events: 150_000 },
      traffic: Array.from({ length: random.between(1, 4) }, (_, entry) => traffic(random, entry)),
      timeline,
      expect: random.chance(0.5) ? [{ metric: 'errors', max: '100%' }] : [],
    },
  });
  return { text, files };
}

const duration = (random: Random, mostMs: number): string => `${random.between(1, Math.max(1, mostMs))}ms`;

function law(random: Random, mostMs: number): unknown {
  const ms = (): string => duration(random, mostMs);
  return random.pick([
    ms,
    () => ({ dist: 'exponential', mean: ms() }),
    () => ({ dist: 'uniform', min: '1us', max: ms() }),
    () => ({ dist: 'lognormal', mean: ms(), cv: random.pick([0.1, 1, 5]) }),
    () => ({ dist: 'empirical', values: [ms(), ms(), ms()] }),
    () => ({
      dist: 'mixture',
      parts: [
        { weight: random.pick([0, 1, 80]), dist: 'uniform', min: '1us', max: ms() },
        { weight: 20, dist: 'lognormal', mean: ms(), cv: 0.5 },
        { weight: 1, dist: 'constant', value: ms() },
      ],
    }),
  ])();
}

function traffic(random: Random, entry: number): object {
  const common = {
    name: `traffic-${entry}`,
    ...(random.chance(0.3) ? { patience: law(random, 300) } : {}),
    ...(random.chance(0.3) ? { from: 'productpage-v1', host: `${random.pick(services)}:9080` } : {}),
    ...(random.chance(0.2) ? { user: 'jason' } : {}),
    ...(random.chance(0.2) ? { connections: 'keep', maxConnectionAge: duration(random, 3000) } : {}),
    ...(random.chance(0.2) ? { clients: { count: random.between(1, 20), header: 'x-client' } } : {}),
    ...(random.chance(0.1) ? { path: '/nowhere' } : {}),
  };
  return {
    ...common,
    ...random.pick([
      () => ({ refresh: { count: random.between(0, 20), every: duration(random, 2000) } }),
      () => ({ arrivals: random.pick(['poisson', 'constant']), rps: random.pick([0.1, 1, 20, 100]) }),
      () => ({
        arrivals: 'poisson',
        shape: random.pick(['ramp', 'steps']),
        profile: [
          { at: '0s', rps: random.below(20) },
          { at: duration(random, 9000), rps: random.below(50) },
        ],
      }),
      () => ({ users: { count: random.between(1, 20), think: law(random, 2000) } }),
    ])(),
  };
}

function trouble(random: Random): object {
  const workload = random.pick(['reviews-v1', 'reviews-v3', 'ratings-v1', 'productpage-v1']);
  return random.pick([
    () => ({ scale: { workload, replicas: random.below(5) } }),
    () => ({ kill: { workload, pods: random.between(1, 3) } }),
    () => ({ crash: { workload, pods: random.between(1, 3) } }),
    () => ({ slow: { workload, factor: random.pick([0.1, 2, 50]) } }),
    () => ({
      fail: {
        workload,
        share: `${random.between(0, 100)}%`,
        by: random.pick(['status', 'reset', 'refuse', 'unreachable']),
      },
    }),
    () => ({ heal: { workload } }),
    () => ({ restart: { workload } }),
    () => ({ lose: { workload, pods: random.between(1, 3) } }),
    () => ({ stale: { workload, pods: random.between(1, 3), for: random.pick(['1s', '1h']) } }),
    () => ({ controlPlane: { downFor: random.pick(['1ms', '5s']) } }),
    () => ({ cordon: true }),
    () => ({ uncordon: true }),
  ])();
}

/** An app of its own: every kind of step and of failure, for the pods of Bookinfo. */
function appText(random: Random): string {
  const call = (of: number): object => ({
    host: random.pick(services.slice(of)),
    timeout: duration(random, 2000),
    tries: random.between(1, 3),
    onFailure: random.pick(['body', 'fail', 'answer']),
    ...(random.chance(0.3) ? { probability: `${random.between(0, 100)}%` } : {}),
    ...(random.chance(0.1) ? { connections: 'keep' } : {}),
  });
  const step = (place: number): object =>
    random.pick([
      () => ({ work: law(random, 20) }),
      () => ({ cpu: law(random, 10) }),
      ...(place === services.length - 1
        ? []
        : [
            () => ({ call: call(place + 1) }),
            () => ({ call: { ...call(place + 1), awaits: false } }),
            () => ({
              together: Array.from({ length: random.between(1, 4) }, () => ({ call: call(place + 1) })),
            }),
          ]),
    ])();
  const script = (place: number): object[] => Array.from({ length: random.below(5) }, () => step(place));
  const failure = (): object => {
    const by = random.pick(['status', 'reset', 'refuse', 'unreachable']);
    const takes = (by === 'status' || by === 'reset') && random.chance(0.5);
    return {
      share: `${random.between(0, 30)}%`,
      by,
      status: random.pick([500, 503, 429]),
      ...(takes ? { takes: law(random, 50) } : { when: random.pick(['before-work', 'after-work']) }),
      ...(random.chance(0.2) ? { from: duration(random, 3000) } : {}),
      ...(random.chance(0.2) ? { to: duration(random, 9000) } : {}),
    };
  };
  return stringify({
    apiVersion: 'meshshift/v1alpha1',
    kind: 'App',
    metadata: { name: 'random' },
    spec: {
      workloads: services.map((name, place) => ({
        name,
        match: { app: name },
        cpu: duration(random, 5),
        ...(random.chance(0.3) ? { idleCpu: `${random.between(0, 50)}m` } : {}),
        ...(random.chance(0.4) ? { concurrency: random.between(1, 8) } : {}),
        ...(random.chance(0.2) ? { queue: random.below(5) } : {}),
        ...(random.chance(0.3) ? { whenCallerLeaves: 'drop' } : {}),
        ...(random.chance(0.5)
          ? { fails: random.chance(0.3) ? failure() : Array.from({ length: random.between(1, 3) }, failure) }
          : {}),
        script: script(place),
        ...(random.chance(0.2) ? { paths: [{ path: '/*', script: script(place) }] } : {}),
      })),
    },
  });
}

const base = (random: Random): string =>
  [
    gateway,
    ...services.map(service),
    ...(['productpage', 'details', 'ratings'] as const).map((name) =>
      deployment(name, 'v1', random.between(0, 3) || 1, random.chance(0.85)),
    ),
    ...versions.map((version) => deployment('reviews', version, random.below(4), random.chance(0.9))),
    subsets('reviews', ...versions),
  ].join('\n');

/** A rule for each of some services, and a policy. */
function rules(random: Random): string {
  const chosen = random.some(services.slice(1));
  const documents = (chosen.length === 0 ? ['reviews' as const] : chosen).flatMap((host) => [
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: host },
      spec: {
        hosts: [host],
        http: [...(random.chance(0.3) ? [matched(random, host)] : []), route(random, host)],
      },
    },
    ...(random.chance(0.6) ? [policy(random, host)] : []),
  ]);
  return documents.map((own) => stringify(own)).join('---\n');
}

const matched = (random: Random, host: string): object => ({
  match: [
    random.pick([
      { headers: { 'end-user': { exact: 'jason' } } },
      { uri: { regex: '(/[a-z0-9]*)+' } },
      { sourceLabels: { app: 'productpage' } },
      { withoutHeaders: { 'end-user': {} } },
    ]),
  ],
  ...route(random, host),
});

function route(random: Random, host: string): object {
  const to = (subset?: string): object => ({ host, ...(subset === undefined ? {} : { subset }) });
  const split = host === 'reviews' ? random.some(versions, 0.6) : [];
  const weights = split.map(() => random.between(1, 60));
  return {
    route:
      split.length === 0
        ? [{ destination: to() }]
        : split.map((subset, at) => ({ destination: to(subset), weight: weights[at] })),
    ...(random.chance(0.3) ? { timeout: duration(random, 500) } : {}),
    ...(random.chance(0.4)
      ? {
          retries: {
            attempts: random.between(1, 6),
            ...(random.chance(0.5) ? { perTryTimeout: duration(random, 200) } : {}),
            retryOn: random.pick([
              '5xx',
              'connect-failure,refused-stream',
              'gateway-error,reset',
              'retriable-4xx',
            ]),
          },
        }
      : {}),
    ...(random.chance(0.3)
      ? {
          fault: {
            ...(random.chance(0.6)
              ? { delay: { fixedDelay: duration(random, 300), percentage: { value: 20 } } }
              : {}),
            abort: {
              httpStatus: random.pick([400, 503, 500]),
              percentage: { value: random.between(0, 100) },
            },
          },
        }
      : {}),
    ...(random.chance(0.2) ? { mirror: to(), mirrorPercentage: { value: random.between(1, 100) } } : {}),
  };
}

const policy = (random: Random, host: string): object => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: host },
  spec: {
    host,
    ...(host === 'reviews'
      ? { subsets: random.some(versions, 0.9).map((name) => ({ name, labels: { version: name } })) }
      : {}),
    trafficPolicy: {
      ...(random.chance(1)
        ? {
            loadBalancer: random.pick([
              { simple: 'ROUND_ROBIN', warmup: { duration: '10s' } },
              { simple: 'LEAST_REQUEST' },
              { simple: 'RANDOM' },
              { consistentHash: { httpHeaderName: 'x-client' } },
              { consistentHash: { useSourceIp: true, maglev: { tableSize: 251 } } },
            ]),
          }
        : {}),
      ...(random.chance(0.5)
        ? {
            connectionPool: {
              tcp: { maxConnections: random.between(1, 5), connectTimeout: duration(random, 50) },
              http: {
                http1MaxPendingRequests: random.between(1, 5),
                maxRequestsPerConnection: random.below(4),
                ...(random.chance(0.3) ? { h2UpgradePolicy: 'UPGRADE' } : {}),
              },
            },
          }
        : {}),
      ...(random.chance(0.4)
        ? {
            outlierDetection: {
              consecutive5xxErrors: random.between(1, 5),
              interval: duration(random, 5000),
              baseEjectionTime: duration(random, 9000),
              maxEjectionPercent: random.pick([0, 10, 50, 100]),
            },
          }
        : {}),
    },
  },
});
