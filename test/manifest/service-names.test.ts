import { expect, test } from 'vitest';
import { parseHost } from '../../src/manifest/host.ts';
import { ServiceNames } from '../../src/manifest/service-names.ts';

const names = new ServiceNames([
  { name: 'reviews', namespace: 'default' },
  { name: 'web', namespace: 'shop' },
  { name: 'web', namespace: 'office' },
]);

test('a Service is called by its name where no other namespace has one of that name', () => {
  expect(names.ofName('reviews.default.svc.cluster.local')).toBe('reviews');
  expect(names.ofName('web.shop.svc.cluster.local')).toBe('web.shop');
  expect(names.ofName('web.office.svc.cluster.local')).toBe('web.office');
  // Not known at all, and known elsewhere alone.
  expect(names.ofName('ghost.shop.svc.cluster.local')).toBe('ghost');
  expect(names.ofName('reviews.shop.svc.cluster.local')).toBe('reviews.shop');
  expect(names.ofName('httpbin.org')).toBe('httpbin.org');
});

/** The search list of a pod in `shop`: shop.svc.cluster.local svc.cluster.local cluster.local (Kubernetes, DNS for Services and Pods). */
test.each([
  ['web', 'web.shop.svc.cluster.local', 'a bare name is looked for in the caller’s own namespace'],
  ['web:8080', 'web.shop.svc.cluster.local', 'a port is no part of the name'],
  ['web.office', 'web.office.svc.cluster.local', 'name.namespace is completed by svc.cluster.local'],
  ['web.office.svc', 'web.office.svc.cluster.local', 'name.namespace.svc by cluster.local'],
  ['WEB.Office.svc.cluster.local:80', 'web.office.svc.cluster.local', 'names of hosts have no case'],
  ['httpbin.org', 'httpbin.org', 'two parts that are no Service are a host outside'],
  ['www.httpbin.org:443', 'www.httpbin.org', 'and so are three'],
])('a caller in shop who asks %s means %s: %s', (authority, host) => {
  expect(names.called(authority, 'shop').name).toBe(host);
});

test('a word finds the one Service that it can mean', () => {
  expect(names.find('reviews')).toEqual({ name: 'reviews', namespace: 'default' });
  expect(names.find('web')).toBeUndefined();
  expect(names.find('web.shop')).toEqual({ name: 'web', namespace: 'shop' });
  expect(names.find('web.office.svc.cluster.local')).toEqual({ name: 'web', namespace: 'office' });
  expect(names.find('web.office.example.com')).toBeUndefined();
  expect(names.find('constructor')).toBeUndefined();
});

test('a pattern is no Service', () => {
  expect(parseHost('*.shop.svc.cluster.local').service).toBeUndefined();
  expect(parseHost('*')).toEqual({ name: '*', service: undefined });
});
