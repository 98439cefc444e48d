import { expect, test } from 'vitest';
import { focusOf } from '../../src/scenario/focus.ts';
import { namedService } from '../../src/scenario/named-service.ts';
import { resources } from '../support/world.ts';

const service = (name: string, namespace: string): string =>
  `---\n{ apiVersion: v1, kind: Service, metadata: { name: ${name}, namespace: ${namespace} }, spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80 }] } }\n`;
const rule = (spec: string, namespace = 'shop'): string =>
  `---\n{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: r, namespace: ${namespace} }, spec: ${spec} }\n`;
const split = (host: string): string =>
  `http: [{ route: [{ destination: { host: ${host}, subset: v1 }, weight: 1 }, { destination: { host: ${host}, subset: v2 }, weight: 1 }] }]`;
const outside = `---\n{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: pay }, spec: { hosts: [pay.example.org], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS } }\n`;

const webs = service('web', 'shop') + service('web', 'office') + service('cart', 'shop');

// Istio resolves a short name in the namespace of the resource that says it (model.ResolveShortnameToFQDN).
test.each([
  {
    because: 'the rule is one of shop',
    texts: [webs, rule(`{ hosts: [web], ${split('web')} }`)],
    focus: 'web.shop',
  },
  {
    because: 'the full name says the namespace',
    texts: [webs, rule(`{ hosts: [web.office.svc.cluster.local], ${split('web')} }`)],
    focus: 'web.office',
  },
  {
    because: 'nobody else is called so',
    texts: [webs, rule(`{ hosts: [cart], ${split('cart')} }`)],
    focus: 'cart',
  },
  {
    because: 'a host outside is called by all of its name',
    texts: [webs, outside, rule(`{ hosts: [pay.example.org], ${split('pay.example.org')} }`)],
    focus: 'pay.example.org',
  },
  {
    because: 'at a gateway the name leads to what is split',
    texts: [webs, rule(`{ hosts: [www.example.org], gateways: [entry], ${split('web')} }`)],
    focus: 'web.shop',
  },
  { because: 'nothing is split', texts: [webs], focus: 'reviews' },
])('without being told a run is about $focus: $because', ({ texts, focus }) => {
  expect(focusOf(undefined, resources(...texts))).toEqual({ called: focus });
});

test.each([
  { word: 'web.shop', named: { called: 'web.shop' } },
  { word: 'web.office.svc.cluster.local', named: { called: 'web.office' } },
  { word: 'cart.shop', named: { called: 'cart' } },
  { word: 'pay.example.org', named: { called: 'pay.example.org' } },
  {
    word: 'web',
    named: { problem: 'several namespaces have a Service called "web": write web.office or web.shop' },
  },
  { word: 'cart.office', named: { problem: 'no Service is called "cart.office" in the manifests' } },
])('$word in a scenario means one Service or is refused', ({ word, named }) => {
  expect(namedService(word, resources(webs, outside))).toEqual(named);
  expect(focusOf(word, resources(webs, outside))).toEqual(named);
});
