import { parse } from 'yaml';
import { bookinfoApp } from '../../src/mesh/app/bookinfo.ts';
import {
  behaviour,
  call,
  deployment,
  destinationRule,
  entryRule,
  gateway,
  service,
  virtualService,
  visitors,
  work,
  type Mesh,
  type Written,
} from './mesh.ts';

/** Meshes in which all is well: a shift in two steps, within what the pods can do. */
export const shapes: Readonly<Record<string, () => Mesh>> = {
  bookinfo,
  'two Services': twoServices,
  'chain of five': chainOfFive,
  'fan-out': fanOut,
  'inside callers': insideCallers,
  'several versions': severalVersions,
};

/** Weights of old and new along the shift. */
const steps = [
  { file: 'rule.yaml', next: 0 },
  { file: 'shift-30.yaml', next: 30 },
  { file: 'shift-60.yaml', next: 60 },
] as const;

/** @param rule the rule that gives `next` percent to the new version */
function mesh(
  own: Pick<Mesh, 'shape' | 'app' | 'shift'> & {
    readonly resources: Written[];
    readonly traffic: Written[];
    readonly rule: (next: number) => Written;
  },
): Mesh {
  return structuredClone({
    shape: own.shape,
    app: own.app,
    shift: own.shift,
    files: {
      'mesh.yaml': own.resources,
      ...Object.fromEntries(steps.map(({ file, next }) => [file, [own.rule(next)]])),
    },
    inForce: ['mesh.yaml', 'rule.yaml'],
    spec: {
      duration: '45s',
      window: '1s',
      focus: own.shift.host,
      traffic: own.traffic,
      timeline: [
        { at: '10s', apply: 'shift-30.yaml' },
        { at: '25s', apply: 'shift-60.yaml' },
      ],
    },
  });
}

const subsetsOf = (host: string): Pick<Mesh['shift'], 'old' | 'next'> => ({
  old: { workload: `${host}-v1`, destination: { host, subset: 'v1' } },
  next: { workload: `${host}-v2`, destination: { host, subset: 'v2' } },
});

function bookinfo(): Mesh {
  const host = 'reviews';
  return mesh({
    shape: 'bookinfo',
    resources: [
      gateway,
      entryRule('productpage'),
      ...['productpage', 'details', 'ratings', host].map((name) => service(name)),
      ...['productpage', 'details', 'ratings'].map((name) => deployment(name, 'v1')),
      ...['v1', 'v2', 'v3'].map((version) => deployment(host, version)),
      destinationRule(host, 'v1', 'v2', 'v3'),
    ],
    app: (parse(bookinfoApp) as Written).spec.workloads,
    traffic: [visitors(40)],
    rule: (next) => virtualService(host, { [`${host} v1`]: 100 - next, [`${host} v3`]: next }),
    shift: {
      host,
      old: { workload: 'reviews-v1', destination: { host, subset: 'v1' } },
      next: { workload: 'reviews-v3', destination: { host, subset: 'v3' } },
      caller: 'productpage-v1',
      isByGateway: false,
    },
  });
}

function twoServices(): Mesh {
  return mesh({
    shape: 'two Services',
    resources: [
      gateway,
      entryRule('front'),
      service('front'),
      service('web'),
      service('web-stable', { app: 'web', version: 'stable' }),
      service('web-canary', { app: 'web', version: 'canary' }),
      deployment('front', undefined),
      deployment('web', 'stable'),
      deployment('web', 'canary'),
    ],
    app: [
      behaviour('front', undefined, [work(2), call('web')]),
      behaviour('web', 'stable', [work(5)]),
      behaviour('web', 'canary', [work(6)]),
    ],
    traffic: [visitors(60)],
    rule: (next) => virtualService('web', { 'web-stable': 100 - next, 'web-canary': next }),
    shift: {
      host: 'web',
      old: { workload: 'web-stable', destination: { host: 'web-stable' } },
      next: { workload: 'web-canary', destination: { host: 'web-canary' } },
      caller: 'front',
      isByGateway: false,
    },
  });
}

function chainOfFive(): Mesh {
  const [host, others] = ['orders', ['shop', 'cart', 'stock', 'ledger']] as const;
  return mesh({
    shape: 'chain of five',
    resources: [
      gateway,
      entryRule('shop'),
      ...[...others, host].map((name) => service(name)),
      ...others.map((name) => deployment(name, undefined)),
      deployment(host, 'v1'),
      deployment(host, 'v2'),
      destinationRule(host, 'v1', 'v2'),
    ],
    app: [
      behaviour('shop', undefined, [work(2), call('cart')]),
      behaviour('cart', undefined, [work(3), call(host)]),
      behaviour(host, 'v1', [work(4), call('stock')]),
      behaviour(host, 'v2', [work(5), call('stock')]),
      behaviour('stock', undefined, [work(3), call('ledger')]),
      behaviour('ledger', undefined, [work(2)]),
    ],
    traffic: [visitors(50)],
    rule: (next) => virtualService(host, { [`${host} v1`]: 100 - next, [`${host} v2`]: next }),
    shift: { host, ...subsetsOf(host), caller: 'cart', isByGateway: false },
  });
}

function fanOut(): Mesh {
  const [host, others] = ['price', ['users', 'stock', 'ads', 'search', 'basket']] as const;
  return mesh({
    shape: 'fan-out',
    resources: [
      gateway,
      entryRule('hub'),
      service('hub'),
      service(host),
      ...others.map((name) => service(name)),
      deployment('hub', undefined, 3),
      ...others.map((name) => deployment(name, undefined)),
      deployment(host, 'v1', 3),
      deployment(host, 'v2', 3),
      destinationRule(host, 'v1', 'v2'),
    ],
    app: [
      behaviour('hub', undefined, [work(3), ...[...others, host].map((name) => call(name))]),
      ...others.map((name) => behaviour(name, undefined, [work(2)])),
      behaviour(host, 'v1', [work(5)]),
      behaviour(host, 'v2', [work(5)]),
    ],
    traffic: [visitors(40)],
    rule: (next) => virtualService(host, { [`${host} v1`]: 100 - next, [`${host} v2`]: next }),
    shift: { host, ...subsetsOf(host), caller: 'hub', isByGateway: false },
  });
}

function insideCallers(): Mesh {
  const host = 'store';
  const asks = { host: `${host}:9080`, path: '/', arrivals: 'poisson' };
  return mesh({
    shape: 'inside callers',
    resources: [
      gateway,
      service(host),
      deployment('batch', undefined, 2),
      deployment('kiosk', undefined, 2),
      deployment(host, 'v1', 3),
      deployment(host, 'v2', 3),
      destinationRule(host, 'v1', 'v2'),
    ],
    app: [
      behaviour('batch', undefined, []),
      behaviour('kiosk', undefined, []),
      behaviour(host, 'v1', [work(5)]),
      behaviour(host, 'v2', [work(5)]),
    ],
    traffic: [
      { name: 'batch', from: 'batch', rps: 50, ...asks },
      { name: 'kiosk', from: 'kiosk', rps: 40, ...asks },
      visitors(40),
    ],
    rule: (next) =>
      virtualService(
        host,
        { [`${host} v1`]: 100 - next, [`${host} v2`]: next },
        { hosts: [host, 'bookinfo.example.com'], gateways: ['mesh', 'entry'] },
      ),
    shift: { host, ...subsetsOf(host), caller: 'batch', otherCaller: 'kiosk', isByGateway: true },
  });
}

function severalVersions(): Mesh {
  const [host, versions] = ['shop', ['v1', 'v2', 'v3', 'v4']] as const;
  return mesh({
    shape: 'several versions',
    resources: [
      gateway,
      service(host),
      service('pay'),
      ...versions.map((version) => deployment(host, version)),
      deployment('pay', 'v1'),
      deployment('pay', 'v2'),
      destinationRule(host, ...versions),
      destinationRule('pay', 'v1', 'v2'),
      virtualService('pay', { 'pay v1': 50, 'pay v2': 50 }),
    ],
    app: [
      ...versions.map((version) => behaviour(host, version, [work(4), call('pay')])),
      behaviour('pay', 'v1', [work(3)]),
      behaviour('pay', 'v2', [work(4)]),
    ],
    traffic: [visitors(60)],
    rule: (next) =>
      virtualService(
        host,
        {
          [`${host} v1`]: 80 - next,
          [`${host} v2`]: next,
          [`${host} v3`]: 15,
          [`${host} v4`]: 5,
        },
        { hosts: ['*'], gateways: ['entry'] },
      ),
    shift: { host, ...subsetsOf(host), caller: undefined, isByGateway: true },
  });
}
