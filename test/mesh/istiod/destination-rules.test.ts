import { describe, expect, test } from 'vitest';
import type { ProxyIdentity } from '../../../src/mesh/envoy/proxy-identity.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { actingFor } from '../../../src/mesh/istiod/acting-for.ts';
import { meshView, translate } from '../../../src/mesh/istiod/translate.ts';
import { resources, service } from '../../support/world.ts';

/** Rules in the order of their age, a second apart. */
function registryOf(...texts: string[]) {
  let registry = applyResources(emptyRegistry, [], 0).registry;
  texts.forEach((text, second) => {
    registry = applyResources(registry, resources(text), second * 1e6).registry;
  });
  return registry;
}

const proxy = (namespace: string, labels = {}, type: ProxyIdentity['type'] = 'sidecar'): ProxyIdentity => ({
  type,
  namespace,
  labels,
});

const rule = (place: string, spec: string): string => {
  const [namespace, name] = place.split('/');
  return `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec} }
---`;
};
const subset = (...names: string[]): string =>
  `subsets: [${names.map((name) => `{ name: ${name}, labels: { version: ${name} } }`).join(', ')}]`;
const connections = (most: number): string =>
  `trafficPolicy: { connectionPool: { tcp: { maxConnections: ${most} } } }`;
const reviews = 'host: reviews.bookinfo.svc.cluster.local';

/** Where the rule that acts comes from, its subsets, and how many connections it lets be open. */
function acting(caller: ProxyIdentity, host: string, ...rules: string[]) {
  const { destinationRules } = meshView(registryOf(...rules), caller);
  const found = destinationRules.acting(caller, host);
  return {
    from: found?.from.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`) ?? [],
    subsets: found?.subsets.map(({ name }) => name) ?? [],
    connections: found?.policy?.connectionPool?.maxConnections,
  };
}
const forReviews = (caller: ProxyIdentity, ...rules: string[]) =>
  acting(caller, 'reviews.bookinfo.svc.cluster.local', ...rules);

describe('which DestinationRule acts (push_context.go, destinationRule)', () => {
  const own = rule('shop/own', `${reviews}, ${subset('own')}`);
  const served = rule('bookinfo/served', `host: reviews, ${subset('served')}`);
  const root = rule('istio-system/root', `${reviews}, ${subset('root')}`);
  const third = rule('third/other', `${reviews}, ${subset('third')}`);
  const thirdIsRoot = `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: 'rootNamespace: third' }
---`;

  test('that of the caller\u2019s namespace, else that of the Service\u2019s, else that of the root namespace; a third one never', () => {
    expect(forReviews(proxy('shop'), third, root, served, own).from).toEqual(['shop/own']);
    expect(forReviews(proxy('shop'), third, root, served).from).toEqual(['bookinfo/served']);
    expect(forReviews(proxy('shop'), third, root).from).toEqual(['istio-system/root']);
    expect(forReviews(proxy('shop'), thirdIsRoot, third, root).from).toEqual(['third/other']);
    expect(forReviews(proxy('shop'), third).from).toEqual([]);
  });

  test('anything for the host in the caller\u2019s namespace ends the search: a catch-all hides the subsets of the Service', () => {
    const all = rule('shop/all', `host: '*.local', ${connections(7)}`);
    expect(forReviews(proxy('shop'), served, all)).toEqual({
      from: ['shop/all'],
      subsets: [],
      connections: 7,
    });
    expect(forReviews(proxy('other'), served, all).subsets).toEqual(['served']);
  });

  test('in one namespace the most specific host, whatever the age (TestSetDestinationRuleWithExportTo)', () => {
    const rules = [
      rule('web/wide', `host: '*.org', ${subset('a')}`),
      rule('web/narrow', `host: '*.app.org', ${subset('b')}`),
    ];
    expect(acting(proxy('web'), 'foo.app.org', ...rules).from).toEqual(['web/narrow']);
    expect(acting(proxy('web'), 'foo.org', ...rules).from).toEqual(['web/wide']);
    expect(
      acting(proxy('web'), 'foo.app.org', ...rules, rule('web/exact', 'host: foo.app.org')).from,
    ).toEqual(['web/exact']);
  });

  const exported = [
    rule('test1/rule1', `host: httpbin.org, exportTo: ['.', ns1], ${subset('subset1', 'subset2')}`),
    rule(
      'test2/rule2',
      `host: httpbin.org, exportTo: [test2, ns1, test1, newNS], ${subset('subset3', 'subset4')}`,
    ),
    rule('test3/rule3', `host: httpbin.org, exportTo: ['*'], ${subset('subset5', 'subset6')}`),
    rule('test4/rule4-local', `host: httpbin.org, exportTo: [test4], ${subset('subset15', 'subset16')}`),
    rule('istio-system/rule4', `host: httpbin.org, ${subset('subset7', 'subset8')}`),
    rule('istio-system/rule1', `host: httpbin.org, exportTo: ['.'], ${subset('subset9', 'subset10')}`),
  ];
  test.each([
    { caller: proxy('test2'), subsets: ['subset3', 'subset4'], because: 'its own, which names it' },
    { caller: proxy('test4'), subsets: ['subset15', 'subset16'], because: 'its own, which names it alone' },
    {
      caller: proxy('istio-system', {}, 'gateway'),
      subsets: ['subset9', 'subset10'],
      because: 'private to the root',
    },
    { caller: proxy('elsewhere'), subsets: ['subset7', 'subset8'], because: 'what the root exports' },
  ])(
    'callers in $caller.namespace see $because (TestSetDestinationRuleWithExportTo)',
    ({ caller, subsets }) => {
      expect(acting(caller, 'httpbin.org', ...exported).subsets).toEqual(subsets);
    },
  );

  test('what the Service\u2019s namespace does not export to the caller leaves the root\u2019s', () => {
    const kept = rule('bookinfo/kept', `host: reviews, exportTo: [bookinfo, pals], ${subset('kept')}`);
    expect(forReviews(proxy('pals'), kept, root).from).toEqual(['bookinfo/kept']);
    expect(forReviews(proxy('shop'), kept, root).from).toEqual(['istio-system/root']);
    expect(forReviews(proxy('bookinfo'), kept, root).from).toEqual(['bookinfo/kept']);
  });

  test('a rule that is exported to others alone is not one of its own namespace', () => {
    const away = rule('bookinfo/away', `host: reviews, exportTo: [pals], ${subset('away')}`);
    expect(forReviews(proxy('bookinfo'), away, root).from).toEqual(['istio-system/root']);
    expect(forReviews(proxy('pals'), away, root).from).toEqual(['bookinfo/away']);
  });
});

describe('rules of one host and namespace merge (destination_rule.go, mergeDestinationRule)', () => {
  test('subsets add up, the first of a name counts, and the policy is that of the first that has one', () => {
    const one = rule('bookinfo/one', `host: reviews, ${subset('v1', 'v2')}`);
    const two = rule('bookinfo/two', `host: reviews, ${connections(9)}, ${subset('v2', 'v3')}`);
    const three = rule('bookinfo/three', `${reviews}, ${connections(5)}`);
    expect(forReviews(proxy('shop'), one, two, three)).toEqual({
      from: ['bookinfo/one', 'bookinfo/two', 'bookinfo/three'],
      subsets: ['v1', 'v2', 'v3'],
      connections: 9,
    });
    const { clusters } = translate(
      registryOf(service('reviews').replace('name: reviews', 'name: reviews, namespace: bookinfo'), one, two),
      proxy('shop'),
    );
    expect(
      clusters.find(({ subset: own }) => own === 'v1')!.circuit_breakers!.thresholds[0]!.max_connections,
    ).toBe(9);
  });

  test('by age, not by their place in a file: of one second by name', () => {
    const both =
      rule('bookinfo/b', `host: reviews, ${connections(2)}`) +
      rule('bookinfo/a', `host: reviews, ${connections(1)}`);
    expect(forReviews(proxy('shop'), both).from).toEqual(['bookinfo/a', 'bookinfo/b']);
  });

  test('exportTo ["*"] means the same as none and is not the same: they stay apart, and the newest counts alone', () => {
    const one = rule('bookinfo/one', `host: reviews, ${subset('v1')}`);
    const two = rule('bookinfo/two', `host: reviews, exportTo: ['*'], ${subset('v2')}`);
    expect(forReviews(proxy('shop'), one, two)).toMatchObject({ from: ['bookinfo/two'], subsets: ['v2'] });
  });

  test('a newer one that is exported to more merges into the older one', () => {
    const one = rule('bookinfo/one', `host: reviews, exportTo: [shop], ${subset('v1')}`);
    const two = rule('bookinfo/two', `host: reviews, exportTo: [shop, web], ${subset('v2')}`);
    expect(forReviews(proxy('shop'), one, two).subsets).toEqual(['v1', 'v2']);
    expect(forReviews(proxy('web'), one, two).subsets).toEqual([]);
  });

  test('an exact name and a pattern never merge', () => {
    const all = rule('bookinfo/all', `host: '*.bookinfo.svc.cluster.local', ${connections(3)}`);
    const one = rule('bookinfo/one', `host: reviews, ${subset('v1')}`);
    expect(forReviews(proxy('shop'), all, one)).toEqual({
      from: ['bookinfo/one'],
      subsets: ['v1'],
      connections: undefined,
    });
  });
});

describe('a rule with a workloadSelector (TestSetDestinationRuleWithWorkloadSelector)', () => {
  const rules = [
    rule('test/plain', `host: httpbin.org, exportTo: ['.', test2], ${connections(4)}`),
    rule(
      'test/app1',
      `host: httpbin.org, workloadSelector: { matchLabels: { app: app1 } }, ${connections(1)}`,
    ),
    rule(
      'test/app2',
      `host: httpbin.org, workloadSelector: { matchLabels: { app: app2 } }, ${connections(2)}`,
    ),
  ];
  test.each([
    { labels: { app: 'app1' }, most: 1 },
    { labels: { app: 'app2' }, most: 2 },
    { labels: { app: 'other' }, most: 4 },
  ])('acts for the workloads that it selects: those with $labels may open $most', ({ labels, most }) => {
    expect(acting(proxy('test', labels), 'httpbin.org', ...rules).connections).toBe(most);
  });

  test('takes the subsets of a plain rule that is exported to all away from its own workloads, and from no others', () => {
    const plain = rule('bookinfo/plain', `host: reviews, ${subset('v1')}`);
    const chosen = rule(
      'bookinfo/chosen',
      `host: reviews, workloadSelector: { matchLabels: { app: a } }, ${connections(1)}`,
    );
    expect(forReviews(proxy('bookinfo', { app: 'a' }), plain, chosen).subsets).toEqual([]);
    expect(forReviews(proxy('bookinfo', { app: 'b' }), plain, chosen).subsets).toEqual(['v1']);
  });
});

test('clusters of a caller that no DestinationRule is for have no subsets', () => {
  const text = service('reviews').replace('name: reviews', 'name: reviews, namespace: bookinfo');
  const registry = registryOf(text, rule('bookinfo/r', `host: reviews, exportTo: ['.'], ${subset('v1')}`));
  const namesFor = (namespace: string) =>
    translate(registry, proxy(namespace)).clusters.map((own) => own.subset);
  expect(namesFor('bookinfo')).toEqual(['', 'v1']);
  expect(namesFor('shop')).toEqual(['']);
  const [own] = meshView(registry, proxy('shop')).services;
  expect(actingFor(meshView(registry, proxy('shop')), proxy('shop'), own!.host)).toBeUndefined();
});
