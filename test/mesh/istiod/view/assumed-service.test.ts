import { expect, test } from 'vitest';
import { assumedServices } from '../../../../src/mesh/istiod/view/assumed-service.ts';
import { resources, service } from '../../../support/world.ts';

const virtualService = (spec: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: rule, namespace: shop }
spec: { ${spec} }
---`;
const gatewayApi = (kind: string, spec: string, version = 'v1'): string => `
apiVersion: gateway.networking.k8s.io/${version}
kind: ${kind}
metadata: { name: rule, namespace: shop }
spec: { ${spec} }
---`;
const to = (port = ''): string => `route: [{ destination: { host: web-v2${port} } }]`;
const backend = 'rules: [{ backendRefs: [{ name: web-v2, port: 8080 }] }]';
const parent = "group: '', kind: Service, name: web";

// What a rule is of is the protocol that its port must have to be asked at all (istio pkg/config/kube/conversion.go).
test.each<{ rule: string; assumed: string[]; because: string }>([
  {
    rule: virtualService(`hosts: [web], http: [{ ${to()} }]`),
    assumed: ['web.shop http:80'],
    because: 'nothing tells the port',
  },
  {
    rule: virtualService(
      `hosts: [web, web.other.svc.cluster.local], http: [{ ${to(', port: { number: 9080 }')} }]`,
    ),
    assumed: ['web.shop http:9080', 'web.other http:9080'],
    because: 'each of its hosts, on the port of what it sends to',
  },
  {
    rule: virtualService(`hosts: [web], tcp: [{ match: [{ port: 5000 }], ${to()} }]`),
    assumed: ['web.shop tcp:5000'],
    because: 'connections, on the port that it is for',
  },
  {
    rule: virtualService(
      `hosts: [web], tcp: [{ match: [{ port: 5000 }], ${to(', port: { number: 6000 }')} }]`,
    ),
    assumed: ['web.shop tcp:6000'],
    because: 'the destination tells more',
  },
  {
    rule: virtualService(`hosts: [web], tls: [{ match: [{ sniHosts: [web], port: 8443 }], ${to()} }]`),
    assumed: ['web.shop tls:8443'],
    because: 'a tls rule acts on ports of TLS alone',
  },
  {
    rule: virtualService(`hosts: [web], http: [{ ${to()} }], tcp: [{ match: [{ port: 5000 }], ${to()} }]`),
    assumed: ['web.shop http:5000'],
    because: 'http rules are shown where there are any',
  },
  {
    rule: virtualService(`hosts: [web], gateways: [entry], http: [{ ${to()} }]`),
    assumed: [],
    because: 'it is no rule for callers in the mesh',
  },
  {
    rule: virtualService(`hosts: [web], gateways: [entry, mesh], http: [{ ${to()} }]`),
    assumed: ['web.shop http:80'],
    because: 'for them, too',
  },
  {
    rule: virtualService(`hosts: ['*.shop.svc.cluster.local', example.com, web], http: [{ ${to()} }]`),
    assumed: ['web.shop http:80'],
    because: 'patterns and names outside are no Services',
  },
  {
    rule:
      virtualService(`hosts: [web], http: [{ ${to(', port: { number: 1 }')} }]`) +
      virtualService(`hosts: [web], http: [{ ${to(', port: { number: 2 }')} }]`).replace(
        'name: rule',
        'name: other',
      ),
    assumed: ['web.shop http:1'],
    because: 'a name is one Service: the first rule tells',
  },
  {
    rule: gatewayApi('HTTPRoute', `parentRefs: [{ ${parent}, port: 9080 }], ${backend}`),
    assumed: ['web.shop http:9080'],
    because: 'on the port of its parent',
  },
  {
    rule: gatewayApi('HTTPRoute', `parentRefs: [{ ${parent}, namespace: other }], ${backend}`),
    assumed: ['web.other http:8080'],
    because: 'else on that of its first backend',
  },
  {
    rule: gatewayApi('HTTPRoute', `parentRefs: [{ name: entry }], ${backend}`),
    assumed: [],
    because: 'it is for a Gateway',
  },
  {
    rule: gatewayApi('GRPCRoute', `parentRefs: [{ ${parent} }], ${backend}`),
    assumed: ['web.shop grpc:8080'],
    because: 'calls of gRPC',
  },
  {
    rule: gatewayApi(
      'Gateway',
      'gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }]',
    ),
    assumed: [],
    because: 'it is no rule',
  },
  {
    rule: virtualService(`hosts: [web], http: [{ ${to()} }]`) + service('ratings'),
    assumed: [],
    because: 'Services that are written are all there are',
  },
])('for rules that come alone it is assumed that there is $assumed: $because', ({ rule, assumed }) => {
  const found = assumedServices(resources(rule)).map(
    ({ metadata, spec }) =>
      `${metadata.name}.${metadata.namespace} ${spec.ports.map(({ name, port }) => `${name}:${port}`).join(' ')}`,
  );
  expect(found).toEqual(assumed);
});
