import { describe, expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, split, subsets } from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';

const route = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec: { parentRefs: [{ group: "", kind: Service, name: web }], rules: [{ backendRefs: [{ name: web-v1, port: 9080, weight: 90 }, { name: web-v2, port: 9080, weight: 10 }] }] }
---`;
const serviceOf = (version: string): string =>
  service('web')
    .replace('name: web }', `name: web-${version} }`)
    .replace('app: web }', `app: web, version: ${version} }`);

/** curl asks 20 times a second for 20 s; a rule is there from the start, and the timeline changes it. */
async function played(
  rule: string,
  timeline: readonly string[],
  { versions = ['v1', 'v2'], later = rule } = {},
): Promise<RunRecord> {
  const scenario = await smallScenario(
    `duration: 20s
app: later-app.yaml
traffic: [{ name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 20 }]
timeline: [${timeline.join(', ')}]`,
    {
      'mesh.yaml': [
        service('web'),
        ...versions.flatMap((own) => [deployment('web', own), serviceOf(own)]),
        deployment('curl', 'v1'),
        subsets('web', ...versions),
      ].join(''),
      'rule.yaml': rule,
      'later-rule.yaml': later,
      'later-app.yaml': app,
    },
  );
  return runOnce(scenario).record;
}

const toldIn = ({ diagnosis }: RunRecord) => diagnosis!.findings.filter(({ code }) => code === 'rule-gone');
const shares = split('web', { v1: 90, v2: 10 });

// istio core/route/route.go, BuildSidecarVirtualHostWrapper: a service without a virtual service gets a route to its default cluster.
describe('a rule that is taken away in mid-run', () => {
  test.each([
    { what: 'VirtualService web.default', rule: shares },
    { what: 'VirtualService web.default', rule: split('web', { v1: 100 }) },
    { what: 'HTTPRoute web.default', rule: route },
  ])('is a note that says from when on pods are chosen, beside the tick: $what', async ({ what, rule }) => {
    const record = await played(rule, ['{ at: 10s, delete: rule.yaml }']);
    expect(record.diagnosis!.answer).toBe('holds');
    const [found, ...more] = toldIn(record);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ level: 'note', harm: { fromSeconds: 10, toSeconds: 20, requests: 0 } });
    expect(found!.sentence).toContain(
      `From 10 s on, no rule stands for web, as ${what} is deleted: proxies choose among all of its ready pods. Of `,
    );
    // Two pods, each as often as the other: v1 has half of some 200, within four standard errors.
    const share = Number(/, ([\d.]+) % w/.exec(found!.sentence)![1]) / 100;
    expect(Math.abs(share - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 200));
    expect(found!.remedies[0]!.text).toContain(`leave ${what} as it was before 10 s`);
  });

  test('and comes again: the gap is told', async () => {
    const record = await played(shares, ['{ at: 5s, delete: rule.yaml }', '{ at: 10s, apply: rule.yaml }']);
    expect(record.diagnosis!.answer).toBe('holds');
    expect(toldIn(record).map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining(
        'From 5 s to 10 s, no rule stands for web, as VirtualService web.default is deleted',
      ),
    ]);
  });

  test('or made one for another host is told as that', async () => {
    const record = await played(shares, ['{ at: 10s, apply: later-rule.yaml }'], {
      later: split('web', { v1: 100 })
        .replaceAll('host: web', 'host: curl')
        .replace('hosts: [web]', 'hosts: [curl]'),
    });
    expect(toldIn(record).map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining('as VirtualService web.default is not for it any more'),
    ]);
  });

  test.each([
    { because: 'the rule chose the only version', versions: ['v1'], rule: split('web', { v1: 100 }) },
    {
      because: 'it sent to the whole Service',
      versions: ['v1', 'v2'],
      rule: split('web', { v1: 100 }).replace(', subset: v1', ''),
    },
  ])('is none where $because', async ({ versions, rule }) => {
    const record = await played(rule, ['{ at: 10s, delete: rule.yaml }'], { versions });
    expect(record.diagnosis!.answer).toBe('holds');
    expect(toldIn(record)).toEqual([]);
  });
});
