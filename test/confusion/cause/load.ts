import { at, behaviourOf, deploymentOf, policyOf, shiftRoutes, type Mesh, type Written } from '../mesh.ts';
import type { Cause } from './cause.ts';

/** Too much for the pods, or for what bounds them; and autoscalers that do not help. */
export const loadCauses: Readonly<Record<string, Cause>> = {
  'the new version is short of CPU': {
    finding: 'overloaded',
    inject(mesh, random) {
      // 30 % come to 1.2 to 1.5 times what its pods can do.
      shortOfCpu(mesh, rateOf(mesh) * 0.3, random.between(120, 150) / 100);
      return true;
    },
  },
  'the new version is short of workers': {
    finding: 'overloaded',
    inject(mesh, random) {
      workers(mesh, rateOf(mesh) * 0.3, random.between(115, 150) / 100, 2);
      return true;
    },
  },
  'a hash sends all clients to one pod': {
    finding: 'hot-pod',
    inject(mesh, random) {
      const { workload, destination } = mesh.shift.next;
      deploymentOf(mesh, workload).spec.replicas = 4;
      // One pod of four is given all that two of them can do.
      workers(mesh, rateOf(mesh) * 0.6, random.between(45, 60) / 100, 4);
      for (const entry of mesh.spec.traffic) entry.headers = { 'x-tenant': 'acme' };
      for (const own of mesh.app)
        for (const step of own.script ?? [])
          if (step.call !== undefined) step.call.forwards = [...(step.call.forwards ?? []), 'x-tenant'];
      policyOf(mesh, destination.host).loadBalancer = { consistentHash: { httpHeaderName: 'x-tenant' } };
      return true;
    },
  },
  'new pods warm up, and the old one burns': {
    finding: 'hot-pod',
    inject(mesh, random) {
      const { workload, destination } = mesh.shift.next;
      deploymentOf(mesh, workload).spec.replicas = 1;
      behaviourOf(mesh, workload).boot = '1s';
      // Five pods can do 2.8 times the work, one of them a good half of it.
      workers(mesh, rateOf(mesh) * 0.6, 1 / 2.8, 5);
      at(mesh, 4, { scale: { workload, replicas: 5 } });
      policyOf(mesh, destination.host).loadBalancer = {
        simple: 'ROUND_ROBIN',
        warmup: { duration: `${random.between(300, 400)}s`, minimumPercent: 10 },
      };
      return true;
    },
  },
  'a circuit breaker is too small': {
    finding: 'breaker-opens',
    inject(mesh, random) {
      const { old, next } = mesh.shift;
      for (const { workload } of [old, next]) behaviourOf(mesh, workload).script.unshift({ work: '150ms' });
      for (const host of new Set([old.destination.host, next.destination.host]))
        policyOf(mesh, host).connectionPool = {
          tcp: { maxConnections: 1 },
          http: { http1MaxPendingRequests: random.pick([1, 2]) },
        };
      return true;
    },
  },
  'mirrored copies overload the new version': {
    finding: 'mirrored',
    inject(mesh, random) {
      const { next } = mesh.shift;
      for (const route of shiftRoutes(mesh)) route.mirror = next.destination;
      // Its 30 % of the requests and a copy of each: 1.3 of them; without the copies there would be room.
      workers(mesh, rateOf(mesh) * 1.3, random.between(120, 140) / 100, 2);
      return true;
    },
  },
  'retries make an overload worse': {
    finding: 'retries-amplify',
    inject(mesh, random) {
      // A little too much by itself; each try that takes too long is tried again, and goes on all the same.
      workers(mesh, rateOf(mesh) * 0.3, random.between(102, 112) / 100, 2);
      for (const route of shiftRoutes(mesh))
        route.retries = { attempts: 5, perTryTimeout: '300ms', retryOn: '5xx,reset,connect-failure' };
      return true;
    },
  },
  'an idle helper hides the load from the autoscaler': {
    finding: 'autoscaler-out-of-reach',
    inject(mesh, random) {
      shortOfCpu(mesh, rateOf(mesh) * 0.3, random.between(120, 150) / 100);
      const { containers } = deploymentOf(mesh, mesh.shift.next.workload).spec.template.spec;
      containers.push({
        name: 'log-shipper',
        image: 'none',
        resources: { requests: { cpu: `${random.between(800, 1200)}m` } },
      });
      autoscaler(mesh, 10);
      return true;
    },
  },
  'the autoscaler is at its limit': {
    finding: 'autoscaler-at-limit',
    inject(mesh, random) {
      lasting(mesh, 120);
      shortOfCpu(mesh, rateOf(mesh) * 0.6, random.between(130, 160) / 100);
      autoscaler(mesh, 2);
      return true;
    },
  },
  'the autoscaler is late': {
    finding: 'autoscaler-late',
    inject(mesh, random) {
      lasting(mesh, 120);
      shortOfCpu(mesh, rateOf(mesh) * 0.3, random.between(120, 150) / 100);
      behaviourOf(mesh, mesh.shift.next.workload).boot = `${random.between(20, 30)}s`;
      autoscaler(mesh, 20);
      return true;
    },
  },
  'the autoscaler has no request to go by': {
    finding: 'autoscaler-cannot-decide',
    inject(mesh) {
      lasting(mesh, 60);
      autoscaler(mesh, 10);
      return true;
    },
  },
};

/** Requests a second that come to what is shifted. */
function rateOf(mesh: Mesh): number {
  const entries: Written[] = mesh.spec.traffic;
  return entries.reduce((sum, { rps }) => sum + rps, 0);
}

/** So many workers a pod, and work such that `rate` is `load` times what `pods` of them can do. */
function workers(mesh: Mesh, rate: number, load: number, pods: number): void {
  const own = behaviourOf(mesh, mesh.shift.next.workload);
  own.concurrency = 4;
  const calls = own.script.filter((step: Written) => step.call !== undefined);
  own.script = [{ work: `${Math.round((1e6 * load * pods * own.concurrency) / rate)}us` }, ...calls];
}

/** CPU limits such that `rate` is `load` times what its pods can do. */
function shortOfCpu(mesh: Mesh, rate: number, load: number): void {
  const { workload } = mesh.shift.next;
  const own = behaviourOf(mesh, workload);
  const { spec } = deploymentOf(mesh, workload);
  const calls = own.script.filter((step: Written) => step.call !== undefined);
  own.cpu = 0;
  delete own.cpu;
  // rate / 2 pods requests a second in each, of so much CPU that 300m are 1 / load of it.
  own.script = [{ cpu: `${Math.round((1e6 * 0.3 * load * spec.replicas) / rate)}us` }, ...calls];
  spec.template.spec.containers[0].resources = { requests: { cpu: '200m' }, limits: { cpu: '300m' } };
}

/** The shift as before, and time for autoscalers afterwards. */
function lasting(mesh: Mesh, seconds: number): void {
  mesh.spec.duration = `${seconds}s`;
}

function autoscaler(mesh: Mesh, maxReplicas: number): void {
  const { workload } = mesh.shift.next;
  mesh.files['mesh.yaml']!.push({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: workload },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: workload },
      minReplicas: 2,
      maxReplicas,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
    },
  });
}
