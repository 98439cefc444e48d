import { describe, expect, test } from 'vitest';
import type { Container, PodTemplate, Rollout } from '../../src/manifest/resource.ts';
import { ofKind, parseOne, resourceText } from './manifest-text.ts';

/** The pod's spec begins in line 10; `fields` stand in line 7, before the template, and move it down. */
const deploymentOf = (podSpec: string, fields = '', annotations = '{}'): string =>
  resourceText(
    'apps/v1',
    'Deployment',
    `selector: {matchLabels: {app: a}}\n${fields}${fields === '' ? '' : '\n'}template:\n  metadata: {labels: {app: a}, annotations: ${annotations}}\n  spec:\n${podSpec.replace(/^(?=.)/gm, '    ')}`,
    'a',
  );

/** `line: what is underlined: code message` of each. */
const errorsOf = (text: string): string[] =>
  parseOne(text)
    .problems.filter((own) => own.severity === 'error')
    .map(({ code, message, line, column = 1, width = 1, excerpt = '' }) => {
      const underlined = excerpt.slice(column - 1, column - 1 + width);
      return `${line}: ${underlined}: ${code} ${message}`;
    });

const deploymentSpec = (text: string) => {
  const { manifest, problems } = parseOne(text);
  expect(problems).toEqual([]);
  return ofKind(manifest, 'Deployment')[0]!.spec;
};

const podOf = (podSpec: string, annotations = '{}'): PodTemplate =>
  deploymentSpec(deploymentOf(podSpec, '', annotations)).template;

const containerOf = (fields: string): Container =>
  podOf(`containers:\n- {name: a, image: none${fields === '' ? '' : `, ${fields}`}}`).containers[0]!;

const plain = 'containers: [{name: a, image: none}]';

describe('CPU of a container, in millicores', () => {
  test.each([
    { written: '{requests: {cpu: 500m}}', read: { cpuRequestMilli: 500 }, because: 'm is a thousandth' },
    { written: '{requests: {cpu: 0.5}}', read: { cpuRequestMilli: 500 }, because: 'a number is a quantity' },
    { written: '{requests: {cpu: "0.1"}}', read: { cpuRequestMilli: 100 }, because: 'so is its text' },
    { written: '{requests: {cpu: 1e3m}}', read: undefined, because: 'an exponent and a suffix are too much' },
    { written: '{requests: {cpu: 1e1}}', read: { cpuRequestMilli: 10_000 }, because: '1e1 is 10 cores' },
    { written: '{requests: {cpu: 100u}}', read: { cpuRequestMilli: 1 }, because: '0.1 m rounds up' },
    {
      written: '{limits: {cpu: 2}}',
      read: { cpuRequestMilli: 2_000, cpuLimitMilli: 2_000 },
      because: 'a limit without a request is a request, too (SetDefaults_Pod)',
    },
    {
      written: '{requests: {cpu: 100m}, limits: {cpu: 2, memory: 1Gi}}',
      read: { cpuRequestMilli: 100, cpuLimitMilli: 2_000 },
      because: 'a limit of memory ends nobody here',
    },
    { written: '{}', read: {}, because: 'nothing is asked for' },
  ])('$written: $because', ({ written, read }) => {
    const text = deploymentOf(`containers:\n- {name: a, image: none, resources: ${written}}`);
    if (read === undefined) expect(errorsOf(text)).toHaveLength(1);
    else expect(deploymentSpec(text).template.containers[0]!.resources).toEqual(read);
  });

  test('a limit of memory is listed as ignored, a request is not', () => {
    const { manifest } = parseOne(
      deploymentOf(
        'containers:\n- {name: a, image: none, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 2Gi}}, env: []}',
      ),
    );
    expect(manifest.ignoredFields.map((own) => own.field)).toEqual([
      'spec.template.spec.containers[].resources.limits.memory',
      'spec.template.spec.containers[].env',
    ]);
  });

  test.each([
    { written: '{requests: {cpu: 250m}}', read: { cpuRequestMilli: 250 }, because: 'as written' },
    {
      written: '{limits: {cpu: 1}}',
      read: { cpuRequestMilli: 300, cpuLimitMilli: 1_000 },
      because: 'containers ask for 200m + 100m together',
    },
    { written: '{}', read: {}, because: 'each container speaks for itself' },
  ])('of the pod as a whole, $written: $because', ({ written, read }) => {
    const pod = podOf(
      `resources: ${written}\ncontainers:\n- {name: a, image: none, resources: {requests: {cpu: 200m}}}\ninitContainers:\n- {name: b, image: none, restartPolicy: Always, resources: {requests: {cpu: 100m}}}`,
    );
    expect(pod.resources).toEqual(read);
  });
});

describe('probes', () => {
  test.each([
    {
      written: '{httpGet: {port: 80}}',
      read: {
        asks: 'port',
        initialDelaySeconds: 0,
        periodSeconds: 10,
        timeoutSeconds: 1,
        successThreshold: 1,
        failureThreshold: 3,
      },
      because: 'SetDefaults_Probe',
    },
    {
      written: '{exec: {command: [x]}, periodSeconds: 0, timeoutSeconds: 0, failureThreshold: 0}',
      read: {
        asks: 'command',
        initialDelaySeconds: 0,
        periodSeconds: 10,
        timeoutSeconds: 1,
        successThreshold: 1,
        failureThreshold: 3,
      },
      because: 'to the API, 0 is not set',
    },
    {
      written:
        '{grpc: {port: 1}, initialDelaySeconds: 5, periodSeconds: 2, timeoutSeconds: 4, successThreshold: 2, failureThreshold: 30}',
      read: {
        asks: 'port',
        initialDelaySeconds: 5,
        periodSeconds: 2,
        timeoutSeconds: 4,
        successThreshold: 2,
        failureThreshold: 30,
      },
      because: 'readiness may ask for several successes',
    },
    {
      written: '{tcpSocket: {port: web}}',
      read: {
        asks: 'no port',
        initialDelaySeconds: 0,
        periodSeconds: 10,
        timeoutSeconds: 1,
        successThreshold: 1,
        failureThreshold: 3,
      },
      because: 'no port of the container has that name',
    },
  ])('$written: $because', ({ written, read }) =>
    expect(containerOf(`readinessProbe: ${written}`).readinessProbe).toEqual(read),
  );
});

describe('preStop', () => {
  test.each([
    { written: '{sleep: {seconds: 10}}', seconds: 10, because: 'the action of Kubernetes 1.30' },
    { written: '{exec: {command: [sleep, "5"]}}', seconds: 5, because: 'a plain sleep' },
    { written: '{exec: {command: [/bin/sh, -c, sleep 15]}}', seconds: 15, because: 'the usual way' },
    {
      written: '{exec: {command: [bash, -c, " sleep 2.5s "]}}',
      seconds: 2.5,
      because: 'coreutils take parts',
    },
  ])('$written: $because', ({ written, seconds }) =>
    expect(containerOf(`lifecycle: {preStop: ${written}}`).preStop).toEqual({ sleepSeconds: seconds }),
  );

  test.each([
    '{exec: {command: [sh, -c, "sleep 5 && nginx -s quit"]}}',
    '{exec: {command: [./drain]}}',
    '{httpGet: {path: /drain, port: 80}}',
  ])('%s takes nobody knows how long: it is said', (written) => {
    const { manifest, problems } = parseOne(
      deploymentOf(`containers:\n- {name: a, image: none, lifecycle: {preStop: ${written}}}`),
    );
    expect(ofKind(manifest, 'Deployment')[0]!.spec.template.containers[0]!.preStop).toEqual({});
    expect(problems).toMatchObject([{ severity: 'warning', code: 'MS1033', line: 11 }]);
  });
});

test('an init container that restarts is a sidecar', () => {
  const pod = podOf(
    `${plain}\ninitContainers:\n- {name: migrate, image: none}\n- {name: log, image: none, restartPolicy: Always, readinessProbe: {tcpSocket: {port: 1}}}`,
  );
  expect(pod.initContainers.map(({ name, isSidecar }) => [name, isSidecar])).toEqual([
    ['migrate', false],
    ['log', true],
  ]);
  expect(pod.initContainers[1]!.readinessProbe).toBeDefined();
  expect(pod.terminationGracePeriodSeconds).toBe(30);
});

describe('the sidecar that Istio would add', () => {
  test.each([
    {
      annotations: '{}',
      read: { cpuRequestMilli: 100, cpuLimitMilli: 2_000 },
      because: "the charts' values",
    },
    {
      annotations: '{sidecar.istio.io/proxyCPU: 200m}',
      read: { cpuRequestMilli: 200 },
      because: 'one annotation, and no default holds: there is no limit',
    },
    {
      annotations: '{sidecar.istio.io/proxyMemory: 64Mi}',
      read: {},
      because: 'an annotation on memory takes the CPU request away',
    },
    {
      annotations: '{sidecar.istio.io/proxyCPULimit: "1"}',
      read: { cpuRequestMilli: 1_000, cpuLimitMilli: 1_000 },
      because: 'a limit alone is the request as well',
    },
  ])('$annotations: $because', ({ annotations, read }) =>
    expect(podOf(plain, annotations).injectedProxy).toEqual({ resources: read }),
  );

  test('a container istio-proxy adjusts it and is no container of its own, unless none is injected', () => {
    const containers =
      'containers:\n- {name: a, image: none}\n- {name: istio-proxy, image: auto, resources: {requests: {cpu: 50m}}}';
    const adjusted = podOf(containers);
    expect(adjusted.containers.map((own) => own.name)).toEqual(['a']);
    expect(adjusted.injectedProxy.resources).toEqual({ cpuRequestMilli: 50, cpuLimitMilli: 2_000 });
    const own = podOf(containers, '{sidecar.istio.io/inject: "false"}');
    expect(own.containers.map(({ name }) => name)).toEqual(['a', 'istio-proxy']);
    expect(own.injectedProxy.inject).toBe(false);
  });

  test('settings of the proxy are YAML in an annotation', () => {
    const config = JSON.stringify('holdApplicationUntilProxyStarts: true\nconcurrency: 4\n');
    expect(podOf(plain, `{proxy.istio.io/config: ${config}}`).injectedProxy).toMatchObject({
      holdApplicationUntilProxyStarts: true,
    });
    expect(parseOne(deploymentOf(plain, '', '{proxy.istio.io/config: "a: ["}')).problems).toMatchObject([
      { severity: 'warning', code: 'MS1034', line: 8 },
    ]);
  });
});

describe('the strategy of a Deployment', () => {
  const rolling = (maxSurge: object, maxUnavailable: object) => ({
    type: 'RollingUpdate',
    maxSurge,
    maxUnavailable,
  });
  test.each([
    {
      written: '{}',
      read: rolling({ percent: 25 }, { percent: 25 }),
      because: 'defaults of apps/v1',
    },
    {
      written: '{rollingUpdate: {maxSurge: 0, maxUnavailable: 50%}}',
      read: rolling({ count: 0 }, { percent: 50 }),
      because: 'one of them may be 0',
    },
    {
      written: '{type: RollingUpdate, rollingUpdate: {maxSurge: 200%, maxUnavailable: 0}}',
      read: rolling({ percent: 200 }, { count: 0 }),
      because: 'surge may exceed the whole',
    },
    { written: '{type: Recreate}', read: { type: 'Recreate' }, because: 'all at once' },
  ])('$written: $because', ({ written, read }) =>
    expect(deploymentSpec(deploymentOf(plain, `strategy: ${written}`)).strategy).toEqual(read),
  );

  test('minReadySeconds and progressDeadlineSeconds are 0 and 600 where they are left out', () => {
    expect(deploymentSpec(deploymentOf(plain))).toMatchObject({
      minReadySeconds: 0,
      progressDeadlineSeconds: 600,
    });
    expect(
      deploymentSpec(deploymentOf(plain, 'minReadySeconds: 10\nprogressDeadlineSeconds: 11')),
    ).toMatchObject({ minReadySeconds: 10, progressDeadlineSeconds: 11 });
  });
});

describe('Kubernetes refuses', () => {
  const container = (fields: string): string => `containers:\n- {name: a, image: none, ${fields}}`;
  const at = 'spec.template.spec.containers[0]';
  test.each([
    {
      pod: container('resources: {requests: {cpu: 2}, limits: {cpu: 1500m}}'),
      says: `11: 2: MS1014 ${at}.resources.requests.cpu: Invalid value: "2": must be less than or equal to cpu limit of 1500m`,
      because: 'a container cannot be promised what it may not use',
    },
    {
      pod: container('resources: {requests: {memory: 2Gi}, limits: {memory: 2G}}'),
      says: `11: 2Gi: MS1014 ${at}.resources.requests.memory: Invalid value: "2Gi": must be less than or equal to memory limit of 2G`,
      because: '2Gi is 2147483648, 2G is 2000000000',
    },
    {
      pod: container('resources: {requests: {cpu: -1}}'),
      says: `11: -1: MS1014 ${at}.resources.requests.cpu: Invalid value: "-1": must be greater than or equal to 0`,
      because: 'ValidateResourceQuantityValue',
    },
    {
      pod: container('resources: {limits: {cpu: 1 core}}'),
      says: `11: 1 core: MS1011 ${at}.resources.limits.cpu: Invalid value: "1 core": quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$': "1 core"`,
      because: 'no such unit',
    },
    {
      pod: container('readinessProbe: {periodSeconds: 5}'),
      says: `11: readinessProbe: MS1014 ${at}.readinessProbe: Required value: must specify a handler type`,
      because: 'it has to ask something',
    },
    {
      pod: container('readinessProbe: {exec: {command: [x]}, httpGet: {port: 80}}'),
      says: `11: httpGet: MS1014 ${at}.readinessProbe.httpGet: Forbidden: may not specify more than 1 handler type`,
      because: 'one question at a time',
    },
    {
      pod: container('livenessProbe: {httpGet: {port: 80}, successThreshold: 2}'),
      says: `11: 2: MS1014 ${at}.livenessProbe.successThreshold: Invalid value: 2: must be 1`,
      because: 'alive is alive',
    },
    {
      pod: container('startupProbe: {httpGet: {port: 80}, periodSeconds: -1}'),
      says: `11: -1: MS1014 ${at}.startupProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0`,
      because: 'ValidateNonnegativeField',
    },
    {
      pod: container('ports: [{containerPort: 70000}]'),
      says: `11: 70000: MS1014 ${at}.ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive`,
      because: 'a port has 16 bits',
    },
    {
      pod: container('ports: [{containerPort: 0}]'),
      says: `11: 0: MS1014 ${at}.ports[0].containerPort: Invalid value: 0: must be between 1 and 65535, inclusive`,
      because: 'nothing listens there',
    },
    {
      pod: container('ports: [{name: http, containerPort: 80}, {name: http, containerPort: 81}]'),
      says: `11: http: MS1014 ${at}.ports[1].name: Duplicate value: "http"`,
      because: 'a probe means one port by its name',
    },
    {
      pod: container('lifecycle: {preStop: {sleep: {seconds: 31}}}'),
      says: `11: 31: MS1014 ${at}.lifecycle.preStop.sleep.seconds: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)`,
      because: 'the kubelet would kill it before',
    },
    {
      pod: 'containers: [{name: a}]',
      says: `10: {name: a}: MS1014 ${at}.image: Required value`,
      because: 'there is nothing to run',
    },
    {
      pod: 'containers: [{name: a, image: none}, {name: a, image: none}]',
      says: '10: a: MS1014 spec.template.spec.containers[1].name: Duplicate value: "a"',
      because: 'names are unique in a pod',
    },
    {
      pod: 'containers: []',
      says: '10: containers: MS1014 spec.template.spec.containers: Required value',
      because: 'a pod has a container',
    },
    {
      pod: `${plain}\ninitContainers: [{name: b, image: none, livenessProbe: {exec: {command: [x]}}}]`,
      says: '11: livenessProbe: MS1014 spec.template.spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      because: 'it ends before anybody asks',
    },
    {
      pod: `${plain}\nrestartPolicy: Never`,
      says: '11: Never: MS1013 spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      because: 'pods of a Deployment go on',
    },
  ])('$says: $because', ({ pod, says }) => expect(errorsOf(deploymentOf(pod))).toEqual([says]));

  test.each([
    {
      fields: 'strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}',
      says: '7: 0%: MS1014 spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
      because: 'nothing could ever move',
    },
    {
      fields: 'strategy: {rollingUpdate: {maxUnavailable: 101%}}',
      says: '7: 101%: MS1014 spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
      because: 'there are no more than all',
    },
    {
      fields: 'strategy: {rollingUpdate: {maxSurge: "1"}}',
      says: `7: "1": MS1014 spec.strategy.rollingUpdate.maxSurge: Invalid value: "1": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
      because: 'a text is a percentage',
    },
    {
      fields: 'strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}',
      says: "7: rollingUpdate: MS1014 spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
      because: 'there is nothing to roll',
    },
    {
      fields: 'strategy: {type: rollingUpdate}',
      says: '7: rollingUpdate: MS1013 spec.strategy.type: Unsupported value: "rollingUpdate": supported values: "Recreate", "RollingUpdate"',
      because: 'names are exact',
    },
    {
      fields: 'minReadySeconds: 600',
      says: '5: spec: MS1014 spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
      because: 'left out, the deadline is 600 s',
    },
  ])('$says: $because', ({ fields, says }) => expect(errorsOf(deploymentOf(plain, fields))).toEqual([says]));
});

describe('a Rollout (Argo) and the ReplicaSet of the version before', () => {
  const rolloutOf = (strategy: string, fields = ''): string =>
    resourceText(
      'argoproj.io/v1alpha1',
      'Rollout',
      `selector: {matchLabels: {app: a}}\n${fields}template:\n  metadata: {labels: {app: a, version: v2}}\n  spec: {containers: [{name: a, image: none}]}\nstrategy: ${strategy}`,
      'a',
    );
  const strategyOf = (strategy: string): Rollout['spec']['strategy'] => {
    const { manifest, problems } = parseOne(rolloutOf(strategy));
    expect(problems).toEqual([]);
    return ofKind(manifest, 'Rollout')[0]!.spec.strategy;
  };

  test('a canary with steps and Istio', () => {
    expect(
      strategyOf(
        '{canary: {stableService: s, canaryService: c, dynamicStableScale: true, steps: [{setWeight: 10}, {pause: {}}, {pause: {duration: 1h}}, {pause: {duration: 30}}, {pause: {duration: "45"}}, {setCanaryScale: {replicas: 3}}, {analysis: {}}], trafficRouting: {istio: {virtualService: {name: reviews, routes: [primary]}, destinationRule: {name: reviews, stableSubsetName: v1, canarySubsetName: v2}}}}}',
      ),
    ).toEqual({
      type: 'Canary',
      stableService: 's',
      canaryService: 'c',
      dynamicStableScale: true,
      steps: [
        { type: 'setWeight', percent: 10 },
        { type: 'pause' },
        { type: 'pause', durationSeconds: 3_600 },
        { type: 'pause', durationSeconds: 30 },
        { type: 'pause', durationSeconds: 45 },
        { type: 'setCanaryScale', replicas: 3 },
        { type: 'other' },
      ],
      istio: {
        virtualServices: [{ name: 'reviews', routes: ['primary'] }],
        destinationRule: { name: 'reviews', stableSubsetName: 'v1', canarySubsetName: 'v2' },
      },
    });
  });

  test('blue and green', () => {
    expect(
      strategyOf('{blueGreen: {activeService: a, previewService: p, autoPromotionEnabled: false}}'),
    ).toEqual({
      type: 'BlueGreen',
      activeService: 'a',
      previewService: 'p',
      autoPromotionEnabled: false,
    });
  });

  test('a ReplicaSet has replicas, a selector and a template', () => {
    const { manifest, problems } = parseOne(
      resourceText(
        'apps/v1',
        'ReplicaSet',
        'replicas: 12\nselector: {matchLabels: {app: a, version: v1}}\ntemplate:\n  metadata: {labels: {app: a, version: v1}}\n  spec: {containers: [{name: a, image: none}]}',
        'a-1',
      ),
    );
    expect(problems).toEqual([]);
    expect(ofKind(manifest, 'ReplicaSet')[0]!.spec).toMatchObject({
      replicas: 12,
      selector: { app: 'a', version: 'v1' },
      template: { labels: { app: 'a', version: 'v1' } },
    });
  });

  test.each([
    {
      strategy: '{}',
      says: "Required value: Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'",
      because: 'one of the two it must be',
    },
    {
      strategy: '{canary: {}, blueGreen: {activeService: a}}',
      says: 'Multiple Strategies can not be listed',
      because: 'and only one',
    },
    {
      strategy: '{canary: {stableService: s, canaryService: s}}',
      says: 'two different services are required',
      because: 'the versions are told apart by them',
    },
    {
      strategy: '{canary: {steps: [{setWeight: 101}]}}',
      says: 'SetWeight needs to be between 0 and 100',
      because: 'a weight is a percentage',
    },
    {
      strategy: '{canary: {steps: [{setCanaryScale: {replicas: 3}}]}}',
      says: 'SetCanaryScale requires TrafficRouting to be set',
      because: 'without a mesh the pods are the weight',
    },
    {
      strategy: '{canary: {maxSurge: 0, maxUnavailable: 0}}',
      says: 'MaxSurge and MaxUnavailable both can not be zero',
      because: 'nothing could ever move',
    },
    {
      strategy: '{canary: {dynamicStableScale: true}}',
      says: 'dynamicStableScale can only be used with traffic routing',
      because: 'without it the stable version shrinks anyway',
    },
    {
      strategy: '{canary: {steps: [{pause: {duration: soon}}]}}',
      says: 'Duration needs to be greater than 0',
      because: 'it is no duration',
    },
  ])('Argo refuses $strategy: $because', ({ strategy, says }) => {
    const errors = errorsOf(rolloutOf(strategy));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(says);
  });

  test('how many pods a canary may add and lack is read, as a number or as a share', () => {
    expect(strategyOf('{canary: {maxSurge: 2, maxUnavailable: "10%"}}')).toMatchObject({
      maxSurge: { count: 2 },
      maxUnavailable: { percent: 10 },
    });
    expect(strategyOf('{canary: {}}')).toEqual({ type: 'Canary', steps: [], dynamicStableScale: false });
  });

  test.each([
    '{canary: {steps: [{setWeight: 0}, {setWeight: 100}]}}',
    '{canary: {maxSurge: 1, maxUnavailable: 0}}',
    '{canary: {maxSurge: 0, maxUnavailable: 1}}',
    '{canary: {maxSurge: 0}}',
    '{canary: {steps: [{pause: {duration: 0}}]}}',
    '{canary: {dynamicStableScale: false}}',
  ])('Argo takes %s: an edge is within', (strategy) => {
    expect(errorsOf(rolloutOf(strategy))).toEqual([]);
  });

  test('a Rollout without pods to select and to make is refused by Argo, field by field', () => {
    const text = resourceText('argoproj.io/v1alpha1', 'Rollout', 'strategy: {canary: {}}', 'a');
    expect(errorsOf(text)).toEqual(
      ['selector', 'template'].map(
        (field) =>
          expect.stringContaining(`Required value: Rollout has missing field '.spec.${field}'`) as string,
      ),
    );
  });

  test('a template that stands in another workload is asked to be written out', () => {
    const text = resourceText(
      'argoproj.io/v1alpha1',
      'Rollout',
      'workloadRef: {apiVersion: apps/v1, kind: Deployment, name: a}\nstrategy: {canary: {}}',
      'a',
    );
    expect(errorsOf(text)).toEqual([
      '6: workloadRef: MS1014 spec.workloadRef: a Rollout that takes its template from another workload is not modelled',
    ]);
  });
});
