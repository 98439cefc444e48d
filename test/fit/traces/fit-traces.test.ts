import { describe, expect, test } from 'vitest';
import { drawLaw } from '../../../src/fit/law.ts';
import { Names } from '../../../src/fit/names.ts';
import { fitTraces, type FittedTraces, type FittedWorkload } from '../../../src/fit/traces/fit-traces.ts';
import { readTraces } from '../../../src/fit/traces/format/index.ts';
import type { FittedCall, FittedScript } from '../../../src/fit/traces/script.ts';
import { Chance } from '../../../src/kernel/chance.ts';
import {
  asJaeger,
  asOtlp,
  asZipkin,
  madeHopMs,
  madeUpTraces,
  type MadeService,
  type MadeSpan,
  type MadeSystem,
} from '../../support/made-up-traces.ts';

const formats: Readonly<Record<string, (spans: readonly MadeSpan[]) => string>> = {
  Jaeger: (spans) => JSON.stringify(asJaeger(spans)),
  Zipkin: (spans) => JSON.stringify(asZipkin(spans)),
  'OTLP, a document a line, traces scattered over them': (spans) =>
    asOtlp(spans, false)
      .map((document) => JSON.stringify(document))
      .join('\n'),
  'Tempo, a trace a line, ids in base64': (spans) =>
    asOtlp(spans, true)
      .map((document) => JSON.stringify(document))
      .join('\n'),
};

function fitted(system: MadeSystem, format = 'Jaeger'): FittedTraces {
  const file = readTraces(formats[format]!(madeUpTraces(system)))!;
  return fitTraces({ spans: file.spans, names: new Names() });
}

const workload = (fit: FittedTraces, name: string): FittedWorkload =>
  fit.workloads.find((own) => own.name === name)!;

/** A script in a line; calls side by side in brackets. */
const shape = (script: FittedScript): string =>
  script.steps
    .map((step) =>
      step.kind === 'work'
        ? 'work'
        : step.kind === 'call'
          ? callText(step.call)
          : `(${step.calls.map(callText).sort().join(' | ')})`,
    )
    .join(', ');

const callText = ({ host, awaits, probability }: FittedCall): string =>
  `${host}${probability.value === 1 ? '' : ' maybe'}${awaits ? '' : ' later'}`;

const callsOf = ({ steps }: FittedScript): FittedCall[] =>
  steps.flatMap((step) => (step.kind === 'work' ? [] : step.kind === 'call' ? [step.call] : step.calls));

const leaf = (name: string, p50: number, p99: number, version?: string): MadeService => ({
  name,
  pods: 2,
  ...(version === undefined ? {} : { version }),
  script: [{ work: [p50, p99] }],
});

/** Side by side, optional, not awaited, one after the other, and scripts by path. */
const bank: MadeSystem = {
  seed: 'bank',
  traces: 900,
  sidecars: true,
  sdk: ['desk'],
  lost: 0.003,
  entries: [
    { to: 'desk', path: '/report', weight: 3 },
    { to: 'desk', path: '/users/17/close', weight: 1, method: 'POST' },
    { to: 'rates', path: '/rates', weight: 1 },
  ],
  services: [
    {
      name: 'desk',
      pods: 2,
      version: 'blue',
      script: [
        { work: [2, 5] },
        { together: [{ call: 'rates' }, { call: 'ledger', path: '/sum' }] },
        { work: [1.5, 4] },
        { call: 'audit', probability: 0.3 },
        { work: [3, 8] },
        { call: 'press', awaits: false },
        { work: [1, 3] },
      ],
      paths: { '/users/17/close': [{ work: [4, 9] }, { call: 'ledger', path: '/close' }] },
    },
    leaf('rates', 8, 20),
    leaf('ledger', 12, 40, 'v1'),
    leaf('ledger', 20, 50, 'v2'),
    leaf('audit', 5, 12),
    leaf('press', 90, 200),
  ],
};

describe.each(Object.keys(formats))('from traces of %s', (format) => {
  const fit = fitted(bank, format);
  const desk = workload(fit, 'desk-blue');

  test('calls side by side, optional ones and those that nobody waits for stand in the script in their order', () => {
    expect(shape(desk.script)).toBe('work, (ledger | rates), work, audit maybe, work, press later, work');
    const audit = callsOf(desk.script).find(({ host }) => host === 'audit')!;
    expect(audit.probability.low).toBeLessThan(0.3);
    expect(audit.probability.high).toBeGreaterThan(0.3);
  });

  test('paths with other calls have a script of their own, ids in them are any part', () => {
    expect(desk.paths.map(({ paths, script }) => [paths, shape(script)])).toEqual([
      [['/users/*/close'], 'work, ledger'],
    ]);
    expect(callsOf(desk.paths[0]!.script)[0]!.path).toBe('/close');
  });

  test('each stretch between calls has its own law', () => {
    const laws = desk.script.steps.flatMap((step) => (step.kind === 'work' ? [step.law] : []));
    expect(laws.map(({ law }) => law.dist)).toEqual(Array.from({ length: 4 }, () => 'lognormal'));
    [
      [2, 5],
      [1.5, 4],
      [3, 8],
      [1, 3],
    ].forEach(([p50, p99], at) => {
      const { p50: seenP50, p99: seenP99 } = laws[at]!;
      // Standard errors of the logarithms: sigma / sqrt(n), and 1.92 times that for the 99th percentile; three of them.
      const error = Math.log(p99! / p50!) / 2.326 / Math.sqrt(seenP50.n);
      expect(Math.abs(Math.log(seenP50.value / p50!))).toBeLessThan(3 * error);
      expect(Math.abs(Math.log(seenP99.value / p99!))).toBeLessThan(3 * 1.92 * error);
    });
  });

  test('own times are by version, and without the calls', () => {
    for (const [name, p50] of [
      ['ledger-v1', 12],
      ['ledger-v2', 20],
      ['rates', 8],
      ['press', 90],
    ] as const) {
      const own = workload(fit, name).own!;
      expect(own.p50.low, name).toBeLessThan(p50);
      expect(own.p50.high, name).toBeGreaterThan(p50 * 0.99);
    }
  });

  test('edges, entries and the way between sidecars are those of the system', () => {
    expect(fit.edges.map(({ from, to, isApart }) => `${from} ${to}${isApart ? ' apart' : ''}`)).toEqual([
      'desk audit',
      'desk ledger',
      'desk press',
      'desk rates',
    ]);
    expect(fit.entries.map(({ host, method, path, gateway }) => [host, method, path, gateway])).toEqual([
      ['desk', 'GET', '/report', 'door'],
      expect.anything(),
      expect.anything(),
    ]);
    expect(fit.entries.map(({ host, path }) => `${host} ${path}`).sort()).toEqual([
      'desk /report',
      'desk /users/*/close',
      'rates /rates',
    ]);
    // As the visitor wrote it: the gateway's rules are looked up by it.
    expect(new Set(fit.entries.map(({ authority }) => authority))).toEqual(new Set(['made.example.com']));
    expect(Math.abs(fit.hop!.meanMs.value / madeHopMs - 1)).toBeLessThan(0.05);
  });

  test('traces that have lost a span are told, and give no own times', () => {
    expect(fit.wholeTraces).toBeLessThan(fit.traces);
    expect(fit.notes[0]).toMatch(/^\d+ of \d+ traces lack a span/);
  });
});

test('without sidecars spans of SDKs alone tell the same', () => {
  const fit = fitted({ ...bank, sidecars: false, lost: 0 });
  const desk = workload(fit, 'desk-blue');
  expect(shape(desk.script)).toBe('work, (ledger | rates), work, audit maybe, work, press later, work');
  // 2, 1.5, 3 and 1 ms and more: the mean of their sum by exp(mu + sigma^2 / 2) is 8.11; another 4.25 on one page in four.
  expect(Math.abs(desk.own!.mean.value / (0.75 * 8.11 + 0.25 * 4.25) - 1)).toBeLessThan(0.05);
  expect(fit.entries.map(({ host }) => host).sort()).toEqual(['desk', 'desk', 'rates']);
  expect(fit.hop!.betweenProxies).toBe(false);
});

test('tries of a sidecar are no calls of the application, and their failures have a law of their own', () => {
  const fit = fitted({
    traces: 600,
    sidecars: true,
    entries: [{ to: 'web', path: '/', weight: 1 }],
    services: [
      { name: 'web', pods: 1, script: [{ work: [1, 3] }, { call: 'price' }] },
      { ...leaf('price', 6, 20), fails: 0.1 },
    ],
  });
  expect(shape(workload(fit, 'web').script)).toBe('work, price');
  const edge = fit.edges.find(({ to }) => to === 'price')!;
  expect(edge).toMatchObject({ retriedStatuses: [503], calls: 600 });
  expect(edge.extraTries).toBeGreaterThan(30);
  const [error] = workload(fit, 'price').errors;
  expect(error!.status).toBe(503);
  // Three standard errors of 10 % of about 660 tries are 3.5 points.
  expect(Math.abs(error!.share.value - 0.1)).toBeLessThan(0.035);
  // A failing try takes 1 ms, and the way from the sidecar and back.
  expect(error!.takes!.p50.value).toBeCloseTo(1.02, 1);
  expect(workload(fit, 'price').own!.p50.value).toBeGreaterThan(5);
});

test('an application that passes no headers on is told, and its calls are no entries', () => {
  const fit = fitted({
    traces: 200,
    sidecars: true,
    forgetful: ['web'],
    entries: [{ to: 'web', path: '/', weight: 1 }],
    services: [{ name: 'web', pods: 1, script: [{ work: [1, 3] }, { call: 'price' }] }, leaf('price', 6, 20)],
  });
  expect(fit.edges).toMatchObject([{ from: 'web', to: 'price', isApart: true }]);
  expect(fit.entries.map(({ host }) => host)).toEqual(['web']);
  expect(fit.notes.join()).toMatch(/^web passes no trace headers on/);
});

test('work that one factor makes long or short altogether is kept in one place, and told', () => {
  const part = { work: [2, 10], of: 'request' } as const;
  const fit = fitted({
    traces: 900,
    sidecars: true,
    entries: [{ to: 'web', path: '/', weight: 1 }],
    services: [
      { name: 'web', pods: 1, script: [part, { call: 'price' }, part, { call: 'price', path: '/b' }, part] },
      leaf('price', 6, 20),
    ],
  });
  const web = workload(fit, 'web');
  expect(web.notes.join()).toMatch(/^the times between its calls are not independent/);
  expect(web.script.steps.filter(({ kind }) => kind === 'work').length).toBe(1);
  // Three times 2 ms by one factor: p50 6 ms, p99 30 ms.
  expect(Math.abs(web.own!.p99.value / 30 - 1)).toBeLessThan(0.12);
});

test('a wait that a log tells is taken out of the time before the first call', () => {
  const system: MadeSystem = {
    traces: 300,
    sidecars: true,
    entries: [{ to: 'web', path: '/', weight: 1 }],
    services: [{ name: 'web', pods: 1, script: [{ work: [4, 9] }] }],
  };
  const file = readTraces(formats['Zipkin']!(madeUpTraces(system)))!;
  const fit = fitTraces({ spans: file.spans, names: new Names(), waitMs: () => 1 });
  const [before] = fitted(system).workloads;
  const [web] = fit.workloads;
  expect(web!.waitsKnown).toBe(300);
  expect(web!.own!.mean.value).toBeCloseTo(before!.own!.mean.value - 1, 6);
});

test('requests that their caller left count as long as they lasted: without them long times would be rarer', () => {
  const tags = (pod: string, cluster: string, flags = '-', status = '200') => ({
    component: 'proxy',
    node_id: `sidecar~10.0.0.1~${pod}-7d9c6b5f4d-4hk2m.made~made.svc.cluster.local`,
    upstream_cluster: cluster,
    response_flags: flags,
    'http.status_code': status,
  });
  // 1 to 50 ms, evenly; of 100 requests two are cut off by their caller's timeout of 60 ms.
  const spans = Array.from({ length: 1000 }, (_, at) => {
    const isLeft = at % 50 === 0;
    const durationUs = isLeft ? 60_000 : 1000 + 49 * at;
    const own = { traceId: `${at + 1}`, timestamp: 1e15 + at * 1e6 };
    return [
      {
        ...own,
        id: 'a',
        kind: 'CLIENT',
        duration: durationUs + 500,
        localEndpoint: { serviceName: 'web' },
        tags: tags(
          'web',
          'outbound|80||db.made.svc.cluster.local',
          isLeft ? 'UT' : '-',
          isLeft ? '504' : '200',
        ),
      },
      {
        ...own,
        id: 'b',
        parentId: 'a',
        kind: 'SERVER',
        duration: durationUs,
        localEndpoint: { serviceName: 'db' },
        tags: tags('db', 'inbound|80||', isLeft ? 'DC' : '-', isLeft ? '0' : '200'),
      },
    ];
  });
  const fit = fitTraces({ spans: readTraces(JSON.stringify(spans))!.spans, names: new Names() });
  const db = workload(fit, 'db');
  expect(db.own!.p99.value).toBe(60);
  // 2 in 100 at 60 ms, the others 25.5 ms in the mean.
  expect(Math.abs(db.own!.mean.value - (0.02 * 60 + 0.98 * 25.5))).toBeLessThan(0.1);
  expect(db.failed.value).toBe(0);
  expect(db.notes.join()).toContain('20 of 1000 requests were left by their caller');
});

test('durations of all requests in logs say more of a workload that calls nobody than a sample of traces', () => {
  const system: MadeSystem = {
    traces: 300,
    sidecars: true,
    entries: [{ to: 'web', path: '/', weight: 1 }],
    services: [{ name: 'web', pods: 1, script: [{ work: [4, 9] }, { call: 'price' }] }, leaf('price', 6, 20)],
  };
  const stream = new Chance('logs').stream('price');
  const logged = Array.from({ length: 20_000 }, () =>
    Math.floor(drawLaw({ dist: 'lognormal', p50Ms: 6, p99Ms: 20 }, stream)),
  );
  const file = readTraces(formats['Zipkin']!(madeUpTraces(system)))!;
  const fit = (durations: readonly number[]): FittedTraces =>
    fitTraces({ spans: file.spans, names: new Names(), durationsMs: () => durations });
  const price = workload(fit(logged), 'price').own!;
  expect(price).toMatchObject({ p50: { n: 20_000, source: 'traces, inbound logs' } });
  expect(Math.abs(price.p50.value / 6 - 1)).toBeLessThan(0.015);
  expect(Math.abs(price.p99.value / 20 - 1)).toBeLessThan(0.03);
  // Of an application that calls others they are no own times, and of another law they are of something else.
  expect(workload(fit(logged), 'web').own!.p50.n).toBe(300);
  expect(workload(fit(logged.map((ms) => 2 * ms)), 'price').own!.p50.n).toBe(300);
});
