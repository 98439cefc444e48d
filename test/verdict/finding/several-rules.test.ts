import { describe, expect, test } from 'vitest';
import { describePlan } from '../../../src/experiment/describe-plan.ts';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { plain } from '../../../src/report/paint.ts';
import { renderScreen } from '../../../src/report/screen.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, entryFor, service, subsets } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';

const to = (canary: number): string =>
  `{ route: [{ destination: { host: web, subset: v1, port: { number: 9080 } }, weight: ${100 - canary} }, { destination: { host: web, subset: v2, port: { number: 9080 } }, weight: ${canary} }] }`;
const rule = (name: string, spec: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec: { ${spec} }
---`;
const twoPorts = service('web').replace(
  'ports: [{ name: http, port: 9080 }]',
  'ports: [{ name: http, port: 9080 }, { name: tcp-raw, port: 9000, targetPort: 9080 }]',
);

const scenarioOf = (
  traffic: readonly string[],
  rules: readonly string[],
  web: string = service('web'),
): Promise<Scenario> =>
  smallScenario(
    `duration: 40s
app: later-app.yaml
focus: web
traffic:
${traffic.map((own, index) => `  - { name: t${index}, ${own}, path: /, arrivals: poisson, rps: 50 }`).join('\n')}
expect: [{ metric: share, service: web, subset: v2 }]`,
    {
      'mesh.yaml': [
        ...[web, deployment('curl', 'v1'), deployment('web', 'v1'), deployment('web', 'v2')],
        ...[subsets('web', 'v1', 'v2'), entryFor(), ...rules],
      ].join(''),
      'later-app.yaml': app,
    },
  );

const played = async (...given: Parameters<typeof scenarioOf>): Promise<RunRecord> =>
  runOnce(await scenarioOf(...given)).record;
const codesOf = ({ diagnosis }: RunRecord): string[] => diagnosis!.findings.map(({ code }) => code);

const overHttp = 'from: curl-v1, host: web, port: 9080';
const overTcp = 'from: curl-v1, host: web, port: 9000';

// istio pilot/pkg/networking/core/listener.go: a port of HTTP asks http routes, one of TCP tcp routes; core/gateway.go: a host has the
// routes of the VirtualServices that name it. 10 % of the one half and 50 % of the other are 30 % together, which nobody has written.
describe('where rules divide the requests to a service in two ways at one time', () => {
  test.each([
    {
      because: 'two hosts of a gateway have a rule each',
      traffic: ['host: a.example.test', 'host: b.example.test'],
      rules: [
        rule('web-a', `hosts: [a.example.test], gateways: [entry], http: [${to(10)}]`),
        rule('web-b', `hosts: [b.example.test], gateways: [entry], http: [${to(50)}]`),
      ],
      web: service('web'),
      names: ['VirtualService web-a.default, rule 1 (v1 90 %, v2 10 %)', '(a.example.test:80/)'],
    },
    {
      because: 'one port speaks HTTP and another TCP',
      traffic: [overHttp, overTcp],
      rules: [rule('web', `hosts: [web], http: [${to(10)}], tcp: [${to(50)}]`)],
      web: twoPorts,
      names: ['VirtualService web.default, tcp rule 1 (v1 50 %, v2 50 %)', '(web:9000/)'],
    },
  ])('no share of the whole is met, or told as kept: $because', async ({ traffic, rules, web, names }) => {
    const record = await played(traffic, rules, web);
    expect(record.expectations.map(({ ok }) => ok)).toEqual([false]);
    expect(record.expectations[0]!.found).toMatch(/^not one split, for its rules give it different shares/);
    expect(codesOf(record)).not.toContain('chance');
    const found = record.diagnosis!.findings.find(({ code }) => code === 'several-rules')!;
    expect(found.level).toBe('note');
    for (const name of names) expect(found.sentence).toContain(name);
    expect(record.splits[0]!.phases[0]!.parts!.map(({ shares }) => shares![1]).sort()).toEqual([0.1, 0.5]);
  });

  test('and a part has no rule, the split does not hold', async () => {
    const record = await played(
      [overHttp, overTcp],
      [rule('web', `hosts: [web], http: [${to(10)}]`)],
      twoPorts,
    );
    const [found] = record.diagnosis!.findings;
    expect(found).toMatchObject({ code: 'several-rules', level: 'breaks' });
    expect(found!.sentence).toContain('(web:9000/) no rule, so any ready pod may answer');
    // 50 a second for 40 s: within four standard deviations of a Poisson count.
    expect(Math.abs(found!.harm.requests - 2000)).toBeLessThan(4 * Math.sqrt(2000));
  });

  test('one rule for both hosts, or testers who all get one version, are one split', async () => {
    const hosts = ['host: a.example.test', 'host: b.example.test'];
    const one = await played(hosts, [
      rule('web', `hosts: [a.example.test, b.example.test], gateways: [entry], http: [${to(10)}]`),
    ]);
    expect(one.expectations.map(({ ok }) => ok)).toEqual([true]);
    expect(codesOf(one)).toEqual(['chance']);
    const tested = await played(hosts, [
      rule('web-a', `hosts: [a.example.test], gateways: [entry], http: [${to(10)}]`),
      rule('web-b', `hosts: [b.example.test], gateways: [entry], http: [${to(100)}]`),
    ]);
    // All or nothing strays nowhere: what is left of the whole is the other rule's.
    expect(tested.expectations.map(({ ok }) => ok)).toEqual([true]);
  });
});

test('a rule that acts and leaves the version to the pods is not told as no rule', async () => {
  const record = await played(
    [overHttp],
    [
      rule(
        'web',
        'hosts: [web], http: [{ route: [{ destination: { host: web }, weight: 90 }, { destination: { host: web, subset: v2 }, weight: 10 }] }]',
      ),
    ],
  );
  const screen = (own: RunRecord): string => renderScreen(own, { paint: plain, width: 100 }, 0);
  const table = screen(record);
  expect(table).toContain('by pods');
  expect(table).not.toContain('no rule');
  expect(screen(await played([overHttp], []))).toContain('no rule');
});

test('a rule that has the proxy answer is told neither as no rule nor as one that leaves it to the pods', async () => {
  const record = await played(
    [overHttp],
    [rule('web', 'hosts: [web], http: [{ directResponse: { status: 503 } }]')],
  );
  expect(record.splits.flatMap(({ configured }) => configured.map((own) => own.decidedBy))).toEqual([
    'proxy',
  ]);
});

// listener.go, ListenerProtocolTCP: http routes are not looked at.
test.each([
  { rules: `hosts: [web], http: [${to(10)}]`, port: 'tcp-web', acts: false, because: 'its port carries TCP' },
  { rules: `hosts: [web], http: [${to(10)}]`, port: 'http', acts: true, because: 'its port carries HTTP' },
  {
    rules: `hosts: [a.example.test, web], gateways: [mesh, entry], http: [${to(10)}]`,
    port: 'tcp-web',
    acts: true,
    because: 'it acts at the gateway, too',
  },
])('explain tells shares of a rule for a port $port ($acts): $because', async ({ rules, port, acts }) => {
  const scenario = await scenarioOf(
    [overHttp],
    [rule('web', rules)],
    service('web').replace('name: http', `name: ${port}`),
  );
  const sections = new Map(describePlan(scenario).map((own) => [own.title, own.lines]));
  const [line] = sections.get('Rules')!;
  expect(line!.includes('does not act')).toBe(port !== 'http');
  if (port !== 'http') expect(line).toContain('port tcp-web of web carries TCP');
  expect([...sections.keys()].some((own) => own.startsWith('How 15 refreshes'))).toBe(acts);
});

// core/gateway.go, buildGatewayListeners: "must have more than 0 chains in listener", so it is left out.
describe('http routes at a Gateway whose server is of TCP', () => {
  const tcpEntry = entryFor()
    .replace('name: http, protocol: HTTP', 'name: tcp, protocol: TCP')
    .replace('name: entry', 'name: raw');
  const visit = ['host: a.example.test'];

  test('do nothing there, and nobody listens', async () => {
    const http = rule('web', `hosts: [a.example.test], gateways: [raw], http: [${to(10)}]`);
    // The other Gateway of the file has the port, too: the younger server of another protocol is left out.
    const scenario = await smallScenario(
      `duration: 5s
app: later-app.yaml
focus: web
traffic: [{ name: out, ${visit[0]}, path: /, arrivals: constant, rps: 20 }]`,
      {
        'mesh.yaml': [
          ...[service('web'), deployment('web', 'v1'), deployment('web', 'v2')],
          ...[subsets('web', 'v1', 'v2'), tcpEntry, http],
        ].join(''),
        'later-app.yaml': app,
      },
    );
    expect(foresee(scenario).map(({ code }) => code)).toContain('rule-dropped');
    const { record } = runOnce(scenario);
    expect(new Set(record.failures.map(({ cause }) => cause))).toEqual(new Set(['no-listener']));
    const [found] = record.diagnosis!.findings;
    expect(found).toMatchObject({ code: 'no-listener', level: 'breaks' });
    expect(found!.sentence).toContain(
      'The http routes of VirtualService web.default do nothing at Gateway default/raw: its servers are of protocol TCP',
    );
    expect(found!.sentence).toContain('No proxy of the gateway listens at port 80');
  });

  test.each([
    { protocol: 'HTTP', routes: 'http', told: false },
    { protocol: 'HTTP2', routes: 'http', told: false },
    { protocol: 'TCP', routes: 'tcp', told: false },
    { protocol: 'HTTP', routes: 'tcp', told: true },
    { protocol: 'MONGO', routes: 'http', told: true },
  ])('$routes routes at a server of $protocol are told ($told)', async ({ protocol, routes, told }) => {
    const entry = entryFor().replace('protocol: HTTP', `protocol: ${protocol}`);
    const scenario = await smallScenario(
      `duration: 5s
app: later-app.yaml
focus: web
traffic: [{ name: out, ${visit[0]}, path: /, arrivals: constant, rps: 20 }]`,
      {
        'mesh.yaml': [
          ...[service('web'), deployment('web', 'v1'), deployment('web', 'v2'), subsets('web', 'v1', 'v2')],
          ...[entry, rule('web', `hosts: [a.example.test], gateways: [entry], ${routes}: [${to(10)}]`)],
        ].join(''),
        'later-app.yaml': app,
      },
    );
    expect(foresee(scenario).some(({ code }) => code === 'rule-dropped')).toBe(told);
  });
});
