import { Random } from '../fuzz/random.ts';
import {
  behaviour,
  call,
  deployment,
  destinationRule,
  entryRule,
  gateway,
  policyOf,
  service,
  virtualService,
  visitors,
  work,
  type Mesh,
} from './mesh.ts';

const host = 'target';

/**
 * A mesh in which nothing is wrong, of random size: services that call each other in some tree, a shift in random steps, a
 * balancer, a control plane that is quick, and at most half of what the workers of the busiest pods can do.
 */
export function healthy(seed: number): Mesh {
  const random = new Random(`healthy/${seed}`);
  const others = Array.from({ length: random.between(1, 5) }, (_, at) => `svc${at}`);
  const replicas = (): number => random.between(1, 4);
  const rps = random.pick([20, 40, 80]);
  const p50 = random.between(2, 8);
  const versions = ['v1', 'v2', ...(random.chance(0.3) ? ['v3'] : [])];
  // Who calls the target, and in which service each other one is called.
  const parents = others.map((_, at) => (at === 0 ? undefined : random.below(at)));
  const calling = random.below(others.length);
  const weights = [0, random.between(5, 50), random.between(50, 100)];
  const rule = (next: number) =>
    virtualService(
      host,
      Object.fromEntries(
        versions.map((version, at) => {
          const third = versions.length > 2 && next < 90 ? 10 : 0;
          return [`${host} ${version}`, at === 0 ? 100 - next - third : at === 1 ? next : third];
        }),
      ),
    );
  const workers = random.chance(0.5) ? { concurrency: Math.ceil((rps * p50 * 3) / 1000) + 4 } : {};
  const mesh: Mesh = {
    shape: 'healthy',
    shift: {
      host,
      old: { workload: `${host}-v1`, destination: { host, subset: 'v1' } },
      next: { workload: `${host}-v2`, destination: { host, subset: 'v2' } },
      caller: others[calling],
      isByGateway: false,
    },
    files: {
      'mesh.yaml': [
        gateway,
        entryRule(others[0]!),
        service(host),
        ...others.map((name) => service(name)),
        ...others.map((name) => deployment(name, undefined, replicas())),
        ...versions.map((version) => deployment(host, version, replicas())),
        destinationRule(host, ...versions),
      ],
      ...Object.fromEntries(weights.map((next, at) => [`rule-${at}.yaml`, [rule(next)]])),
    },
    inForce: ['mesh.yaml', 'rule-0.yaml'],
    app: [
      ...others.map((name, at) =>
        behaviour(name, undefined, [
          work(random.between(1, 4)),
          ...parents.flatMap((parent, child) => (parent === at ? [call(others[child]!)] : [])),
          ...(at === calling ? [call(host)] : []),
        ]),
      ),
      ...versions.map((version) => ({ ...behaviour(host, version, [work(p50)]), ...workers })),
    ],
    spec: {
      duration: '40s',
      window: random.pick(['1s', '2s', '5s']),
      focus: host,
      traffic: [visitors(rps)],
      controlPlane: { preset: random.pick(['small', 'off']) },
      timeline: [
        { at: `${random.between(5, 12)}s`, apply: 'rule-1.yaml' },
        { at: `${random.between(18, 30)}s`, apply: 'rule-2.yaml' },
      ],
    },
  };
  const simple = random.pick([undefined, 'ROUND_ROBIN', 'RANDOM', 'LEAST_REQUEST']);
  if (simple !== undefined) policyOf(mesh, host).loadBalancer = { simple };
  return mesh;
}
