import {
  at,
  callsTo,
  everyResource,
  policyOf,
  serviceOf,
  shiftRoutes,
  shiftRules,
  virtualService,
  type Mesh,
  type Written,
} from '../mesh.ts';
import type { Cause } from './cause.ts';

/** What is written wrongly: names, subsets, rules, their order. */
export const ruleCauses: Readonly<Record<string, Cause>> = {
  'a host is misspelt': {
    finding: 'no-such-host',
    inject(mesh, random) {
      const { host } = mesh.shift;
      const wrong = random.pick([`${host}s`, `${host}-v2`, `${host}.other`]);
      const calls = callsTo(mesh, host);
      for (const own of calls) own.host = wrong;
      const asked = mesh.spec.traffic.filter((own: Written) => own.from !== undefined);
      for (const own of asked) own.host = `${wrong}:9080`;
      return calls.length + asked.length > 0;
    },
  },
  'no DestinationRule defines the subset': {
    finding: 'subset-missing',
    inject(mesh, random) {
      if (mesh.shift.next.destination.subset === undefined) return false;
      const wrong = random.pick(['v20', 'canary', 'next']);
      for (const { destination } of routesTo(mesh, 'next')) destination.subset = wrong;
      return true;
    },
  },
  'the rule comes before its subset': {
    finding: 'subset-missing',
    inject(mesh, random) {
      const { subset } = mesh.shift.next.destination;
      if (subset === undefined) return false;
      const whole = takeOut(mesh, 'DestinationRule', mesh.shift.host);
      const without = structuredClone(whole);
      without.spec.subsets = whole.spec.subsets.filter((own: Written) => own.name !== subset);
      mesh.files['mesh.yaml']!.push(without);
      mesh.files['subsets.yaml'] = [whole];
      at(mesh, 10 + random.between(2, 9), { apply: 'subsets.yaml' });
      return true;
    },
  },
  'the subset is deleted while a rule names it': {
    finding: 'subset-deleted',
    inject(mesh, random) {
      if (mesh.shift.next.destination.subset === undefined) return false;
      mesh.files['subsets.yaml'] = [takeOut(mesh, 'DestinationRule', mesh.shift.host)];
      mesh.inForce.push('subsets.yaml');
      at(mesh, random.between(15, 38), { delete: 'subsets.yaml' });
      return true;
    },
  },
  'no match of the rule fits': {
    finding: 'no-route',
    inject(mesh, random) {
      for (const route of routesOf(mesh, random.pick(['shift-30.yaml', 'shift-60.yaml'])))
        route.match = [{ headers: { 'x-beta': { exact: 'yes' } } }];
      return true;
    },
  },
  'a rule answers by itself': {
    finding: 'pages-failed',
    inject(mesh, random) {
      const status = random.pick([403, 503]);
      for (const { spec } of rulesOf(mesh, 'shift-60.yaml')) spec.http = [{ directResponse: { status } }];
      return true;
    },
  },
  'the rule is for the gateway alone': {
    finding: 'rule-not-for-all-callers',
    inject(mesh) {
      if (!mesh.shift.isByGateway || mesh.shift.caller === undefined) return false;
      for (const { spec } of shiftRules(mesh)) spec.gateways = ['entry'];
      return true;
    },
  },
  'the rule splits for one caller alone': {
    finding: 'rule-not-for-all-callers',
    inject(mesh) {
      const { otherCaller, old } = mesh.shift;
      if (otherCaller === undefined) return false;
      for (const { spec } of shiftRules(mesh)) {
        const [route] = spec.http;
        spec.http = [
          { ...route, match: [{ sourceLabels: { app: otherCaller } }] },
          { route: [{ destination: old.destination }] },
        ];
      }
      return true;
    },
  },
  'an http rule for a tcp port': {
    finding: 'http-rule-on-tcp-port',
    inject(mesh, random) {
      const { host, caller, old, next } = mesh.shift;
      if (caller === undefined) return false;
      const name = random.pick(['tcp-web', 'redis', 'tls']);
      for (const own of new Set([host, old.destination.host, next.destination.host]))
        serviceOf(mesh, own).spec.ports[0].name = name;
      return true;
    },
  },
  'an older rule hides it': {
    finding: 'older-rule-hides',
    inject(mesh) {
      const { host, old, caller } = mesh.shift;
      if (caller === undefined) return false;
      const older = virtualService('a-legacy', { [host]: 100 }, { hosts: [host] });
      older.spec.http[0].route = [{ destination: old.destination }];
      mesh.files['mesh.yaml']!.push(older);
      return true;
    },
  },
  'it is exported to nobody who calls': {
    finding: 'rule-not-visible',
    inject(mesh) {
      if (mesh.shift.caller === undefined) return false;
      const rules = everyResource(mesh).filter(
        (own) => own.kind === 'VirtualService' && (own.spec.hosts as string[]).includes(mesh.shift.host),
      );
      for (const own of rules) own.spec.exportTo = ['elsewhere'];
      return rules.length > 0;
    },
  },
  'both destinations hold the same pods': {
    finding: 'destinations-share-pods',
    inject(mesh) {
      const { host, next } = mesh.shift;
      if (next.destination.subset === undefined) {
        for (const name of [next.destination.host, mesh.shift.old.destination.host])
          serviceOf(mesh, name).spec.selector = { app: host };
      } else {
        const rule = everyResource(mesh).find(
          (own) => own.kind === 'DestinationRule' && own.metadata.name === host,
        );
        for (const own of rule.spec.subsets) own.labels = { app: host };
      }
      return true;
    },
  },
  'a rule aborts requests': {
    finding: 'fault-rule',
    inject(mesh, random) {
      const fault = { abort: { httpStatus: 500, percentage: { value: random.between(5, 40) } } };
      for (const route of shiftRoutes(mesh)) route.fault = fault;
      return true;
    },
  },
  'a rule delays requests': {
    finding: 'fault-rule',
    inject(mesh, random) {
      const fixedDelay = `${random.between(1200, 2500)}ms`;
      const fault = { delay: { fixedDelay, percentage: { value: random.between(10, 50) } } };
      for (const route of shiftRoutes(mesh)) route.fault = fault;
      return true;
    },
  },
  'a rule’s delay meets the caller’s patience': {
    finding: 'fault-rule',
    inject(mesh, random) {
      const calls = callsTo(mesh, mesh.shift.host);
      for (const own of calls) Object.assign(own, { timeout: '500ms', tries: 1 });
      const fault = { delay: { fixedDelay: `${random.between(2, 5)}s`, percentage: { value: 30 } } };
      for (const route of shiftRoutes(mesh)) route.fault = fault;
      return calls.length > 0;
    },
  },
  'the rule’s timeout is too short': {
    finding: 'timeout-cuts',
    inject(mesh, random) {
      for (const route of shiftRoutes(mesh)) route.timeout = `${random.between(4, 6)}ms`;
      return true;
    },
  },
  'something that the model leaves out': {
    finding: 'left-out',
    inject(mesh, random) {
      mesh.files['mesh.yaml']!.push({
        apiVersion: 'security.istio.io/v1',
        metadata: { name: 'all' },
        ...random.pick([
          { kind: 'AuthorizationPolicy', spec: { rules: [{ to: [{ operation: { methods: ['GET'] } }] }] } },
          { kind: 'RequestAuthentication', spec: { jwtRules: [{ issuer: 'shop' }] } },
        ]),
      });
      return true;
    },
  },
  'the control plane is slow': {
    finding: 'stale-proxy',
    inject(mesh, random) {
      mesh.spec.controlPlane = { preset: 'small', network: `${random.between(11, 14)}s` };
      return true;
    },
  },
  'the Service is headless': {
    finding: 'headless',
    inject(mesh) {
      const { host, caller, old, next } = mesh.shift;
      if (caller === undefined) return false;
      for (const own of new Set([host, old.destination.host, next.destination.host]))
        serviceOf(mesh, own).spec.clusterIP = 'None';
      return true;
    },
  },
  'outlier detection ejects too many': {
    finding: 'all-pods-ejected',
    inject(mesh, random) {
      const { next } = mesh.shift;
      const behaviour = mesh.app.find((own) => own.name === next.workload || own.name === `${next.workload}`);
      if (behaviour === undefined) return false;
      behaviour.fails = { share: `${random.between(4, 8)}%`, status: 500 };
      policyOf(mesh, next.destination.host).outlierDetection = {
        consecutive5xxErrors: 1,
        interval: '1s',
        baseEjectionTime: '60s',
        maxEjectionPercent: 100,
      };
      return true;
    },
  },
};

const rulesOf = (mesh: Mesh, file: string): Written[] =>
  mesh.files[file]!.filter(({ kind }) => kind === 'VirtualService');

const routesOf = (mesh: Mesh, file: string): Written[] =>
  rulesOf(mesh, file).flatMap(({ spec }) => spec.http);

function routesTo(mesh: Mesh, which: 'old' | 'next'): Written[] {
  const { host, subset } = mesh.shift[which].destination;
  return shiftRoutes(mesh)
    .flatMap(({ route }) => route)
    .filter(({ destination }: Written) => destination.host === host && destination.subset === subset);
}

function takeOut(mesh: Mesh, kind: string, name: string): Written {
  const list = mesh.files['mesh.yaml']!;
  const place = list.findIndex((own) => own.kind === kind && own.metadata.name === name);
  return list.splice(place, 1)[0];
}
