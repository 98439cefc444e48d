import { expect, test } from 'vitest';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import { controlPlanePresets } from '../../../src/mesh/istiod/control-plane.ts';
import type { World } from '../../../src/mesh/world.ts';
import type { WorldSettings } from '../../../src/mesh/world-settings.ts';
import {
  bookinfo,
  deployment,
  expectNothingLeft,
  makeWorld,
  refreshes,
  request,
  resources,
  subsets,
} from '../../support/world.ts';

/** The Deployment of an ingress gateway, as Istio's chart `gateway` writes it, with its Service. */
const ingress = (replicas: number, name = 'istio-ingressgateway', label = 'ingressgateway'): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: istio-system }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name}, istio: ${label} } }
  template:
    metadata:
      annotations: { inject.istio.io/templates: gateway }
      labels: { app: ${name}, istio: ${label} }
    spec: { containers: [{ name: istio-proxy, image: auto }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: istio-system }
spec: { type: LoadBalancer, selector: { app: ${name}, istio: ${label} }, ports: [{ name: http2, port: 80 }] }
---`;

const shop = (replicas: number): string => [bookinfo, ingress(replicas)].join('\n---\n');

/** By the pod of the gateway: pages that came through it, and the first that each client came through. */
function watched(settings: Partial<WorldSettings>): {
  readonly world: World;
  readonly through: Map<string, number>;
  readonly ofClient: Map<number, Set<string>>;
  readonly statuses: number[];
} {
  const through = new Map<string, number>();
  const ofClient = new Map<number, Set<string>>();
  const statuses: number[] = [];
  const world: World = makeWorld(settings, {
    answered: (row) => {
      const { parent, caller, client, status } = world.rows;
      if (parent[row]! >= 0) return;
      statuses.push(status[row]!);
      const pod = world.proxies.places[caller[row]!]?.pod ?? 'none';
      through.set(pod, (through.get(pod) ?? 0) + 1);
      const own = ofClient.get(client[row]!) ?? new Set();
      ofClient.set(client[row]!, own.add(pod));
    },
  });
  return { world, through, ofClient, statuses };
}

const gatewayPods = (world: World): string[] =>
  world.proxies.places.filter(({ identity }) => identity.type === 'gateway').map(({ pod }) => pod);

const users = (count: number, keepAlive?: { maxAgeUs: number }): Traffic => ({
  name: 'users',
  kind: 'users',
  users: count,
  think: { dist: 'constant', value: 100_000 },
  startUs: 0,
  requestsEach: Infinity,
  request,
  ...(keepAlive === undefined ? {} : { keepAlive }),
});

// model/push_context.go, mergeGateways: a Gateway is for every proxy whose labels it selects; kube-proxy, proxier.go (iptables,
// "statistic mode random"): a new connection gets any endpoint.
test('each replica of a gateway’s Deployment is a proxy of its own, and none is assumed beside them', () => {
  const { world } = watched({ manifests: resources(shop(4)) });
  expect(gatewayPods(world)).toHaveLength(4);
  expect(new Set(gatewayPods(world)).size).toBe(4);
  expect(world.proxies.places.some(({ pod }) => pod.endsWith('-x7kqp'))).toBe(false);
});

test('new connections are spread over the replicas evenly, by chance', () => {
  const { world, through } = watched({ manifests: resources(shop(4)), traffic: [refreshes(4000, 10_000)] });
  world.runUntil(600e6);
  // Binomial(4000, 1/4): mean 1000, standard deviation 27.4; four of them.
  for (const pod of gatewayPods(world)) expect(Math.abs(through.get(pod)! - 1000)).toBeLessThan(110);
});

// pkg/proxy/topology.go, CategorizeEndpoints: local endpoints alone; what stands before the nodes takes those that have one alike.
test('with externalTrafficPolicy Local nodes are alike, not replicas: of three on two nodes the lone one gets half', () => {
  const node = (name: string): string =>
    `---\n{ apiVersion: v1, kind: Node, metadata: { name: ${name}, labels: { topology.kubernetes.io/zone: z } } }\n`;
  const local = ingress(3).replace('type: LoadBalancer', 'type: LoadBalancer, externalTrafficPolicy: Local');
  const { world, through } = watched({
    manifests: resources([bookinfo, local].join('\n---\n'), node('n1') + node('n2')),
    traffic: [refreshes(4000, 10_000)],
  });
  world.runUntil(600e6);
  const counts = gatewayPods(world).map((pod) => through.get(pod)!);
  // Binomial(4000, p): standard deviations 31.6 at a half and 27.4 at a quarter; four of them.
  const [lone, ...others] = counts.sort((a, b) => b - a);
  expect(Math.abs(lone! - 2000)).toBeLessThan(127);
  for (const own of others) expect(Math.abs(own - 1000)).toBeLessThan(110);
});

test('who keeps a connection stays on one replica, so that a new one idles until connections are renewed', () => {
  const grown = shop(3);
  const { world, ofClient, through } = watched({
    manifests: resources(shop(2)),
    timeline: [{ atUs: 10e6, verb: 'apply', file: 'more.yaml', resources: resources(grown) }],
    traffic: [users(12, { maxAgeUs: Infinity })],
  });
  const old = gatewayPods(world);
  world.runUntil(300e6);
  for (const pods of ofClient.values()) expect(pods.size).toBe(1);
  expect(gatewayPods(world)).toHaveLength(3);
  expect([...through.keys()].sort()).toEqual(old.sort());
});

test('connections that are renewed find the new replica', () => {
  const { world, through } = watched({
    manifests: resources(shop(2)),
    timeline: [{ atUs: 10e6, verb: 'apply', file: 'more.yaml', resources: resources(shop(3)) }],
    traffic: [users(12, { maxAgeUs: 5e6 })],
  });
  world.runUntil(300e6);
  expect(through.size).toBe(3);
});

test('a replica that is taken away drains: its clients go on elsewhere, and no page fails', () => {
  const { world, statuses, through } = watched({
    manifests: resources(shop(2)),
    timeline: [{ atUs: 10e6, verb: 'apply', file: 'fewer.yaml', resources: resources(shop(1)) }],
    traffic: [users(12, { maxAgeUs: Infinity })],
  });
  world.runUntil(60e6);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(through.size).toBe(2);
});

test('a killed replica takes with it what it carries, and new connections are refused until its endpoint is gone', () => {
  const { world, statuses } = watched({
    manifests: resources(shop(2)),
    timeline: [
      {
        atUs: 10e6,
        verb: 'kill',
        workload: 'istio-ingressgateway',
        pods: 1,
        silently: false,
        file: '',
      } as never,
    ],
    traffic: [refreshes(1500, 10_000)],
  });
  world.runUntil(600e6);
  const failed = statuses.filter((status) => status !== 200);
  expect(failed.length).toBeGreaterThan(0);
  expect(new Set(failed)).toEqual(new Set([0, 503]));
  expectNothingLeft(world);
});

test('where no replica is ready nobody takes the connection: 503 to the visitor, from no proxy', () => {
  const { world, statuses, through } = watched({
    manifests: resources(shop(0)),
    traffic: [refreshes(10)],
  });
  world.runUntil(20e6);
  expect(statuses).toEqual(Array.from({ length: 10 }, () => 503));
  expect([...through.keys()]).toEqual(['none']);
});

test('each replica gets configuration in its own time: a new weight acts at one before it acts at another', () => {
  const manifests = [
    bookinfo.replace('destination: { host: productpage }', 'destination: { host: reviews, subset: v1 }'),
    ingress(4),
    subsets('reviews', 'v1', 'v3'),
  ];
  const later = resources(
    bookinfo.replace('destination: { host: productpage }', 'destination: { host: reviews, subset: v3 }'),
  ).filter((own) => own.kind === 'VirtualService');
  const { world } = watched({
    manifests: resources(...manifests),
    timeline: [{ atUs: 1e6, verb: 'apply', file: 'v3.yaml', resources: later }],
    controlPlane: controlPlanePresets.large,
  });
  const held = (): number[] =>
    world.proxies.places.flatMap(({ identity }, proxy) =>
      identity.type === 'gateway' ? [world.proxies.heldSnapshot(proxy)] : [],
    );
  let apart = 0;
  for (let atUs = 1e6; atUs < 60e6; atUs += 10_000) {
    world.runUntil(atUs);
    if (new Set(held()).size > 1) apart += 1;
  }
  expect(apart).toBeGreaterThan(0);
  expect(new Set(held()).size).toBe(1);
});

test('visitors may name the gateway that they come to, each with a Deployment of its own', () => {
  const second = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: inner }
spec: { selector: { istio: private }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: inner }
spec: { hosts: ["*"], gateways: [inner], http: [{ directResponse: { status: 418 } }] }
`;
  const { world, statuses } = watched({
    manifests: resources(bookinfo, ingress(1), ingress(2, 'private-gateway', 'private'), second),
    traffic: [{ ...refreshes(5), gateway: 'inner' }],
  });
  world.runUntil(20e6);
  expect(statuses).toEqual([418, 418, 418, 418, 418]);
  expect(gatewayPods(world)).toHaveLength(3);
});

test('a Gateway of Gateway API has a Deployment and a Service made for it, which go when it goes', () => {
  const own = resources(`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }
`);
  const { world, statuses } = watched({
    manifests: resources(bookinfo),
    timeline: [
      { atUs: 1e6, verb: 'apply', file: 'edge.yaml', resources: own },
      { atUs: 60e6, verb: 'scale', workload: 'edge-istio', replicas: 3, file: '' } as never,
      { atUs: 200e6, verb: 'delete', file: 'edge.yaml', resources: own },
    ],
    traffic: [{ ...refreshes(150), gateway: 'edge' }],
  });
  const ready = (): number =>
    world.workloads.lives.filter(({ pod, ready: isReady }) => pod.workload === 'edge-istio' && isReady)
      .length;
  world.runUntil(59e6);
  expect(ready()).toBe(1);
  world.runUntil(199e6);
  expect(ready()).toBe(3);
  world.runUntil(300e6);
  expect(ready()).toBe(0);
  // Nobody listens before its pod is there; then it is found, and no rule is bound to it.
  expect([...new Set(statuses)].sort()).toEqual([404, 503]);
});

test('a gateway whose container dies is started again, with a proxy that knows nothing of the one before', () => {
  const { world, statuses } = watched({
    manifests: resources(shop(2)),
    timeline: [{ atUs: 1e6, verb: 'crash', workload: 'istio-ingressgateway', pods: 1, silently: false }],
    traffic: [refreshes(30)],
  });
  world.runUntil(60e6);
  const [first, second, third] = gatewayPods(world);
  expect(third).toBe(first);
  expect(second).not.toBe(first);
  expect(world.workloads.lives.every(({ ready }) => ready)).toBe(true);
  expect(statuses.slice(-10).every((status) => status === 200)).toBe(true);
});

/** Two hops: a sidecar sends what it is asked for reviews to the egress gateway, and that one splits it. */
const throughEgress = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: out }
spec: { selector: { istio: egressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [reviews.default.svc.cluster.local] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews.default.svc.cluster.local]
  gateways: [out, mesh]
  http:
    - match: [{ gateways: [mesh] }]
      route: [{ destination: { host: istio-egressgateway.istio-system.svc.cluster.local, port: { number: 80 } } }]
    - match: [{ gateways: [out] }]
      route:
        - { destination: { host: reviews, subset: v1 }, weight: 75 }
        - { destination: { host: reviews, subset: v3 }, weight: 25 }
`;

const client: Traffic = {
  ...refreshes(2000, 10_000),
  from: 'client-v1',
  request: { ...request, path: '/reviews/0', authority: 'reviews.default.svc.cluster.local:9080' },
};

test('an egress gateway passes on what comes to it, by its own part of the rule, and answers what it gets', () => {
  const versions = new Map<string, number>();
  const manifests = resources(
    bookinfo,
    deployment('client', 'v1'),
    ingress(2, 'istio-egressgateway', 'egressgateway'),
    throughEgress,
    subsets('reviews', 'v1', 'v3'),
  );
  const world: World = makeWorld(
    { manifests, traffic: [client] },
    {
      answered: (row) => {
        const { key, parent, service, status } = world.rows;
        expect(status[row]).toBe(200);
        // Not the first hop, and not what the pods of reviews ask.
        if (parent[row]! < 0 || world.services[service[row]!] !== 'reviews') return;
        const version = world.keys.name[key[row]!]!;
        versions.set(version, (versions.get(version) ?? 0) + 1);
      },
    },
  );
  world.runUntil(300e6);
  // Binomial(2000, 1/4): standard deviation 19.4; four of them.
  expect([...versions.keys()].sort()).toEqual(['v1', 'v3']);
  expect(versions.get('v1')! + versions.get('v3')!).toBe(2000);
  expect(Math.abs(versions.get('v3')! - 500)).toBeLessThan(78);
  expectNothingLeft(world);
});

test('what fails behind an egress gateway fails before it with the same status', () => {
  const noSubset = throughEgress.replace('subset: v1', 'subset: v9').replace('subset: v3', 'subset: v9');
  const seen = new Set<string>();
  const world: World = makeWorld(
    {
      manifests: resources(
        bookinfo,
        deployment('client', 'v1'),
        ingress(1, 'istio-egressgateway', 'egressgateway'),
        noSubset,
        subsets('reviews', 'v1'),
      ),
      traffic: [{ ...client, count: 5 } as Traffic],
    },
    {
      answered: (row) => {
        const { caller, service, status } = world.rows;
        seen.add(
          `${world.proxies.places[caller[row]!]!.workload} ${world.services[service[row]!]} ${status[row]}`,
        );
      },
    },
  );
  world.runUntil(60e6);
  expect(seen).toContain('istio-egressgateway reviews 503');
  expect(seen).toContain('client-v1 reviews 503');
  expectNothingLeft(world);
});

test('a gateway’s autoscaler follows the CPU of its proxies, which is all that its pods use', () => {
  const scaled = ingress(1).replace('image: auto', 'image: auto, resources: { requests: { cpu: 100m } }');
  const autoscaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: istio-ingressgateway, namespace: istio-system }
spec:
  minReplicas: 1
  maxReplicas: 5
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: istio-ingressgateway }
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } } }]
`;
  const { world, statuses } = watched({
    manifests: resources(bookinfo, scaled, autoscaler),
    traffic: [{ name: 'load', kind: 'constant', profile: [{ atUs: 0, rps: 400 }], shape: 'steps', request }],
  });
  world.runUntil(240e6);
  // 400 a second at 0.5 ms each are 200m: of 100m at 80 % that wants ceil(200 / 80) = 3 pods.
  expect(world.workloads.find('istio-ingressgateway', 'istio-system')!.replicas).toBe(3);
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test('a rolling restart of the gateway takes every client to another replica, and no page with it', () => {
  const { world, statuses, ofClient } = watched({
    manifests: resources(shop(3)),
    timeline: [{ atUs: 10e6, verb: 'restart', workload: 'istio-ingressgateway' } as never],
    traffic: [users(12, { maxAgeUs: Infinity })],
  });
  const old = new Set(gatewayPods(world));
  world.runUntil(240e6);
  expect(new Set(statuses)).toEqual(new Set([200]));
  for (const pods of ofClient.values()) expect([...pods].some((pod) => !old.has(pod))).toBe(true);
});
