import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, entryFor, service, split, subsets } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';

/** The subsets of web. @param policies of all, of v2 */
const rule = (ofAll = '', ofV2 = ''): string =>
  subsets('web', 'v1', 'v2')
    .replace('host: web,', `host: web, ${ofAll === '' ? '' : `trafficPolicy: { ${ofAll} },`}`)
    .replace('{ version: v2 } }', `{ version: v2 }${ofV2 === '' ? '' : `, trafficPolicy: { ${ofV2} }`} }`);

const policy = (spec: string, name = 'default', namespace = 'default'): string => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec} }
---`;

const tls = (mode: string): string => `tls: { mode: ${mode} }`;
const mtls = (mode: string): string => `mtls: { mode: ${mode} }`;
const strict = policy(mtls('STRICT'));
const halves = split('web', { v1: 50, v2: 50 });

const scenarioOf = (
  texts: readonly string[],
  { from = 'curl-v1', later }: { from?: string | null; later?: string } = {},
): Promise<Scenario> =>
  smallScenario(
    `duration: 20s
app: later-app.yaml
traffic: [{ name: all, ${from === null ? 'host: shop.example.com, profile: [{ at: 0s, rps: 0 }, { at: 2s, rps: 30 }]' : `from: ${from}, host: web, port: 9080, rps: 30`}, path: /, arrivals: poisson }]
${later === undefined ? '' : 'timeline: [{ at: 10s, apply: later.yaml }]'}`,
    {
      'mesh.yaml': [
        ...(texts.some((own) => own.includes('kind: Service')) ? [] : [service('web')]),
        deployment('curl', 'v1'),
        deployment('web', 'v1'),
        ...(texts.some((own) => own.includes('name: web-v2')) ? [] : [deployment('web', 'v2')]),
        ...texts,
      ].join(''),
      'later-app.yaml': app,
      ...(later === undefined ? {} : { 'later.yaml': later }),
    },
  );

const toldOf = ({ diagnosis }: RunRecord): { answer: string; refused: string[]; requests: number } => {
  const found = diagnosis!.findings.filter(({ code }) => code === 'tls-refused');
  return {
    answer: diagnosis!.answer,
    refused: found.map(({ sentence }) => /to (\S+(?: and \S+)?) in a cluster:/.exec(sentence)![1]!),
    requests: found.reduce((sum, { harm }) => sum + harm.requests, 0),
  };
};

const both = 'web-v1 and web-v2';
const tcp = service('web').replace('name: http', 'name: tcp');

// istio pilot/pkg/networking/core/listener_inbound.go, getFilterChainMatchOptions; cluster_traffic_policy.go, MergeTrafficPolicy.
describe('how a proxy begins connections, and what the pods at their other end take', () => {
  test.each([
    { texts: [rule(tls('DISABLE')), strict], refused: both, because: 'plain text, and STRICT' },
    { texts: [rule('', tls('DISABLE')), strict], refused: 'web-v2', because: 'a subset has tls of its own' },
    {
      texts: [rule(tls('DISABLE'), tls('ISTIO_MUTUAL')), strict],
      refused: 'web-v1',
      because: 'a subset has tls in place of the common one',
    },
    {
      texts: [rule(`portLevelSettings: [{ port: { number: 9080 }, ${tls('DISABLE')} }]`), strict],
      refused: both,
      because: 'the settings of the port say so',
    },
    {
      texts: [rule(`portLevelSettings: [{ port: { number: 80 }, ${tls('DISABLE')} }]`), strict],
      refused: '',
      because: 'they are those of another port',
    },
    {
      texts: [
        rule(
          `${tls('DISABLE')}, portLevelSettings: [{ port: { number: 9080 }, connectionPool: { tcp: { connectTimeout: 10s } } }]`,
        ),
        strict,
      ],
      refused: '',
      because: 'settings of a port do not inherit, and sidecars agree by themselves',
    },
    { texts: [rule(tls('DISABLE')), policy(mtls('PERMISSIVE'))], refused: '', because: 'both are taken' },
    { texts: [rule(tls('DISABLE'))], refused: '', because: 'without a policy both are' },
    {
      texts: [
        rule(tls('DISABLE')),
        policy(`selector: { matchLabels: { version: v2 } }, ${mtls('STRICT')}`, 'v2'),
      ],
      refused: 'web-v2',
      because: 'the policy is for one version',
    },
    {
      texts: [
        rule(tls('DISABLE')),
        strict,
        policy(`selector: { matchLabels: { app: web } }, ${mtls('PERMISSIVE')}`, 'web'),
      ],
      refused: '',
      because: 'that of the workload comes before that of the namespace',
    },
    {
      texts: [
        rule(tls('DISABLE')),
        policy(`selector: { matchLabels: { app: web } }, portLevelMtls: { 9080: { mode: STRICT } }`, 'web'),
      ],
      refused: both,
      because: 'STRICT at the port that is asked',
    },
    {
      texts: [
        rule(tls('DISABLE')),
        policy(`selector: { matchLabels: { app: web } }, portLevelMtls: { 80: { mode: STRICT } }`, 'web'),
      ],
      refused: '',
      because: 'STRICT at another port',
    },
    {
      texts: [rule(tls('DISABLE')), policy(mtls('STRICT'), 'default', 'istio-system')],
      refused: both,
      because: 'the policy is that of the mesh',
    },
    {
      texts: [rule(tls('ISTIO_MUTUAL')), policy(mtls('DISABLE'))],
      refused: both,
      because: 'mutual TLS, and plain text alone is taken',
    },
    {
      texts: [rule(tls('ISTIO_MUTUAL')), deployment('web', 'v2', 1, false)],
      refused: 'web-v2',
      because: 'no sidecar ends mutual TLS',
    },
    {
      texts: [rule(tls('SIMPLE'))],
      refused: both,
      because: 'TLS of others has no filter chain on a port of HTTP',
    },
    { texts: [rule(tls('SIMPLE')), strict], refused: both, because: 'STRICT asks for a certificate' },
    {
      texts: [rule(tls('DISABLE')), strict, tcp],
      refused: both,
      because: 'connections of TCP are no others',
    },
  ])('$because: "$refused" refuse', async ({ texts, refused }) => {
    const scenario = await scenarioOf(
      texts.some((own) => own.includes('VirtualService')) ? texts : [...texts, halves],
    );
    const record = runOnce(scenario).record;
    const told = toldOf(record);
    expect(told).toMatchObject({
      answer: refused === '' ? 'holds' : 'does not hold',
      refused: refused === '' ? [] : [refused],
    });
    // All, or of two halves one: within four standard deviations.
    const all = record.metrics.requests.reduce(
      (sum, own) => sum + (own.reporter === 'source' ? own.requests : 0),
      0,
    );
    const share = refused === both ? 1 : refused === '' ? 0 : 0.5;
    expect(Math.abs(told.requests - share * all)).toBeLessThanOrEqual(
      share === 0.5 ? 4 * Math.sqrt(all / 4) : 0,
    );
    expect(
      foresee(scenario)
        .map(({ code }) => code)
        .filter((own) => own === 'tls-refused'),
    ).toEqual(refused === '' ? [] : ['tls-refused']);
  });

  test('TLS that an application may end forbids the tick, and is not said to fail', async () => {
    const record = runOnce(
      await scenarioOf([rule(tls('SIMPLE')), tcp, halves.replace('http:', 'tcp:')]),
    ).record;
    expect(toldOf(record)).toMatchObject({ answer: 'holds, but', refused: [] });
    expect(record.diagnosis!.findings[0]!.sentence).toContain('tls of mode SIMPLE to pods of the mesh');
  });

  test('a gateway begins connections as a sidecar does', async () => {
    const edge = split('web', { v1: 50, v2: 50 }).replace(
      'hosts: [web]',
      'hosts: [shop.example.com]\n  gateways: [entry]',
    );
    const entry = entryFor();
    const record = runOnce(
      await scenarioOf([rule(tls('DISABLE')), strict, entry, edge], { from: null }),
    ).record;
    expect(toldOf(record)).toMatchObject({ answer: 'does not hold', refused: [both] });
    expect(record.diagnosis!.findings[0]!.sentence).toContain('every request of visitors to');
  });

  test('a policy that comes in the middle is told from then on', async () => {
    const scenario = await scenarioOf([rule(tls('DISABLE')), halves], { later: strict });
    const [found] = runOnce(scenario).record.diagnosis!.findings;
    expect(found).toMatchObject({
      code: 'tls-refused',
      level: 'breaks',
      harm: { fromSeconds: 10, toSeconds: 20 },
    });
    expect(found!.sentence).toMatch(
      /^From 10 s on, DestinationRule web.default fails every request of curl-v1/,
    );
  });

  test('where nobody has said who calls, any sidecar may', async () => {
    const { manifests, others, ...scenario } = await scenarioOf([rule(tls('DISABLE')), strict, halves]);
    const alone = {
      ...scenario,
      manifests,
      others: others ?? [],
      traffic: [],
      app: { name: '', workloads: [] },
    };
    expect(foresee(alone).find(({ code }) => code === 'tls-refused')!.sentence).toContain(
      `every request of sidecars to ${both} in a cluster`,
    );
  });
});
