import { describe, expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { smallScenario } from '../../support/small-scenario.ts';

const workload = (name: string, labels: string, namespace: string, container: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { ${labels} } }
  template:
    metadata: { labels: { ${labels} }, annotations: { inject.istio.io/templates: ${name === 'shop' ? 'sidecar' : 'gateway'} } }
    spec: { containers: [${container}] }
---`;
const service = (name: string, labels: string, namespace: string, ports: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { ${labels} }, ports: [${ports}] }
---`;

/** A shop behind a gateway, whose visitors come at the port; servers and rules are given. */
async function played({ servers, http, ports, port }: Mesh): Promise<RunRecord> {
  const scenario = await smallScenario(
    `duration: 10s
traffic:
  - { name: web, host: shop.example, path: /a/b, arrivals: constant, rps: 10${port === undefined ? '' : `, port: ${port}`} }`,
    {
      'mesh.yaml': [
        workload('shop', 'app: shop', 'default', '{ name: shop, image: shop }'),
        service('shop', 'app: shop', 'default', '{ name: http, port: 80 }'),
        ...(ports === undefined
          ? []
          : [
              workload(
                'entry',
                'istio: ingressgateway',
                'istio-system',
                '{ name: istio-proxy, image: auto }',
              ),
              service('entry', 'istio: ingressgateway', 'istio-system', ports),
            ]),
        `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: g, namespace: default }
spec: { selector: { istio: ingressgateway }, servers: [${servers}] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: default }
spec: { hosts: ['*'], gateways: [g], http: [${http}] }
`,
      ].join('\n'),
    },
  );
  return runOnce(scenario).record;
}

interface Mesh {
  readonly servers: string;
  readonly http: string;
  readonly ports?: string;
  readonly port?: number;
}

const toShop = '{ route: [{ destination: { host: shop } }] }';
const plain = '{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example] }';
const back =
  '{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example], tls: { httpsRedirect: true } }';
const tls =
  '{ port: { number: 443, name: https, protocol: HTTPS }, hosts: [shop.example], tls: { mode: SIMPLE, credentialName: c } }';
const clear = '{ name: http, port: 80 }';

// RFC 9110, 15.4: the client has to ask again. Ten pages a second, ten seconds.
describe('a redirect is no page', () => {
  test.each([
    {
      mesh: { servers: back, http: toShop },
      to: 'https://shop.example',
      is: 'nothing',
      because: 'no server has TLS',
    },
    {
      mesh: { servers: `${back}, ${tls}`, http: toShop },
      to: 'https://shop.example',
      is: 'served',
      because: 'a server of the Gateway has the port, the protocol and the name',
    },
    {
      mesh: { servers: `${back}, ${tls}`, http: toShop, ports: clear },
      to: 'https://shop.example',
      is: 'nothing',
      because: 'the Service lets port 80 in alone',
    },
    {
      mesh: { servers: plain, http: '{ redirect: { scheme: https, port: 80 } }' },
      to: 'https://shop.example:80',
      is: 'nothing',
      because: 'port 80 speaks without TLS',
    },
    {
      mesh: { servers: `${plain}, ${tls}`, http: '{ redirect: { scheme: https } }' },
      to: 'https://shop.example',
      is: 'loops',
      because: 'the rule is for the TLS server, too, and sends there what comes from there',
    },
    {
      mesh: {
        servers: plain,
        http: `{ match: [{ uri: { exact: /a/b } }], redirect: { uri: /c } }, ${toShop}`,
      },
      to: 'http://shop.example',
      is: 'served',
      because: 'the path is another one, which the next rule takes',
    },
    {
      mesh: { servers: plain, http: '{ redirect: { authority: other.example } }' },
      to: 'http://other.example',
      is: 'nothing',
      because: 'nobody here has the name',
    },
  ] as const)('$to: $is, as $because', async ({ mesh, to, is }) => {
    const { redirects, diagnosis } = await played(mesh);
    const told = diagnosis!.findings.find(({ code }) => code === 'redirected')!;
    expect(redirects).toMatchObject([{ to, there: is }]);
    expect(redirects![0]!.pages).toBeGreaterThanOrEqual(98);
    expect(told.sentence).toContain(`ended in a redirect (301) to ${to}`);
    expect(diagnosis!.answer).toBe(is === 'served' ? 'holds, but' : 'does not hold');
  });

  test('and where there is none, a record has no word of it', async () => {
    const record = await played({ servers: plain, http: toShop });
    expect(record).not.toHaveProperty('redirects');
    expect(record.diagnosis!.findings.map(({ code }) => code)).not.toContain('redirected');
  });
});

// kube-proxy serves the ports of a Service and no others; istio pilot/pkg/model/gateway.go, resolvePorts: a server is on the
// Service's port, or on what that is taken on to.
describe('visitors come in at a port of the gateway’s Service', () => {
  const at = (number: number): string =>
    `{ port: { number: ${number}, name: http, protocol: HTTP }, hosts: ['*'] }`;
  test.each([
    { server: 9090, ports: clear, is: 'gateway-port' },
    { server: 9090, ports: '{ name: http, port: 9090 }', is: 'in' },
    { server: 8080, ports: '{ name: http, port: 80, targetPort: 8080 }', is: 'in' },
    { server: 80, ports: '{ name: http, port: 80, targetPort: 8080 }', is: 'in' },
    { server: 9090, ports: undefined, is: 'in' },
  ])('a server on $server, behind $ports: $is', async ({ server, ports, is }) => {
    const record = await played({
      servers: at(server),
      http: toShop,
      ...(ports === undefined ? {} : { ports }),
    });
    const { pages, failed } = record.pages;
    expect(failed).toBe(is === 'in' ? 0 : pages);
    const codes = record.diagnosis!.findings.map(({ code }) => code);
    expect(codes.includes('gateway-port')).toBe(is !== 'in');
  });
});
