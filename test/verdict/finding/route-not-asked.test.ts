import { describe, expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service, subsets } from '../../support/world.ts';

const app = `apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: web }
spec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }, { name: api, match: { app: api }, script: [{ work: 1ms }] }, { name: curl, match: { app: curl } }] }
`;

const split = (host: string, v1: number, v2: number): string =>
  `route: [{ destination: { host: ${host}, subset: v1 }, weight: ${v1} }, { destination: { host: ${host}, subset: v2 }, weight: ${v2} }]`;
const shares = split('web', 90, 10);
const all = (subset: string): string => `{ route: [{ destination: { host: web, subset: ${subset} } }] }`;
const ruleOf = (...http: readonly string[]): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [${http.join(', ')}] }
---`;

/** "web-v1": a Service of that version alone. */
const serviceOfVersion = (name: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: web, version: ${name.slice('web-'.length)} }, ports: [{ name: http, port: 9080 }] }
---`;

/** curl asks for these paths, 20 times a second each. */
async function played(rule: string, ...paths: readonly string[]): Promise<RunRecord> {
  const traffic = paths.map(
    (path, place) =>
      `  - { name: calls-${place}, from: curl-v1, host: web, path: ${path}, port: 9080, arrivals: poisson, rps: 20 }`,
  );
  const scenario = await smallScenario(
    `duration: 20s\napp: later-app.yaml\nfocus: web\ntraffic:\n${traffic.join('\n')}`,
    {
      'mesh.yaml': [
        ...['web', 'api'].flatMap((own) => [
          service(own),
          deployment(own, 'v1'),
          deployment(own, 'v2'),
          subsets(own, 'v1', 'v2'),
        ]),
        ...['web-v1', 'web-v2'].map(serviceOfVersion),
        deployment('curl', 'v1'),
        rule,
      ].join(''),
      'later-app.yaml': app,
    },
  );
  return runOnce(scenario).record;
}

const toldIn = ({ diagnosis }: RunRecord) =>
  diagnosis!.findings.filter(({ code }) => code === 'route-not-asked');

// istio core/route/route.go: routes are asked in their order, and the first whose match fits takes the request.
describe('a split whose match fits no request of the run', () => {
  test.each([
    {
      because: 'nobody sends the header',
      rule: ruleOf(`{ match: [{ headers: { x-canary: { exact: always } } }], ${shares} }`, all('v1')),
    },
    {
      because: 'paths are told apart by their case',
      rule: ruleOf(`{ match: [{ uri: { prefix: /API } }], ${shares} }`, all('v1')),
    },
    {
      because: 'another split of the same pods is tried, this one is not',
      rule: ruleOf(
        `{ match: [{ headers: { x-canary: { exact: always } } }], ${shares} }`,
        `{ ${split('web', 50, 50)} }`,
      ),
    },
    {
      because: 'its versions are Services of their own',
      rule: ruleOf(
        '{ match: [{ headers: { x-canary: { exact: always } } }], route: [{ destination: { host: web-v1 }, weight: 90 }, { destination: { host: web-v2 }, weight: 10 }] }',
        '{ route: [{ destination: { host: web-v1 } }] }',
      ),
      to: ['web-v1', 'web-v2'],
    },
    {
      because: 'weights of the same size are those of other versions',
      rule: ruleOf(
        `{ match: [{ headers: { x-canary: { exact: always } } }], ${shares} }`,
        `{ ${split('web', 10, 90)} }`,
      ),
    },
  ])('forbids the tick where $because', async ({ rule, to: [one, other] = ['web v1', 'web v2'] }) => {
    const record = await played(rule, '/api');
    expect(record.diagnosis!.answer).toBe('holds, but');
    const [found, ...more] = toldIn(record);
    expect(more).toEqual([]);
    expect(found!.sentence).toBe(
      `VirtualService web.default, rule 1 (${one} 90 %, ${other} 10 %) is not tried: none of ${found!.harm.requests} requests of curl-v1 followed it. Another route took them, as VirtualService web.default, rule 2 did.`,
    );
    // 20 a second for 20 seconds: within four standard deviations of a Poisson count.
    expect(Math.abs(found!.harm.requests - 400)).toBeLessThan(4 * 20);
  });

  test('forbids the tick where an earlier match takes its requests', async () => {
    const record = await played(
      ruleOf(
        '{ match: [{ uri: { prefix: /a } }], route: [{ destination: { host: web, subset: v1 } }] }',
        `{ match: [{ uri: { prefix: /a/b } }], ${shares} }`,
        all('v1'),
      ),
      '/a/b',
    );
    expect(record.diagnosis!.answer).toBe('holds, but');
    expect(toldIn(record).map(({ level }) => level)).toEqual(['harms']);
  });

  test('of an HTTPRoute of the Service forbids the tick', async () => {
    const record = await played(
      `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec:
  parentRefs: [{ kind: Service, group: "", name: web, port: 9080 }]
  rules:
    - { matches: [{ headers: [{ name: x-canary, value: always }] }], backendRefs: [{ name: web-v1, port: 9080, weight: 90 }, { name: web-v2, port: 9080, weight: 10 }] }
    - { backendRefs: [{ name: web-v1, port: 9080 }] }
---`,
      '/',
    );
    expect(record.diagnosis!.answer).toBe('holds, but');
    expect(toldIn(record).map(({ level, sentence }) => `${level}: ${sentence}`)).toEqual([
      expect.stringMatching(
        /^harms: HTTPRoute web.default, rule 1 \(web-v1 90 %, web-v2 10 %\) is not tried/,
      ),
    ]);
  });

  // As a VirtualService of a Service that nobody calls leaves the tick.
  test('is a note where it divides another Service, of which nobody asks anything', async () => {
    const record = await played(
      ruleOf(`{ match: [{ uri: { prefix: /api } }], ${split('api', 90, 10)} }`, all('v1')),
      '/',
    );
    expect(record.diagnosis!.answer).toBe('holds');
    expect(toldIn(record).map(({ level }) => level)).toEqual(['note']);
  });

  test.each([
    {
      because: 'some requests follow it',
      rule: ruleOf(`{ match: [{ uri: { prefix: /api } }], ${shares} }`, all('v1')),
      paths: ['/', '/api'],
    },
    {
      because: 'requests follow it beside those of another split',
      rule: ruleOf(`{ match: [{ uri: { prefix: /api } }], ${split('web', 50, 50)} }`, `{ ${shares} }`),
      paths: ['/', '/api'],
    },
    {
      because: 'it is the one without a match',
      rule: ruleOf(
        '{ match: [{ headers: { end-user: { exact: jason } } }], route: [{ destination: { host: web, subset: v2 } }] }',
        `{ ${shares} }`,
      ),
      paths: ['/'],
    },
    {
      because: 'no weights are in question: jason gets v2',
      rule: ruleOf(
        '{ match: [{ headers: { end-user: { exact: jason } } }], route: [{ destination: { host: web, subset: v2 } }] }',
        all('v1'),
      ),
      paths: ['/'],
    },
    {
      because: 'its weights are 0 and 100: jason gets v2',
      rule: ruleOf(
        `{ match: [{ headers: { end-user: { exact: jason } } }], ${split('web', 0, 100)} }`,
        all('v1'),
      ),
      paths: ['/'],
    },
    {
      because: 'the route that takes the requests has the same weights',
      rule: ruleOf(`{ match: [{ uri: { prefix: /API } }], ${shares} }`, `{ ${shares} }`),
      paths: ['/'],
    },
    {
      because: 'the route that takes the requests has the same weights for the same pods, by other names',
      rule: ruleOf(
        `{ match: [{ uri: { prefix: /API } }], ${shares} }`,
        '{ route: [{ destination: { host: web-v1 }, weight: 90 }, { destination: { host: web-v2 }, weight: 10 }] }',
      ),
      paths: ['/'],
    },
    {
      because: 'istiod leaves it out, which is told as that',
      rule: ruleOf(all('v1'), `{ ${shares} }`),
      paths: ['/'],
    },
  ])('is not told where $because', async ({ rule, paths }) => {
    expect(toldIn(await played(rule, ...paths))).toEqual([]);
  });
});
