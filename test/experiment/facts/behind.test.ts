import { expect, test } from 'vitest';
import { covers } from '../../../src/experiment/facts/behind.ts';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RouteMatch } from '../../../src/mesh/envoy/route.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, entryFor, service, subsets } from '../../support/world.ts';

const all = [{ prefix: '/' }, { safe_regex: { regex: '.*' } }] satisfies RouteMatch[];

test.each<readonly [first: RouteMatch, second: RouteMatch, because: string]>([
  ...all.map((first) => [first, { path: '/a' }, 'it takes every path'] as const),
  [{ prefix: '/a' }, { prefix: '/a/b' }, 'the longer path begins with the shorter one'],
  [{ prefix: '/a' }, { prefix: '/a', headers: [{ name: 'x', present_match: true }] }, 'it asks for less'],
  [{ path_separated_prefix: '/a' }, { path: '/a/b' }, 'it lies below'],
  [{ safe_regex: { regex: '/.*/x' } }, { path: '/a/x' }, 'the expression tells that path'],
  [{ prefix: '/A', case_sensitive: false }, { prefix: '/a' }, 'case does not count'],
])('%j takes all that %j would: %s', (first, second) => {
  expect(covers(first, second)).toBe(true);
});

test.each<readonly [first: RouteMatch, second: RouteMatch, because: string]>([
  [{ prefix: '/a/b' }, { prefix: '/a' }, 'others are left'],
  [
    { prefix: '/', headers: [{ name: 'x', present_match: true }] },
    { prefix: '/' },
    'those without x are left',
  ],
  [{ path_separated_prefix: '/a' }, { prefix: '/a' }, '/ab is left'],
  [{ safe_regex: { regex: '/.*/x' } }, { prefix: '/a' }, '/a is left'],
  [{ prefix: '/a' }, { prefix: '/a', case_sensitive: false }, '/A is left'],
])('%j does not take all that %j would: %s', (first, second) => {
  expect(covers(first, second)).toBe(false);
});

const mesh = [
  service('web'),
  deployment('web', 'v1'),
  deployment('web', 'v2'),
  subsets('web', 'v1', 'v2'),
  entryFor(),
].join('');

const rule = (name: string, day: number, v2: number, match = ''): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, creationTimestamp: "2026-03-0${day}T10:00:00Z" }
spec:
  hosts: [shop.example.test]
  gateways: [entry]
  http:
    - ${match === '' ? '' : `match: [{ uri: { ${match} } }]\n      `}route: [{ destination: { host: web, subset: v1 }, weight: ${100 - v2} }, { destination: { host: web, subset: v2 }, weight: ${v2} }]
---`;

const scenarioOf = (...rules: readonly string[]): Promise<Scenario> =>
  smallScenario(
    'duration: 5s\nfocus: web\ntraffic:\n  - { name: visitors, host: shop.example.test, path: /, arrivals: poisson, rps: 10 }',
    { 'mesh.yaml': `${mesh}${rules.join('')}` },
  );

const headOf = (code: string, scenario: Scenario): string[] =>
  runOnce(scenario)
    .record.diagnosis!.findings.filter((own) => own.code === code)
    .map(({ sentence }) => sentence);

// istio pilot/pkg/networking/core/gateway.go: virtual hosts of one name merge, in the order of creation; SortVHostRoutes.
test('a younger rule that an older one leaves nothing at the gateway is told, by a run and without one', async () => {
  const scenario = await scenarioOf(rule('a-young', 4, 10), rule('z-old', 1, 0));
  const sentence =
    'VirtualService a-young.default, rule 1 takes no request of shop.example.test at the gateway: VirtualService z-old.default, rule 1 stands before it, and takes all that it would.';
  expect(headOf('older-rule-hides', scenario)).toEqual([sentence]);
  expect(foresee(scenario).filter(({ code }) => code === 'older-rule-hides')).toMatchObject([{ sentence }]);
});

test('an older rule for all paths comes last, and hides none that is for some', async () => {
  const scenario = await scenarioOf(rule('young', 4, 10, 'prefix: /api'), rule('old', 1, 0));
  expect(headOf('older-rule-hides', scenario)).toEqual([]);
});
