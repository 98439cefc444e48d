import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { half } from '../../support/check-files.ts';
import { FakeHost } from '../../support/fake-host.ts';

interface Call {
  readonly subset: string;
  readonly path?: string;
  readonly route?: string;
  readonly namespace?: string;
  /** Seconds after noon. */
  readonly at?: number;
  readonly client?: string;
}

const sidecar = '10.244.1.20';

/** Istio's text lines of one proxy; those of a gateway are called by others. */
const log = (calls: readonly Call[], caller = sidecar): string =>
  calls
    .map(({ subset, path = '/reviews/0', route = '-', namespace = 'default', at, client = '-' }, place) => {
      const time = new Date(Date.UTC(2026, 2, 1, 12, 0, at ?? place)).toISOString();
      const cluster = `outbound|9080|${subset}|reviews.${namespace}.svc.cluster.local`;
      return `[${time}] "GET ${path} HTTP/1.1" 200 - via_upstream - "-" 0 375 5 4 "${client}" "curl" "-" "reviews:9080" "10.244.1.11:9080" ${cluster} ${sidecar}:48888 10.96.9.9:9080 ${caller}:40222 - ${route}\n`;
    })
    .join('');

const virtualService = (metadata: string, gateways: string, http: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { ${metadata} }
spec:
  hosts: [reviews]
  ${gateways}
  http:
${http}
---
`;
const split = (v1: number, v3: number): string => `
  - route:
    - { destination: { host: reviews, subset: v1 }, weight: ${v1} }
    - { destination: { host: reviews, subset: v3 }, weight: ${v3} }`;
const canary = (name: string, match: string, subset: string): string => `
  - ${name}
    match: [{ ${match} }]
    route: [{ destination: { host: reviews, subset: ${subset} } }]`;

async function check(given: string, files: Record<string, string>): Promise<FakeHost> {
  const io = new FakeHost(files, '');
  await runProgram(['check', ...given.split(' '), '--fail-on', 'fault'], io);
  return io;
}

/** One line, however it was wrapped. */
const flat = ({ out }: FakeHost): string => out.replace(/\s+/g, ' ');

const drawn: readonly Call[] = half.map((subset) => ({ subset }));
const of = (count: number, call: Call): Call[] => Array.from({ length: count }, () => call);

describe('a canary beside the weights', () => {
  test('by a header, which no log tells: it may have been that route, and nothing is impossible', async () => {
    const io = await check('a.log -f vs.yaml', {
      'a.log': log([...drawn, ...of(10, { subset: 'v2' })]),
      'vs.yaml': virtualService(
        'name: reviews',
        '',
        canary('name: jason', 'headers: { end-user: { exact: jason } }', 'v2') + split(50, 50),
      ),
    });
    expect(io.code).toBe(0);
    expect(flat(io)).toMatch(/^✓ 29 of v1, 31 of v3: chance/);
    expect(flat(io)).toContain(
      'Route jason of VirtualService reviews may have sent 10 requests to v2, which has no weight in route 2 of 2',
    );
  });

  test('a subset that no route names is impossible all the same', async () => {
    const io = await check('a.log -f vs.yaml', {
      'a.log': log([...drawn, ...of(10, { subset: 'v9' })]),
      'vs.yaml': virtualService(
        'name: reviews',
        '',
        canary('name: jason', 'headers: { end-user: { exact: jason } }', 'v2') + split(50, 50),
      ),
    });
    expect(flat(io)).toContain('v9 has weight 0 and was seen: impossible');
  });

  test.each([
    {
      call: { subset: 'v3', route: 'testers' },
      rule: canary('name: testers', 'headers: { x-test: { exact: "1" } }', 'v3'),
      because: 'the line carries the name of the route',
    },
    {
      call: { subset: 'v3', route: 'testers.by-header' },
      rule: canary('name: testers', 'name: by-header, headers: { x-test: { exact: "1" } }', 'v3'),
      because: 'and of the match',
    },
    {
      call: { subset: 'v3', path: '/reviews/beta/1?x=1' },
      rule: canary('name: beta', 'uri: { prefix: /reviews/beta }', 'v3'),
      because: 'the path decides',
    },
    {
      call: { subset: 'v3', path: '/reviews/77' },
      rule: canary('name: beta', 'uri: { regex: "/reviews/7+" }, method: { exact: GET }', 'v3'),
      because: 'path and method decide',
    },
  ])('is not counted where $because', async ({ call, rule }) => {
    const io = await check('a.log -f vs.yaml', {
      'a.log': log([...drawn, ...of(60, call)]),
      'vs.yaml': virtualService('name: reviews', '', rule + split(50, 50)),
    });
    expect(flat(io)).toMatch(/^✓ 29 of v1, 31 of v3: chance/);
    expect(flat(io)).toContain('Left out: 60 requests that another route of the manifest sent.');
  });

  test('to a version that has a weight, too: the data do not tell them apart, and that is said', async () => {
    const io = await check('a.log -f vs.yaml', {
      'a.log': log(drawn),
      'vs.yaml': virtualService(
        'name: reviews',
        '',
        canary('name: testers', 'headers: { x-test: { exact: "1" } }', 'v3') + split(50, 50),
      ),
    });
    expect(flat(io)).toContain('Route testers of VirtualService reviews sends to v3, too, by a match');
  });
});

describe('which rule is meant', () => {
  test('a short host is of the namespace of its VirtualService', async () => {
    const io = await check('a.log -f vs.yaml', {
      'a.log': log([
        ...of(60, { subset: 'v1', namespace: 'prod' }),
        ...drawn.map((own) => ({ ...own, namespace: 'test' })),
      ]),
      'vs.yaml':
        virtualService('name: reviews, namespace: prod', '', split(100, 0)) +
        virtualService('name: reviews, namespace: test', '', split(50, 50)),
    });
    expect(flat(io)).toContain('✓ 60 of v1, 0 of v3: as it must be');
    expect(flat(io)).toContain('✓ 29 of v1, 31 of v3: chance');
  });

  const both = {
    'vs.yaml':
      virtualService('name: reviews-gw', 'gateways: [bookinfo-gateway]', split(100, 0)) +
      virtualService('name: reviews-mesh', 'gateways: [mesh]', split(50, 50)),
  };
  test.each([
    { calls: drawn, caller: sidecar, because: 'a sidecar is called by its own pod' },
    { calls: of(60, { subset: 'v1' }), caller: '203.0.113.9', because: 'a gateway is called by others' },
  ])('$because, and holds the rule of its gateways', async ({ calls, caller }) => {
    const io = await check('a.log -f vs.yaml', { ...both, 'a.log': log(calls, caller) });
    expect(io.code).toBe(0);
    expect(flat(io)).toMatch(caller === sidecar ? /^✓ 29 of v1, 31 of v3/ : /^✓ 60 of v1, 0 of v3/);
  });

  test('where the data do not tell who called, the user is asked', async () => {
    const io = await check('a.log -f vs.yaml', {
      ...both,
      'a.log': log(drawn).replaceAll(`${sidecar}:48888`, '-'),
    });
    expect(io.errors).toContain('the data do not tell whether a sidecar or a gateway called');
  });
});

describe('changes', () => {
  const early = log(Array.from({ length: 60 }, (_, i) => ({ subset: 'v1', at: i })));
  const late = log(half.map((subset, i) => ({ subset, at: 60 + i })));

  test.each(['early.log late.log', 'late.log early.log'])(
    'a span counts from the first request of all, whatever the order of files: %s',
    async (names) => {
      const io = await check(`${names} --weights v1=100,v3=0 --change 60s=v1=50,v3=50`, {
        'early.log': early,
        'late.log': late,
      });
      expect(flat(io)).toMatch(/^✓ at 100\/0 60 of v1, 0 of v3 .* then at 50\/50 29 of v1, 31 of v3/);
    },
  );

  test('clients are held against each other under one rule: who came before a change keeps to no version', async () => {
    const io = await check('a.log --weights v1=100,v3=0 --change 60s=v1=50,v3=50', {
      'a.log': log([
        ...of(60, { subset: 'v1', client: '203.0.113.1' }),
        ...half.map((subset, i) => ({ subset, client: `203.0.113.${2 + (i % 2)}` })),
      ]),
    });
    expect(flat(io)).toMatch(/^✓ /);
    expect(flat(io)).not.toContain('each mostly with one version');
  });
});
