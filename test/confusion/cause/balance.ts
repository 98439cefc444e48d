import {
  at,
  behaviourOf,
  callsTo,
  deploymentOf,
  entryRule,
  policyOf,
  serviceOf,
  shiftRules,
  type Mesh,
  type Target,
  type Written,
} from '../mesh.ts';
import type { Cause } from './cause.ts';
import { addBadPods } from './pods.ts';

/** Why pods, or versions, do not have the same, or are chosen though they are out of service. */
export const balanceCauses: Readonly<Record<string, Cause>> = {
  'kept TCP connections do not follow the weights': {
    finding: 'kept-connections',
    inject(mesh, random) {
      const { host, caller, old, next } = mesh.shift;
      if (caller === undefined) return false;
      const name = random.pick(['tcp', 'tcp-web', 'redis']);
      for (const own of new Set([host, old.destination.host, next.destination.host]))
        serviceOf(mesh, own).spec.ports[0].name = name;
      for (const { spec } of shiftRules(mesh)) {
        spec.tcp = spec.http;
        delete spec.http;
        delete spec.gateways;
        spec.hosts = [host];
      }
      mesh.spec.traffic = mesh.spec.traffic.filter(
        (own: Written) => own.from !== undefined || !mesh.shift.isByGateway,
      );
      for (const own of mesh.spec.traffic) if (own.from !== undefined) own.connections = 'keep';
      for (const own of callsTo(mesh, host)) own.connections = 'keep';
      return true;
    },
  },
  'a hash leads the only client to one version': {
    finding: 'sticky-clients',
    inject(mesh, random) {
      byPodsAlone(mesh);
      const tenant = random.pick(['acme', 'initech', 'globex']);
      for (const entry of mesh.spec.traffic) entry.headers = { 'x-tenant': tenant };
      for (const own of mesh.app)
        for (const step of own.script ?? [])
          if (step.call !== undefined) step.call.forwards = [...(step.call.forwards ?? []), 'x-tenant'];
      policyOf(mesh, mesh.shift.host).loadBalancer = {
        consistentHash: { httpHeaderName: 'x-tenant', ...random.pick([{}, { maglev: { tableSize: 251 } }]) },
      };
      return true;
    },
  },
  'the new version alone sets a cookie': {
    finding: 'absorbing-cookies',
    inject(mesh, random) {
      const { isByGateway, next } = mesh.shift;
      // Nobody passes on to a browser what the answer of a call inside the mesh sets.
      if (!isByGateway) return false;
      for (const entry of mesh.spec.traffic)
        if (entry.from === undefined) {
          entry.users = { count: 2 * entry.rps, think: { dist: 'exponential', mean: '2s' } };
          delete entry.arrivals;
          delete entry.rps;
        }
      const name = random.pick(['canary', 'session', 'release']);
      const age = random.pick(['', '; Max-Age=86400', '; Max-Age=3600; Path=/']);
      for (const { spec } of shiftRules(mesh)) {
        const own = spec.http[0].route.find(({ destination }: Written) =>
          isSame(destination, next.destination),
        );
        own.headers = { response: { add: { 'Set-Cookie': `${name}=v2${age}` } } };
        const match = [{ headers: { cookie: { regex: `.*${name}=v2.*` } } }];
        spec.http.unshift({ match, route: [{ destination: next.destination }] });
      }
      return true;
    },
  },
  'the new version is in another zone': {
    finding: 'locality-near',
    inject(mesh, random) {
      const { caller, otherCaller, host, old, next } = mesh.shift;
      if (caller === undefined) return false;
      byPodsAlone(mesh);
      const [near, far] = ['eu.a', random.pick(['eu.b', 'us.a'])];
      for (const workload of [caller, otherCaller ?? caller, old.workload]) placed(mesh, workload, near);
      placed(mesh, next.workload, far);
      policyOf(mesh, host).outlierDetection = { consecutive5xxErrors: 5, interval: '10s' };
      return true;
    },
  },
  'the new version warms up': {
    finding: 'warm-up',
    inject(mesh, random) {
      const { host, next } = mesh.shift;
      byPodsAlone(mesh);
      const own = deploymentOf(mesh, next.workload).spec;
      const { replicas } = own;
      own.replicas = 0;
      behaviourOf(mesh, next.workload).boot = '1s';
      at(mesh, random.between(3, 8), { scale: { workload: next.workload, replicas } });
      policyOf(mesh, host).loadBalancer = {
        simple: random.pick(['ROUND_ROBIN', 'LEAST_REQUEST']),
        warmup: { duration: `${random.between(200, 400)}s` },
      };
      return true;
    },
  },
  'proxies panic and send to ejected pods': {
    finding: 'panic',
    inject(mesh, random) {
      const { workload, destination } = mesh.shift.next;
      addBadPods(mesh, deploymentOf(mesh, workload).spec.replicas, { share: '100%', status: 500 });
      policyOf(mesh, destination.host).outlierDetection = {
        consecutive5xxErrors: 3,
        interval: '1s',
        baseEjectionTime: '60s',
        maxEjectionPercent: 100,
        minHealthPercent: random.between(60, 90),
      };
      return true;
    },
  },
};

/** No rule says which version answers: each has what its pods have. */
function byPodsAlone(mesh: Mesh): void {
  const { host, isByGateway } = mesh.shift;
  const rules = shiftRules(mesh);
  for (const [file, resources] of Object.entries(mesh.files))
    mesh.files[file] = resources.filter((own) => !rules.includes(own));
  mesh.inForce = mesh.inForce.filter((file) => mesh.files[file]!.length > 0);
  mesh.spec.timeline = [];
  if (isByGateway) mesh.files['mesh.yaml']!.push(entryRule(host));
}

const isSame = (one: Target['destination'], other: Target['destination']): boolean =>
  one.host === other.host && one.subset === other.subset;

/** Pods of a workload run in a locality, with dots for slashes. */
function placed(mesh: Mesh, workload: string, locality: string): void {
  deploymentOf(mesh, workload).spec.template.metadata.labels['istio-locality'] = locality;
}
