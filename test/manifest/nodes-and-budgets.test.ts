import { expect, test } from 'vitest';
import { ofKind, parseOne, resourceText } from './manifest-text.ts';

// kubelet: what pods may ask for is what is allocatable, which is the capacity less what the system keeps.
test.each([
  {
    status: '{ allocatable: { cpu: 3920m }, capacity: { cpu: 4 } }',
    cpuMilli: 3920,
    because: 'the system keeps 80m',
  },
  { status: '{ capacity: { cpu: 4 } }', cpuMilli: 4000, because: 'nobody says what the system keeps' },
  {
    status: "{ allocatable: { cpu: '3.5' }, capacity: { cpu: '4' } }",
    cpuMilli: 3500,
    because: 'as kubectl prints it',
  },
  { status: '{ allocatable: { memory: 1Gi } }', cpuMilli: undefined, because: 'nothing is said of CPU' },
])('a Node with status $status has $cpuMilli millicores for pods: $because', ({ status, cpuMilli }) => {
  const text = `${resourceText('v1', 'Node', 'unschedulable: false', 'a')}\nstatus: ${status}\n`;
  const [own] = ofKind(parseOne(text).manifest, 'Node');
  expect(own!.spec.cpuMilli).toBe(cpuMilli);
  expect(own!.spec.unschedulable).toBeUndefined();
});

test('a Node says how many pods it takes, and how much memory they may ask for', () => {
  const status =
    '{ allocatable: { cpu: 4, memory: 7Gi, pods: "110" }, capacity: { memory: 8Gi, pods: 250 } }';
  const text = `${resourceText('v1', 'Node', 'unschedulable: false', 'a')}\nstatus: ${status}\n`;
  const [own] = ofKind(parseOne(text).manifest, 'Node');
  expect(own!.spec).toMatchObject({ memoryBytes: 7 * 2 ** 30, podsMax: 110 });
});

// component-helpers/resource/helpers.go, PodRequests; Istio's charts: a sidecar asks for 128Mi unless an annotation says otherwise.
const mebibyte = 2 ** 20;
test.each([
  ['containers: [{ name: a, image: a, resources: { requests: { memory: 64Mi } } }]', '', 64, 128],
  ['containers: [{ name: a, image: a, resources: { limits: { memory: 64Mi } } }]', 'proxyCPU: 10m', 64, 0],
  ['containers: [{ name: a, image: a }]', 'proxyMemory: 40Mi', 0, 40],
  [
    'containers: [{ name: a, image: a, resources: { requests: { memory: 64Mi } } }, { name: istio-proxy, image: auto, resources: { requests: { memory: 300Mi } } }]',
    '',
    64,
    300,
  ],
  [
    'resources: { requests: { memory: 100Mi } }, containers: [{ name: a, image: a, resources: { requests: { memory: 64Mi } } }]',
    '',
    100,
    0,
  ],
  [
    'initContainers: [{ name: s, image: a, restartPolicy: Always, resources: { requests: { memory: 20Mi } } }, { name: i, image: a, resources: { requests: { memory: 90Mi } } }], containers: [{ name: a, image: a, resources: { requests: { memory: 64Mi } } }]',
    '',
    110,
    128,
  ],
])('a pod of %s (%s) asks for %d Mi, its sidecar for %d', (spec, annotation, own, sidecar) => {
  const annotations = annotation === '' ? '{}' : `{ sidecar.istio.io/${annotation} }`;
  const text = resourceText(
    'apps/v1',
    'Deployment',
    `selector: { matchLabels: { app: a } }\ntemplate: { metadata: { labels: { app: a }, annotations: ${annotations} }, spec: { ${spec} } }`,
    'a',
  );
  const { memoryRequests } = ofKind(parseOne(text).manifest, 'Deployment')[0]!.spec.template;
  expect(memoryRequests).toEqual({ ownBytes: own * mebibyte, sidecarBytes: sidecar * mebibyte });
});

test('a Node that is cordoned is read so', () => {
  const [own] = ofKind(parseOne(resourceText('v1', 'Node', 'unschedulable: true', 'a')).manifest, 'Node');
  expect(own!.spec.unschedulable).toBe(true);
});

// pkg/apis/policy/validation/validation.go: minAvailable and maxUnavailable cannot be both set.
test.each([
  { amounts: 'minAvailable: 1', read: { minAvailable: { count: 1 } }, error: undefined },
  { amounts: 'minAvailable: 0', read: { minAvailable: { count: 0 } }, error: undefined },
  { amounts: 'maxUnavailable: 25%', read: { maxUnavailable: { percent: 25 } }, error: undefined },
  { amounts: '', read: {}, error: undefined },
  {
    amounts: 'minAvailable: 1\nmaxUnavailable: 1',
    read: { minAvailable: { count: 1 }, maxUnavailable: { count: 1 } },
    error: 'minAvailable and maxUnavailable cannot be both set',
  },
])('a PodDisruptionBudget of "$amounts" is $read, error: $error', ({ amounts, read, error }) => {
  const { manifest, problems } = parseOne(
    resourceText(
      'policy/v1',
      'PodDisruptionBudget',
      `selector: { matchLabels: { app: a } }\n${amounts}`,
      'a',
    ),
  );
  const errors = problems.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ message }) => message)).toEqual(
    error === undefined ? [] : [expect.stringContaining(error)],
  );
  if (error === undefined)
    expect(ofKind(manifest, 'PodDisruptionBudget')[0]!.spec).toEqual({ selector: { app: 'a' }, ...read });
});
