import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/manifest/analyze.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import type { ReplicaSet, Rollout } from '../../src/manifest/resource.ts';
import { replicaSetsOf, scaleTargetOf, selectedTemplates } from '../../src/manifest/scale-target.ts';
import { autoscalerText, deploymentText, ofKind, resourceText } from './manifest-text.ts';

const read = (texts: readonly string[]) => {
  const { manifest, problems } = parseManifests(
    texts.map((text, index) => ({ file: `${index}.yaml`, text })),
  );
  expect(problems).toEqual([]);
  return manifest;
};

/** Each text is a file of its own, named by its place: 0.yaml, 1.yaml ... */
const findings = (...texts: readonly string[]): string[] =>
  analyze(read(texts).resources).map(
    ({ file, line, severity, code, message }) => `${file}:${line} ${severity} ${code} ${message}`,
  );

const requests = 'resources: {requests: {cpu: 500m}}';

/** A workload with these labels in selector and template; its own container asks for 500m. */
const workload = (
  name: string,
  labels: string,
  { kind = 'Deployment', container = requests, annotations = '{}', fields = '', more = '' } = {},
): string =>
  resourceText(
    kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1',
    kind,
    `${fields}selector: {matchLabels: ${labels}}\ntemplate:\n  metadata: {labels: ${labels}, annotations: ${annotations}}\n  spec:\n    containers:\n    - {name: app, image: none, ${container}}${more}${kind === 'Rollout' ? '\nstrategy: {canary: {}}' : ''}`,
    name,
  );

const v1 = workload('reviews-v1', '{app: reviews, version: v1}');
const v2 = workload('reviews-v2', '{app: reviews, version: v2}');

test('an autoscaler per version, with requests and without written replicas, needs no word', () => {
  expect(findings(v1, v2, autoscalerText('v1', 'reviews-v1'), autoscalerText('v2', 'reviews-v2'))).toEqual(
    [],
  );
});

describe('a target that is not there (MS1110)', () => {
  test.each([
    {
      autoscaler: autoscalerText('v1', 'reviews-v11'),
      says: 'apps/v1 Deployment "reviews-v11" not found',
      hint: 'did you mean "reviews-v1"?',
      because: 'no Deployment has this name',
    },
    {
      autoscaler: autoscalerText('v1', 'reviews-v1').replace('apiVersion: apps/v1, ', ''),
      says: 'Deployment "reviews-v1" not found',
      hint: 'write apiVersion: apps/v1 in scaleTargetRef',
      because: 'without a group it is looked for among the core kinds',
    },
    {
      autoscaler: autoscalerText('v1', 'reviews-v1').replace('name: v1\n', 'name: v1\n  namespace: other\n'),
      says: 'apps/v1 Deployment "reviews-v1" not found',
      hint: undefined,
      because: 'a target is in its own namespace',
    },
    {
      autoscaler: autoscalerText('v1', 'db').replace('kind: Deployment', 'kind: DaemonSet'),
      says: 'apps/v1 DaemonSet "db" not found',
      hint: 'a run scales Deployments, StatefulSets, ReplicaSets and Rollouts',
      because: 'the kind has no number of replicas',
    },
  ])('$says: $because', ({ autoscaler, says, hint }) => {
    const problems = analyze(read([v1, autoscaler]).resources);
    expect(problems).toMatchObject([
      {
        severity: 'warning',
        code: 'MS1110',
        message: `the HPA controller was unable to get the target's current scale: ${says} (FailedGetScale)`,
        file: '1.yaml',
      },
    ]);
    expect(problems[0]!.hint).toBe(hint);
  });
});

describe('pods under two autoscalers (AmbiguousSelector)', () => {
  test('one selector finds the pods of both versions, so neither autoscaler acts', () => {
    const all = workload('all', '{app: reviews}');
    expect(findings(all, v1, autoscalerText('a', 'all'), autoscalerText('b', 'reviews-v1'))).toEqual([
      '0.yaml:6 warning MS1115 selector app=reviews of Deployment all finds the pods of Deployment reviews-v1 as well',
      '2.yaml:6 warning MS1111 pods by selector app=reviews are controlled by multiple HPAs: [default/a default/b] (AmbiguousSelector): none of them scales',
      '3.yaml:6 warning MS1111 pods by selector app=reviews,version=v1 are controlled by multiple HPAs: [default/a default/b] (AmbiguousSelector): none of them scales',
    ]);
  });

  test('two of them on one target', () => {
    expect(findings(v1, autoscalerText('a', 'reviews-v1'), autoscalerText('b', 'reviews-v1'))).toEqual(
      [1, 2].map(
        (file) =>
          `${file}.yaml:6 warning MS1112 pods by selector app=reviews,version=v1 are controlled by multiple HPAs: [default/a default/b] (AmbiguousSelector): none of them scales`,
      ),
    );
  });

  test('the same labels in another namespace are other pods', () => {
    const elsewhere = (text: string): string => text.replace(/^( {2}name: .*)$/m, '$1\n  namespace: other');
    expect(
      findings(
        v1,
        elsewhere(v1),
        autoscalerText('a', 'reviews-v1'),
        elsewhere(autoscalerText('a', 'reviews-v1')),
      ),
    ).toEqual([]);
  });
});

describe('a container without a CPU request (MS1113)', () => {
  const missing = (name: string, reason = 'FailedGetResourceMetric'): string =>
    `warning MS1113 missing request for cpu in container ${name} of Deployment a: HorizontalPodAutoscaler default/a gets no metric and does not scale (${reason})`;
  const scaled = autoscalerText('a', 'a');
  const metric = (own: string): string => autoscalerText('a', 'a', `maxReplicas: 2\nmetrics:\n- ${own}`);
  const byContainer = (name: string): string =>
    metric(
      `{type: ContainerResource, containerResource: {name: cpu, container: ${name}, target: {type: Utilization, averageUtilization: 50}}}`,
    );
  const bare = { container: 'ports: []' };
  test.each([
    {
      own: bare,
      autoscaler: scaled,
      says: [`1.yaml:6 ${missing('app')}`],
      because: 'without metrics it is 80 % of the request',
    },
    {
      own: bare,
      autoscaler: metric(
        '{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}',
      ),
      says: [`1.yaml:9 ${missing('app')}`],
      because: 'utilisation is a share of the request',
    },
    {
      own: bare,
      autoscaler: metric(
        '{type: Resource, resource: {name: cpu, target: {type: AverageValue, averageValue: 500m}}}',
      ),
      says: [],
      because: 'a raw value needs no request',
    },
    {
      own: { container: 'resources: {limits: {cpu: 1}}' },
      autoscaler: scaled,
      says: [],
      because: 'a limit brings its request',
    },
    {
      own: { ...bare, more: '\n    resources: {requests: {cpu: 1}}' },
      autoscaler: scaled,
      says: [],
      because: 'the pod as a whole has one',
    },
    {
      own: { more: '\n    initContainers:\n    - {name: log, image: none, restartPolicy: Always}' },
      autoscaler: scaled,
      says: [`1.yaml:6 ${missing('log')}`],
      because: 'a native sidecar counts as well',
    },
    {
      own: { more: '\n    initContainers:\n    - {name: migrate, image: none}' },
      autoscaler: scaled,
      says: [],
      because: 'an init container that ends does not',
    },
    {
      own: { annotations: '{sidecar.istio.io/proxyMemory: 64Mi}' },
      autoscaler: scaled,
      says: [`1.yaml:6 ${missing('istio-proxy')}`],
      because: 'the annotation on memory took the default of CPU away',
    },
    {
      own: { annotations: '{sidecar.istio.io/proxyMemory: 64Mi, sidecar.istio.io/inject: "false"}' },
      autoscaler: scaled,
      says: [],
      because: 'no sidecar, no request of its own',
    },
    {
      own: bare,
      autoscaler: byContainer('app'),
      says: [`1.yaml:9 ${missing('app', 'FailedGetContainerResourceMetric')}`],
      because: 'the container that is measured has none',
    },
    {
      own: bare,
      autoscaler: byContainer('istio-proxy'),
      says: [],
      because: 'the one that is measured has 100m',
    },
    {
      own: {},
      autoscaler: byContainer('apps'),
      says: [
        '1.yaml:9 warning MS1114 container apps not present in pods of Deployment a: HorizontalPodAutoscaler default/a gets no metric (FailedGetContainerResourceMetric)',
      ],
      because: 'there is no such container',
    },
  ])('$because', ({ own, autoscaler, says }) =>
    expect(findings(workload('a', '{app: a}', own), autoscaler)).toEqual(says),
  );
});

test('written replicas come back with every kubectl apply (MS1116)', () => {
  const three = workload('reviews-v1', '{app: reviews, version: v1}', { fields: 'replicas: 3\n' });
  expect(findings(three)).toEqual([]);
  expect(findings(three, autoscalerText('a', 'reviews-v1'))).toEqual([
    '0.yaml:6 warning MS1116 HorizontalPodAutoscaler default/a scales Deployment reviews-v1: each time this is applied, it goes back to 3 pods',
  ]);
});

test('Deployments with one selector find each other (MS1115)', () => {
  expect(findings(workload('a', '{app: x}'), workload('b', '{app: x}'))).toEqual([
    '0.yaml:6 warning MS1115 selector app=x of Deployment a finds the pods of Deployment b as well',
    '1.yaml:6 warning MS1115 selector app=x of Deployment b finds the pods of Deployment a as well',
  ]);
});

describe('one autoscaler, two versions', () => {
  const stable = workload('reviews-1', '{app: reviews, version: v1}', { kind: 'ReplicaSet' });
  const rollout = workload('reviews', '{app: reviews}', { kind: 'Rollout' }).replace(
    'metadata: {labels: {app: reviews}',
    'metadata: {labels: {app: reviews, version: v2}',
  );
  const scaled = autoscalerText('a', 'reviews').replace(
    'apiVersion: apps/v1, kind: Deployment',
    'apiVersion: argoproj.io/v1alpha1, kind: Rollout',
  );

  test('a Rollout and the ReplicaSet of the version before are one target, and that is nothing to warn of', () => {
    expect(findings(stable, rollout, scaled)).toEqual([]);
  });

  test('its autoscaler measures the pods of both', () => {
    const { resources } = read([stable, rollout, scaled, deploymentText('ratings', 'v1')]);
    const manifest = read([stable, rollout, scaled]);
    const target = scaleTargetOf(ofKind(manifest, 'HorizontalPodAutoscaler')[0]!, resources) as Rollout;
    expect(target.metadata.name).toBe('reviews');
    expect(replicaSetsOf(target, resources).map((own: ReplicaSet) => own.metadata.name)).toEqual([
      'reviews-1',
    ]);
    expect(
      selectedTemplates(target, resources).map(({ owner, template }) => [
        owner.kind,
        template.labels.version,
      ]),
    ).toEqual([
      ['ReplicaSet', 'v1'],
      ['Rollout', 'v2'],
    ]);
  });

  test('a Service and a subset whose pods a Rollout keeps have pods', () => {
    const service = resourceText(
      'v1',
      'Service',
      'selector: {app: reviews}\nports: [{name: http, port: 80}]',
      'reviews',
    );
    const rule = resourceText(
      'networking.istio.io/v1',
      'DestinationRule',
      'host: reviews\nsubsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]',
      'reviews',
    );
    expect(findings(service, rule, stable, rollout)).toEqual([]);
    expect(findings(service, rule, rollout)).toHaveLength(1);
  });
});
