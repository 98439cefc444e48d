import {
  at,
  behaviourOf,
  callsTo,
  deploymentOf,
  everyResource,
  policyOf,
  shiftRoutes,
  type Mesh,
  type Written,
} from '../mesh.ts';
import type { Cause } from './cause.ts';

/** What befalls pods and what runs in them. */
export const podCauses: Readonly<Record<string, Cause>> = {
  'the new version has no pods': {
    finding: 'no-ready-pod',
    inject(mesh) {
      deploymentOf(mesh, mesh.shift.next.workload).spec.replicas = 0;
      return true;
    },
  },
  'the weight moves while the pods start': {
    finding: 'no-ready-pod',
    inject(mesh, random) {
      const { workload } = mesh.shift.next;
      deploymentOf(mesh, workload).spec.replicas = 0;
      behaviourOf(mesh, workload).boot = `${random.between(8, 14)}s`;
      at(mesh, 9, { scale: { workload, replicas: 2 } });
      return true;
    },
  },
  'the labels of the new version fit nothing': {
    finding: 'no-ready-pod',
    inject(mesh) {
      const { destination } = mesh.shift.next;
      for (const { kind, metadata, spec } of everyResource(mesh)) {
        if (kind === 'Service' && destination.subset === undefined && metadata.name === destination.host)
          spec.selector = { ...spec.selector, version: 'canaries' };
        if (kind === 'DestinationRule' && destination.subset !== undefined && spec.host === destination.host)
          spec.subsets.find((own: Written) => own.name === destination.subset).labels = { version: 'v22' };
      }
      return true;
    },
  },
  'the old pods go before the rule arrives': {
    finding: 'pods-removed-first',
    inject(mesh, random) {
      const { old, next } = mesh.shift;
      const rule = structuredClone(mesh.files['shift-60.yaml']!);
      mesh.files['shift-100.yaml'] = rule;
      for (const own of rule)
        for (const route of own.spec.http) route.route = [{ destination: next.destination }];
      const seconds = random.between(30, 38);
      mesh.spec.controlPlane = { preset: 'small', network: `${random.between(2000, 3000)}ms` };
      at(mesh, seconds, { apply: 'shift-100.yaml' });
      at(mesh, seconds, { scale: { workload: old.workload, replicas: 0 } });
      return true;
    },
  },
  'the new version fails': {
    finding: 'version-fails',
    inject(mesh, random) {
      behaviourOf(mesh, mesh.shift.next.workload).fails = {
        share: `${random.between(5, 60)}%`,
        status: 500,
      };
      return true;
    },
  },
  'one of its pods fails': {
    finding: 'version-fails',
    inject(mesh, random) {
      addBadPods(mesh, 1, { share: `${random.between(30, 100)}%`, status: 500 });
      return true;
    },
  },
  'one pod fails, and may not be ejected': {
    finding: 'outlier-cannot-eject',
    inject(mesh, random) {
      addBadPods(mesh, 1, { share: `${random.between(80, 100)}%`, status: 500 });
      policyOf(mesh, mesh.shift.next.destination.host).outlierDetection = {
        consecutive5xxErrors: 3,
        interval: '1s',
        baseEjectionTime: '30s',
        ...random.pick([{}, { maxEjectionPercent: 10 }]),
      };
      return true;
    },
  },
  'another service fails': {
    finding: 'version-fails',
    inject(mesh, random) {
      const other = otherService(mesh);
      if (other === undefined) return false;
      other.fails = { share: `${random.between(5, 30)}%`, status: 500 };
      return true;
    },
  },
  'the new version breaks connections': {
    finding: 'pods-lost',
    inject(mesh, random) {
      behaviourOf(mesh, mesh.shift.next.workload).fails = {
        share: `${random.between(5, 30)}%`,
        by: 'reset',
      };
      return true;
    },
  },
  'the new version is slow': {
    finding: 'version-slow',
    inject(mesh, random) {
      const own = behaviourOf(mesh, mesh.shift.next.workload);
      own.script = [{ work: `${random.between(1300, 2500)}ms` }, ...own.script];
      return true;
    },
  },
  'another service is slow': {
    finding: 'version-slow',
    inject(mesh, random) {
      const other = otherService(mesh);
      if (other === undefined) return false;
      other.script = [{ work: `${random.between(1300, 2500)}ms` }, ...other.script];
      return true;
    },
  },
  'nobody says what the new version does': {
    finding: 'unknown-application',
    inject(mesh) {
      mesh.app.splice(mesh.app.indexOf(behaviourOf(mesh, mesh.shift.next.workload)), 1);
      return true;
    },
  },
  'the caller has no sidecar': {
    finding: 'caller-without-proxy',
    inject(mesh) {
      if (mesh.shift.caller === undefined) return false;
      deploymentOf(mesh, mesh.shift.caller).spec.template.metadata.annotations = {
        'sidecar.istio.io/inject': 'false',
      };
      return true;
    },
  },
  'callers do not wait': {
    finding: 'timeout-cuts',
    inject(mesh, random) {
      for (const entry of mesh.spec.traffic) entry.patience = `${random.between(8, 10)}ms`;
      for (const { host, old, next } of [mesh.shift])
        for (const workload of [old.workload, next.workload]) {
          void host;
          behaviourOf(mesh, workload).script.unshift({ work: '8ms' });
        }
      return true;
    },
  },
  'retries hide that the new version fails': {
    finding: 'retries-hide',
    inject(mesh, random) {
      behaviourOf(mesh, mesh.shift.next.workload).fails = {
        share: `${random.between(8, 15)}%`,
        status: 503,
      };
      for (const own of callsTo(mesh, mesh.shift.host)) own.tries = 1;
      for (const route of shiftRoutes(mesh)) route.retries = { attempts: 10, retryOn: '5xx' };
      return true;
    },
  },
};

/** Further pods of the new version, on a bad node: under the same labels, and one of their own. */
export function addBadPods(mesh: Mesh, replicas: number, fails: Written): void {
  const { workload } = mesh.shift.next;
  const bad = structuredClone(deploymentOf(mesh, workload));
  bad.metadata.name = `${workload}-on-a-bad-node`;
  bad.spec.replicas = replicas;
  bad.spec.selector.matchLabels['node'] = 'bad';
  bad.spec.template.metadata.labels.node = 'bad';
  mesh.files['mesh.yaml']!.push(bad);
  const well = behaviourOf(mesh, workload);
  mesh.app.unshift({ ...well, name: bad.metadata.name, match: { ...well.match, node: 'bad' }, fails });
}

/** What runs in a workload that is called, and is not shifted. */
function otherService(mesh: Mesh): Written | undefined {
  const { old, next } = mesh.shift;
  const shifted = [behaviourOf(mesh, old.workload), behaviourOf(mesh, next.workload)];
  const called = mesh.app
    .filter((own) => !shifted.includes(own))
    .flatMap(({ script }) => script)
    .concat(shifted.flatMap(({ script }) => script))
    .flatMap((step: Written) => (step.call === undefined ? [] : [step.call.host]));
  return mesh.app.find(
    (own) => !shifted.includes(own) && called.includes(own.match.app) && own.match.app !== mesh.shift.host,
  );
}
