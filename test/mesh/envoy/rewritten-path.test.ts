import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { rewrittenPath } from '../../../src/mesh/envoy/rewritten-path.ts';
import type { Route, RouteAction, RouteMatch } from '../../../src/mesh/envoy/route.ts';
import { smallScenario } from '../../support/small-scenario.ts';

const leaving = (match: RouteMatch, action: Partial<RouteAction>, path: string): string =>
  rewrittenPath({ match, route: action } as Route, path);

// api/envoy/config/route/v3/route_components.proto, prefix_rewrite.
test.each<[RouteMatch, string, string, string]>([
  [{ prefix: '/prefix/' }, '/', '/prefix/foo', '/foo'],
  [{ prefix: '/prefix' }, '/', '/prefix', '/'],
  [{ prefix: '/prefix' }, '/', '/prefix/foo', '//foo'],
  [{ path: '/old' }, '/new', '/old?a=1', '/new?a=1'],
  [{ safe_regex: { regex: '/v\\d+/.*' } }, '/all', '/v1/x?a=1', '/all?a=1'],
  [{ path_separated_prefix: '/rest/api' }, '/api', '/rest/api/v1', '/api/v1'],
])('prefix_rewrite replaces what %j matched: "%s" makes of %s %s', (match, to, path, is) => {
  expect(leaving(match, { prefix_rewrite: to }, path)).toBe(is);
});

// The four examples of regex_rewrite there.
test.each([
  ['^/service/([^/]+)(/.*)$', '\\2/instance/\\1', '/service/foo/v1/api', '/v1/api/instance/foo'],
  ['one', 'two', '/xxx/one/yyy/one/zzz', '/xxx/two/yyy/two/zzz'],
  ['^(.*?)one(.*)$', '\\1two\\2', '/xxx/one/yyy/one/zzz', '/xxx/two/yyy/one/zzz'],
  ['(?i)/xxx/', '/yyy/', '/aaa/XxX/bbb', '/aaa/yyy/bbb'],
  ['x', 'a$b', '/x?x', '/a$b?x'],
  ['x+', '[\\0]', '/axx', '/a[xx]'],
])('regex_rewrite of %s by %s makes of %s %s', (regex, substitution, path, is) => {
  expect(leaving({ prefix: '/' }, { regex_rewrite: { pattern: { regex }, substitution } }, path)).toBe(is);
});

test('the application gets the path with which the request left, and does what it does for that', async () => {
  const medianMs = async (rewrite: string): Promise<number> => {
    const scenario = await smallScenario(
      `duration: 5s
app: later-app.yaml
hop: 0ms
traffic:
  - { name: curl, from: curl, host: 'web:80', path: /old, arrivals: constant, rps: 10 }`,
      {
        'mesh.yaml': ['web', 'curl']
          .map(
            (name) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: app, image: app }] } }
---`,
          )
          .concat(
            `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [{ match: [{ uri: { prefix: /old } }], ${rewrite} route: [{ destination: { host: web } }] }] }`,
          )
          .join(''),
        'later-app.yaml': `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: app }
spec:
  workloads:
    - name: web
      match: { app: web }
      script: [{ work: 100ms }]
      paths:
        - { path: /old, script: [{ work: 10ms }] }
        - { path: /new, script: [{ work: 40ms }] }`,
      },
    );
    return Math.round(runOnce(scenario).record.pages.latency.p50);
  };
  expect(await medianMs('')).toBe(10);
  expect(await medianMs('rewrite: { uri: /new },')).toBe(40);
});
