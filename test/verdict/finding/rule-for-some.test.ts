import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, split, subsets } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';

const curlAlone = split('web', { v1: 90, v2: 10 }).replace(
  '- route:',
  '- match: [{ sourceLabels: { app: curl } }]\n      route:',
);
const everybody = split('web', { v1: 90, v2: 10 });

/** Callers curl and batch ask as often as each other; the second rule is applied in the middle. */
const scenarioOf = (rule: string, later?: string): Promise<Scenario> =>
  smallScenario(
    `duration: 60s
app: later-app.yaml
traffic:
  - { name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 30 }
  - { name: batch, from: batch-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 30 }
${later === undefined ? '' : 'timeline: [{ at: 30s, apply: later.yaml }]'}
expect: [{ metric: share, service: web, subset: v2 }]`,
    {
      'mesh.yaml': [
        service('web'),
        ...['web', 'curl', 'batch'].map((own) => deployment(own, 'v1')),
        deployment('web', 'v2'),
        subsets('web', 'v1', 'v2'),
        rule,
      ].join(''),
      'later-app.yaml': app,
      ...(later === undefined ? {} : { 'later.yaml': later }),
    },
  );

const played = async (...rules: readonly [string, string?]): Promise<RunRecord> =>
  runOnce(await scenarioOf(...rules)).record;

// istio core/route/route.go: a route whose sourceLabels do not fit the proxy is not sent to it, and without one its balancer chooses.
describe('a rule that acts for some callers alone', () => {
  test.each([
    { rules: [curlAlone, everybody] as const, when: 'From 0 s to 30 s, ', span: [0, 30] },
    { rules: [everybody, curlAlone] as const, when: 'From 30 s on, ', span: [30, 60] },
  ])('is told with its time: $when', async ({ rules, when, span: [fromSeconds, toSeconds] }) => {
    const { diagnosis, expectations } = await played(...rules);
    expect(diagnosis!.answer).toBe('does not hold');
    const [found] = diagnosis!.findings;
    expect(found!.code).toBe('rule-not-for-all-callers');
    expect(found!.sentence).toContain(
      `${when}VirtualService web.default, rule 1 (v1 90 %, v2 10 %) acts for curl-v1, not for batch-v1`,
    );
    expect(found!.harm).toMatchObject({ fromSeconds, toSeconds, seconds: 30 });
    // 30 a second for half a minute: within four standard deviations of a Poisson count.
    expect(Math.abs(found!.harm.requests - 900)).toBeLessThan(4 * 30);
    expect(expectations.map(({ ok }) => ok)).toEqual([false]);
    // What all of them came to nobody has written.
    expect(diagnosis!.findings.map(({ code }) => code)).not.toContain('chance');
  });

  test('is no finding where it acts for all of them, all the time', async () => {
    const { diagnosis, expectations } = await played(everybody);
    expect(diagnosis!.answer).toBe('holds');
    expect(expectations.map(({ ok }) => ok)).toEqual([true]);
  });
});

// istio pilot/pkg/model/config.go, ResolveShortnameToFQDN: a short name is one of the rule's own namespace.
describe('a rule for hosts that nothing has', () => {
  const elsewhere = split('web', { v1: 50, v2: 50 }).replace(
    '{ name: web }',
    '{ name: web, namespace: rules }',
  );

  test('acts for nobody, and is no part of a tick, though two ready pods have its share by themselves', async () => {
    const scenario = await scenarioOf(elsewhere);
    const says =
      'VirtualService web.rules acts for nobody: to it its host is web.rules.svc.cluster.local, and neither a Service nor a ServiceEntry has such a name. Service web.default.svc.cluster.local is another one';
    const told = foresee(scenario);
    expect(told.map(({ code }) => code)).toEqual(['rule-for-no-host']);
    expect(told[0]!.sentence).toContain(says);
    const { diagnosis, expectations } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe('does not hold');
    expect(diagnosis!.findings[0]!.sentence).toContain(says);
    expect(diagnosis!.findings[0]!.sentence).toMatch(/requests of batch-v1, [\d.]+ % were answered by v/);
    expect(expectations).toMatchObject([
      { ok: false, found: expect.stringContaining('no rule says how many are to go there') as string },
    ]);
  });

  // push_context.go, initVirtualServices: "." is for proxies of the rule's own namespace; both are to be mended.
  test('and that nobody sees: both are told at once, each with what to do', async () => {
    const scenario = await scenarioOf(elsewhere.replace('spec:', 'spec:\n  exportTo: ["."]'));
    const { diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe('does not hold');
    const [found] = diagnosis!.findings;
    expect(found!.code).toBe('rule-not-visible');
    expect(found!.sentence).toContain('it is exported to "." alone');
    expect(found!.sentence).toContain('to it its host is web.rules.svc.cluster.local');
    expect(found!.remedies.map(({ text }) => text)).toEqual([
      expect.stringContaining('Take exportTo out of VirtualService web.rules'),
      expect.stringContaining('Write web.default.svc.cluster.local among its hosts'),
    ]);
    expect(foresee(scenario)[0]!.remedies).toHaveLength(2);
  });

  test('is a note where nobody calls what it sends to', async () => {
    const other = `${everybody}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: other }
spec: { hosts: [api.example.com], http: [{ route: [{ destination: { host: batch } }] }] }
---`;
    const scenario = await scenarioOf(other);
    expect(foresee(scenario)).toEqual([]);
    const { answer, findings } = runOnce(scenario).record.diagnosis!;
    expect(answer).toBe('holds');
    expect(findings.map(({ code, level }) => `${code} ${level}`)).toContain('rule-for-no-host note');
  });
});

// core/route/route.go, sourceMatchHTTP and portLevel: a route that does not fit the proxy is not sent to it.
describe('a rule whose matches are for callers or ports that are not there', () => {
  const matching = (match: string): string =>
    split('web', { v1: 50, v2: 50 }).replace('- route:', `- match: [{ ${match} }]\n      route:`);

  test.each([
    { match: 'sourceLabels: { app: culr }' },
    { match: 'sourceNamespace: prod' },
    { match: 'port: 8080' },
  ])('acts for nobody, and is no part of a tick: $match', async ({ match }) => {
    const scenario = await scenarioOf(matching(match));
    expect(foresee(scenario).map(({ code }) => code)).toEqual(['rule-for-others']);
    const { diagnosis, expectations } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe('does not hold');
    expect(diagnosis!.findings[0]!.sentence).toContain('VirtualService web.default acts for nobody');
    expect(expectations.map(({ ok }) => ok)).toEqual([false]);
  });

  test.each([
    { match: 'sourceLabels: { app: curl }' },
    { match: 'port: 9080' },
    { match: 'uri: { prefix: /none } ' },
  ])('is none where some caller is given a route: $match', async ({ match }) => {
    expect(foresee(await scenarioOf(matching(match))).map(({ code }) => code)).not.toContain(
      'rule-for-others',
    );
  });
});

// pilot/pkg/model/push_context.go, initVirtualServices: a rule is kept under each Gateway that it names, and given to who asks by that name.
describe('a rule that is bound to a Gateway', () => {
  const bound = (...gateways: string[]): string =>
    split('web', { v1: 50, v2: 50 }).replace(
      'hosts: [web]',
      `hosts: [web]\n  gateways: [${gateways.join(', ')}]`,
    );
  const answerOf = async (rule: string): Promise<readonly string[]> => {
    const { answer, findings } = (await played(rule)).diagnosis!;
    return [answer, ...findings.flatMap(({ code }) => (code === 'rule-for-no-gateway' ? [code] : []))];
  };

  test('that is not there acts for nobody, and is no part of a tick, though two ready pods have its share', async () => {
    expect(await answerOf(bound('typo'))).toEqual(['does not hold', 'rule-for-no-gateway']);
  });

  test('and to mesh acts for sidecars', async () => {
    expect(await answerOf(bound('typo', 'mesh'))).toEqual(['holds']);
  });

  test('is told with the time in which it was', async () => {
    const { diagnosis } = await played(bound('typo'), everybody);
    expect(diagnosis!.findings.map(({ sentence }) => sentence)).toContainEqual(
      expect.stringMatching(
        /^From 0 s to 30 s, VirtualService web\.default acts for nobody: .*default\/typo/,
      ),
    );
  });
});

// istio core/route/route.go (sourceLabels), push_context.go (exportTo): what a sidecar is not told of, it does not follow.
describe('is foretold', () => {
  const says =
    'VirtualService web.default, rule 1 does not act for batch-v1: its sidecars will choose among all pods of web.';
  test('where a match on sourceLabels leaves a caller out, for as long as it does', async () => {
    const found = foresee(await scenarioOf(curlAlone, everybody));
    expect(found).toMatchObject([
      {
        code: 'rule-not-for-all-callers',
        fromSeconds: 0,
        toSeconds: 30,
        sentence: expect.stringContaining(says),
      },
    ]);
  });

  test.each([
    { rule: everybody, because: 'it acts for all' },
    {
      rule: curlAlone.replace(
        '- match:',
        '- match: [{ sourceLabels: { app: batch } }]\n      route: [{ destination: { host: web, subset: v1 } }]\n    - match:',
      ),
      because: 'the other caller has a route of its own',
    },
  ])('not, where $because', async ({ rule }) => {
    expect(foresee(await scenarioOf(rule)).map(({ code }) => code)).not.toContain('rule-not-for-all-callers');
  });
});

// pilot/pkg/model/push_context.go, initVirtualServices: "." is for proxies of the rule's own namespace.
describe('a rule that its namespace keeps to itself', () => {
  const inOps = (text: string): string =>
    text.replace('metadata: { name: ops-v1 }', 'metadata: { name: ops-v1, namespace: ops }');
  const kept = (exportTo: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: ops }
spec:
  hosts: [web.default.svc.cluster.local]
  ${exportTo}
  http:
    - route:
        - { destination: { host: web.default.svc.cluster.local, subset: v1 }, weight: 90 }
        - { destination: { host: web.default.svc.cluster.local, subset: v2 }, weight: 10 }
---`;
  const scenarioWith = (rule: string, callers: readonly string[]): Promise<Scenario> =>
    smallScenario(
      `duration: 40s
app: later-app.yaml
traffic:
${callers.map((own) => `  - { name: ${own}, from: ${own}-v1, host: web.default, path: /, port: 9080, arrivals: poisson, rps: 30 }`).join('\n')}`,
      {
        'mesh.yaml': [
          service('web'),
          ...['web', 'batch'].map((own) => deployment(own, 'v1')),
          ...[inOps(deployment('ops', 'v1')), deployment('web', 'v2'), subsets('web', 'v1', 'v2'), rule],
        ].join(''),
        'later-app.yaml': app,
      },
    );
  const says =
    'Take exportTo out of VirtualService web.ops, or add the namespace of its callers: without it every namespace sees the rule.';

  test.each([
    { callers: ['ops', 'batch'], answer: 'does not hold', because: 'it acts for one of them' },
    { callers: ['batch'], answer: 'does not hold', because: 'it acts for a sidecar that does not call' },
  ])('is told with the advice to export it: $because', async ({ callers, answer }) => {
    const scenario = await scenarioWith(kept('exportTo: ["."]'), callers);
    const foreseen = foresee(scenario).find(({ code }) => code === 'rule-not-for-all-callers')!;
    expect(foreseen.remedies.map(({ text }) => text)).toEqual([says]);
    const { diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe(answer);
    const found = diagnosis!.findings.find(({ code }) => code === 'rule-not-for-all-callers')!;
    expect(found.sentence).toMatch(/not (act )?for batch-v1/);
    expect(found.remedies.map(({ text }) => text)).toEqual([says]);
  });

  test('is no matter where it is exported', async () => {
    const scenario = await scenarioWith(kept('exportTo: ["*"]'), ['ops', 'batch']);
    expect(runOnce(scenario).record.diagnosis!.answer).toBe('holds');
    expect(foresee(scenario)).toEqual([]);
  });

  test('is not to get hosts that it has: a match that leaves a caller out is named', async () => {
    const { diagnosis } = await played(curlAlone);
    const [found] = diagnosis!.findings;
    expect(found!.remedies[0]!.text).toMatch(
      /^Let VirtualService web.default, rule 1 act for batch-v1, too: by its matches/,
    );
  });
});
