import { describe, expect, test } from 'vitest';
import { kubernetesObjects, Names, podOfFileName, podOfNodeId } from '../../src/fit/names.ts';

const objects = kubernetesObjects(
  'all.yaml',
  `
apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: { name: quotes-next, namespace: bank }
  spec:
    selector: { matchLabels: { app: quotes, version: v2 } }
    template: { metadata: { labels: { app: quotes, version: v2 } } }
- apiVersion: v1
  kind: Service
  metadata: { name: quotes, namespace: bank }
  spec: { selector: { app: quotes }, ports: [{ port: 8080 }] }
- apiVersion: v1
  kind: Pod
  metadata:
    name: quotes-next-7d9c6b5f4d-4hk2m
    namespace: bank
    labels: { app: quotes, version: v2, pod-template-hash: 7d9c6b5f4d }
  spec: { nodeName: node-3 }
  status: { podIP: 10.0.0.9 }
`,
);

describe('who a pod is', () => {
  test('its labels, the Service that selects them and its node are known from what kubectl printed', () => {
    const names = new Names();
    names.readObjects(objects);
    expect(names.pod('quotes-next-7d9c6b5f4d-4hk2m')).toEqual({
      pod: 'quotes-next-7d9c6b5f4d-4hk2m',
      namespace: 'bank',
      workload: 'quotes-next',
      service: 'quotes',
      version: 'v2',
      node: 'node-3',
      ip: '10.0.0.9',
      isGateway: false,
    });
    expect(names.podAt('10.0.0.9')).toBe('quotes-next-7d9c6b5f4d-4hk2m');
    expect(names.portsOf('quotes')).toEqual([8080]);
  });

  test('a pod that was replaced meanwhile is of the Deployment that its name begins with', () => {
    const names = new Names();
    names.readObjects(objects);
    expect(names.pod('quotes-next-5c77d8f9b6-zzzzz')).toMatchObject({
      workload: 'quotes-next',
      service: 'quotes',
      version: 'v2',
    });
  });

  test('without manifests a metric of its owner tells the workload, and its proxy service and version', () => {
    const names = new Names();
    names.readPodInfo({
      pod: 'db-0',
      node: 'node-1',
      pod_ip: '10.0.0.1',
      created_by_kind: 'StatefulSet',
      created_by_name: 'db',
    });
    names.see({ pod: 'db-0', service: 'database', version: 'latest' });
    expect(names.pod('db-0')).toMatchObject({
      workload: 'db',
      service: 'database',
      version: '',
      node: 'node-1',
    });
    names.see({ pod: 'db-0', version: 'v3' });
    expect(names.pod('db-0').version).toBe('v3');
  });

  test.each([
    { pod: 'cart-6b8f9d5c7-kj4lp', workload: 'cart', because: 'a Deployment adds hash and letters' },
    { pod: 'pricing-v2-84c5d7f6b-2ncvx', workload: 'pricing-v2', because: 'its own name may have parts' },
    { pod: 'rates-zjkxxsclt-kqbzx', workload: 'rates', because: 'a hash may have no digit' },
    { pod: 'db-12', workload: 'db', because: 'a StatefulSet counts' },
    { pod: 'agent-x7k2p', workload: 'agent', because: 'a DaemonSet adds letters alone' },
    { pod: 'standalone', workload: 'standalone', because: 'nothing keeps it' },
  ])('$pod is of $workload: $because', ({ pod, workload }) => {
    expect(new Names().pod(pod).workload).toBe(workload);
  });
});

test.each([
  ['logs/json/cart-6b8f9d5c7-kj4lp.log.gz', 'cart-6b8f9d5c7-kj4lp'],
  ['cart-6b8f9d5c7-kj4lp_istio-proxy.txt', 'cart-6b8f9d5c7-kj4lp'],
  ['/var/log/containers/cart-6b8f9d5c7-kj4lp_shop_istio-proxy-0f3a.log', 'cart-6b8f9d5c7-kj4lp'],
  ['/var/log/pods/shop_db-0_3f1c/istio-proxy/0.log', 'db-0'],
  ['rates-zjkxxsclt-kqbzx.log.gz', 'rates-zjkxxsclt-kqbzx'],
  ['sidecar-access-proxy.log', undefined],
  ['access.log', undefined],
  ['access-1.txt', undefined],
  ['logs/istio-proxy-02.log', undefined],
  ['logs/web-1.log', 'web-1'],
])('the log %s is of the pod %s', (file, pod) => {
  expect(podOfFileName(file)).toBe(pod);
});

test('a proxy names its pod, its address and whether it is a gateway', () => {
  expect(podOfNodeId('sidecar~10.244.1.12~web-7d9c6b5f4d-4hk2m.shop~shop.svc.cluster.local')).toEqual({
    pod: 'web-7d9c6b5f4d-4hk2m',
    namespace: 'shop',
    ip: '10.244.1.12',
    isGateway: false,
  });
  expect(
    podOfNodeId('router~10.0.0.9~in-6c7f4d8b9-q2xwz.istio-system~istio-system.svc.cluster.local')?.isGateway,
  ).toBe(true);
  expect(podOfNodeId('reviews')).toBeUndefined();
});
