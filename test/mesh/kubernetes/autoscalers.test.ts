import { describe, expect, test } from 'vitest';
import type { App } from '../../../src/mesh/app/app.ts';
import type { Sync } from '../../../src/mesh/kubernetes/autoscalers.ts';
import { kubernetesDefaults } from '../../../src/mesh/kubernetes/settings.ts';
import type { TimelineAction } from '../../../src/mesh/timeline/index.ts';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import { deployment, makeWorld, resources, service } from '../../support/world.ts';

/** Autoscalers in a running mesh: what they see late, what they do, and how far they go. */
const app: App = {
  name: 'small',
  workloads: [
    {
      name: 'back',
      match: { app: 'back' },
      cpuUs: 0,
      concurrency: Infinity,
      cores: 4,
      script: [{ kind: 'cpu', time: { dist: 'constant', value: 10_000 } }],
    },
  ],
};

const back = (replicas: number, request = 'resources: { requests: { cpu: 500m } }'): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: back }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: back } }
  template:
    metadata: { labels: { app: back, version: v1 } }
    spec: { containers: [{ name: back, image: none, ${request} }] }
---`;

const cpu = (percent: number): string =>
  `{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: ${percent} } } }`;

const autoscaler = (metric: string, more = '', name = 'back'): string => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name} }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: back }
  minReplicas: 1
  maxReplicas: 20
  metrics: [${metric}]
  ${more}
---`;

interface Seen {
  readonly atSeconds: number;
  readonly sync: Sync;
}

function play(own: {
  readonly manifests: string;
  readonly profile: readonly (readonly [seconds: number, rps: number])[];
  readonly timeline?: readonly (readonly [seconds: number, action: TimelineAction])[];
  readonly seconds: number;
  readonly countsSidecars?: boolean;
  readonly proxyCpuUs?: number;
  readonly idleMilli?: number;
  readonly proxyIdleMilli?: number;
  readonly bootSeconds?: number;
}): Seen[] {
  const seen: Seen[] = [];
  const traffic: Traffic = {
    name: 'client',
    kind: 'constant',
    shape: 'steps',
    profile: own.profile.map(([at, rps]) => ({ atUs: at * 1e6, rps })),
    from: 'client-v1',
    request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
  };
  const boot = { dist: 'constant', value: (own.bootSeconds ?? 0) * 1e6 } as const;
  const world = makeWorld(
    {
      app: {
        ...app,
        workloads: app.workloads.map((workload) => ({ ...workload, boot, idleCpuMilli: own.idleMilli ?? 0 })),
      },
      focus: 'back',
      manifests: resources(service('back'), deployment('client', 'v1'), own.manifests),
      traffic: [traffic],
      timeline: (own.timeline ?? []).map(([at, action]) => ({ atUs: at * 1e6, ...action })),
      kubernetes: { ...kubernetesDefaults, countsSidecars: own.countsSidecars ?? false },
      proxy: {
        concurrency: 1,
        selector: 'independent',
        alwaysEjectOneHost: false,
        cpuPerRequestUs: own.proxyCpuUs ?? 0,
        idleCpuMilli: own.proxyIdleMilli ?? 0,
      },
    },
    { synced: (sync, nowUs) => void seen.push({ atSeconds: nowUs / 1e6, sync }) },
  );
  world.runUntil(own.seconds * 1e6);
  return seen;
}

const conditionsOf = ({ sync }: Seen): string[] =>
  sync.output.conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`);
const wishes = (seen: readonly Seen[]): number[] => seen.map(({ sync }) => sync.output.replicas);

describe('CPU utilisation', () => {
  test('10 ms a request, 200 requests a second, 500m asked for: 2 cores are 4 pods full, 6 at 70 %', () => {
    const seen = play({
      manifests: back(4) + autoscaler(cpu(70)),
      profile: [[0, 200]],
      seconds: 300,
    });
    expect(wishes(seen).at(-1)).toBe(Math.ceil(2 / 0.5 / 0.7));
    // Syncs are 15 s apart, whatever they decide.
    const gaps = seen.slice(1).map(({ atSeconds }, index) => atSeconds - seen[index]!.atSeconds);
    expect(gaps.every((gap) => Math.abs(gap - 15) < 1e-6)).toBe(true);
  });

  const utilisations = (seen: readonly Seen[]): number[] =>
    seen.flatMap(({ sync }) => sync.output.currentMetrics[0]?.averageUtilization ?? []);
  const asked250 = 'resources: { requests: { cpu: 250m } }';

  test('12m that a pod uses when idle are 4.8 points of the 250m that it asks for, from the first look on', () => {
    const seen = play({
      manifests: back(2, asked250) + autoscaler(cpu(70)),
      profile: [[0, 0]],
      idleMilli: 12,
      seconds: 120,
    });
    // 4.8 %, of which Kubernetes keeps whole points (getResourceUtilizationRatio); a sync of the start may find no metrics.
    expect(new Set(utilisations(seen))).toEqual(new Set([4]));
    const loaded = play({
      manifests: back(2, asked250) + autoscaler(cpu(70)),
      // 5 requests a second and pod, 10 ms each: 50m more.
      profile: [[0, 10]],
      idleMilli: 13,
      seconds: 300,
    });
    // 63m of 250m.
    const late = utilisations(loaded).slice(4);
    const mean = late.reduce((sum, own) => sum + own, 0) / late.length;
    expect(Math.abs(mean - 25)).toBeLessThan(1);
  });

  test('a sidecar that uses 20m when idle is read where sidecars are counted, and asks for 100m', () => {
    const read = (countsSidecars: boolean): number | undefined =>
      utilisations(
        play({
          manifests: back(2, 'resources: { requests: { cpu: 100m } }') + autoscaler(cpu(70)),
          profile: [[0, 0]],
          countsSidecars,
          proxyIdleMilli: 20,
          idleMilli: 10,
          seconds: 120,
        }),
      ).at(-1);
    expect([read(true), read(false)]).toEqual([15, 10]);
  });

  test('a pod that was never ready takes no part, however long it has been there', () => {
    // Two pods at just 70 % of what they ask for; two more, asked for at 10 s, do not get ready within the run. Were they
    // counted after the initialisation period of five minutes, the mean would be 35 %.
    const probed =
      'resources: { requests: { cpu: 500m } }, readinessProbe: { httpGet: { port: 9080 }, periodSeconds: 1 }';
    const seen = play({
      manifests: back(2, probed) + autoscaler(cpu(70)),
      profile: [[0, 70]],
      timeline: [[10, { verb: 'scale', workload: 'back', replicas: 4 }]],
      bootSeconds: 10_000,
      seconds: 800,
    });
    expect(wishes(seen).at(-1)).toBe(4);
  });

  test('a step of the load is seen between 15 and 60 s later, never at once', () => {
    for (const at of [100, 104, 108, 112]) {
      const seen = play({
        manifests: back(4) + autoscaler(cpu(70)),
        profile: [
          [0, 140],
          [at, 280],
        ],
        seconds: at + 90,
      });
      const moved = seen.find(({ atSeconds, sync }) => atSeconds > at && sync.output.replicas > 4)!;
      expect(moved.atSeconds - at).toBeGreaterThan(5);
      expect(moved.atSeconds - at).toBeLessThan(60);
    }
  });

  test('from 1 pod without behavior at most 4, then 8: each step waits until its pods are Ready and measured', () => {
    const seen = play({ manifests: back(1) + autoscaler(cpu(50)), profile: [[0, 390]], seconds: 400 });
    const steps = wishes(seen).filter((wish, index, all) => index === 0 || wish !== all[index - 1]);
    expect(steps.slice(0, 2)).toEqual([1, 4]);
    expect(steps[2]!).toBeLessThanOrEqual(8);
    // 3.9 cores at half of 500m each.
    expect(steps.at(-1)).toBe(Math.ceil(3.9 / 0.25));
    // The first reading covers a stretch before the load came as well; a later one asks for more than may be had at once.
    const limited = seen.filter((own) => conditionsOf(own).includes('ScalingLimited True ScaleUpLimit'));
    expect(limited.length).toBeGreaterThan(0);
  });

  test('goes down only when the peak is 300 s old', () => {
    const seen = play({
      manifests: back(6) + autoscaler(cpu(70)),
      profile: [
        [0, 200],
        [100, 40],
      ],
      seconds: 560,
    });
    const last = seen.findLast(({ sync }) => sync.output.replicas === 6)!;
    expect(last.atSeconds).toBeGreaterThan(100 + 300);
    expect(last.atSeconds).toBeLessThan(100 + 300 + 75);
    // 0.4 cores at 70 % of 500m: 2.
    expect(wishes(seen).at(-1)).toBe(2);
    const held = seen.find(({ atSeconds }) => atSeconds > 250)!;
    expect(conditionsOf(held)).toContain('AbleToScale True ScaleDownStabilized');
  });

  test('behavior that forbids scaling down is kept to', () => {
    const seen = play({
      manifests: back(6) + autoscaler(cpu(70), 'behavior: { scaleDown: { selectPolicy: Disabled } }'),
      profile: [[0, 40]],
      seconds: 500,
    });
    expect(new Set(wishes(seen))).toEqual(new Set([6]));
  });

  test('a container that asks for nothing cannot be compared: nothing happens, and the condition says why', () => {
    const seen = play({ manifests: back(3, '') + autoscaler(cpu(70)), profile: [[0, 200]], seconds: 60 });
    expect(new Set(wishes(seen))).toEqual(new Set([3]));
    expect(conditionsOf(seen.at(-1)!)).toContain('ScalingActive False FailedGetResourceMetric');
  });

  test('the sidecar’s share counts for Resource, and not for ContainerResource', () => {
    // Application: 2 cores of 4 x 500m. Sidecar: 200 x 5 ms = 1 core of 4 x 100m. 3 / (4 x 0.6) against 0.7, of 4 pods.
    const both = (metric: string): number =>
      wishes(
        play({
          manifests: back(4) + autoscaler(metric),
          profile: [[0, 200]],
          seconds: 300,
          countsSidecars: true,
          proxyCpuUs: 5000,
        }),
      ).at(-1)!;
    expect(both(cpu(70))).toBe(Math.ceil(3 / 0.6 / 0.7));
    const own =
      '{ type: ContainerResource, containerResource: { name: cpu, container: back, target: { type: Utilization, averageUtilization: 70 } } }';
    expect(both(own)).toBe(Math.ceil(2 / 0.5 / 0.7));
  });
});

describe('other metrics', () => {
  test('requests per second of each pod', () => {
    const metric =
      '{ type: Pods, pods: { metric: { name: requests_per_second }, target: { type: AverageValue, averageValue: "30" } } }';
    const seen = play({ manifests: back(2) + autoscaler(metric), profile: [[0, 200]], seconds: 300 });
    expect(wishes(seen).at(-1)).toBe(Math.ceil(200 / 30));
  });

  test('requests per second of the service, as an object', () => {
    const metric =
      '{ type: Object, object: { describedObject: { apiVersion: v1, kind: Service, name: back }, metric: { name: requests_per_second }, target: { type: AverageValue, averageValue: "45" } } }';
    const seen = play({ manifests: back(2) + autoscaler(metric), profile: [[0, 200]], seconds: 300 });
    expect(wishes(seen).at(-1)).toBe(Math.ceil(200 / 45));
  });

  test('concurrency from outside', () => {
    // By Little's law 200 a second x 10 ms = 2 requests are there; constant arrivals and times make it exact, give or take one.
    const metric =
      '{ type: External, external: { metric: { name: concurrency }, target: { type: AverageValue, averageValue: "500m" } } }';
    const seen = play({ manifests: back(2) + autoscaler(metric), profile: [[0, 200]], seconds: 300 });
    const last = wishes(seen).at(-1)!;
    expect(last).toBeGreaterThanOrEqual(4);
    expect(last).toBeLessThanOrEqual(6);
  });

  test('memory is left out beside others, and so does not keep the rest from scaling down', () => {
    const memory = cpu(60).replace('name: cpu', 'name: memory');
    const down = 'behavior: { scaleDown: { stabilizationWindowSeconds: 0 } }';
    const seen = play({
      manifests: back(8) + autoscaler(`${cpu(70)}, ${memory}`, down),
      profile: [[0, 140]],
      seconds: 120,
    });
    // 1.4 cores are 4 pods at 70 %.
    expect(wishes(seen).at(-1)).toBe(4);
    const alone = play({ manifests: back(2) + autoscaler(memory), profile: [[0, 390]], seconds: 60 });
    expect(conditionsOf(alone.at(-1)!)).toContain('ScalingActive False FailedGetResourceMetric');
  });

  test('of several the largest wish wins', () => {
    const requests =
      '{ type: Pods, pods: { metric: { name: requests_per_second }, target: { type: AverageValue, averageValue: "20" } } }';
    const seen = play({
      manifests: back(4) + autoscaler(`${cpu(70)}, ${requests}`),
      profile: [[0, 200]],
      seconds: 300,
    });
    expect(wishes(seen).at(-1)).toBe(10);
  });

  test('a metric that nobody serves fails by its name, and what the other says holds as long as it is not less', () => {
    const unknown =
      '{ type: Pods, pods: { metric: { name: queue_length }, target: { type: AverageValue, averageValue: "20" } } }';
    const seen = play({
      manifests: back(6) + autoscaler(`${cpu(70)}, ${unknown}`),
      profile: [[0, 40]],
      seconds: 500,
    });
    expect(new Set(wishes(seen))).toEqual(new Set([6]));
  });
});

describe('around the rule', () => {
  test('two autoscalers for one target stop each other', () => {
    const seen = play({
      manifests: back(4) + autoscaler(cpu(70)) + autoscaler(cpu(50), '', 'other'),
      profile: [[0, 390]],
      seconds: 120,
    });
    expect(new Set(wishes(seen))).toEqual(new Set([4]));
    expect(conditionsOf(seen.at(-1)!)).toContain('ScalingActive False AmbiguousSelector');
  });

  test('a selector that finds the pods of another Deployment counts them, too', () => {
    // Four idle pods beside four that carry all: 3.6 cores of 8 x 500m are 90 %, not 180 %.
    const idle = back(4)
      .replace('name: back }\nspec', 'name: idle }\nspec')
      .replace('labels: { app: back, version: v1 }', 'labels: { app: back, version: idle, tier: spare }');
    const subset = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: back }
spec: { host: back, subsets: [{ name: v1, labels: { version: v1 } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: back }
spec: { hosts: [back], http: [{ route: [{ destination: { host: back, subset: v1 } }] }] }
---`;
    const still = 'behavior: { scaleUp: { selectPolicy: Disabled } }';
    const manifests = back(4) + idle + subset + autoscaler(cpu(70), still);
    const seen = play({ manifests, profile: [[0, 360]], seconds: 120 });
    expect(seen.every(({ sync }) => sync.pods.length === 8)).toBe(true);
    const read = seen.map(({ sync }) => sync.output.currentMetrics[0]?.averageUtilization ?? 0);
    expect(Math.max(...read)).toBeGreaterThan(80);
    expect(Math.max(...read)).toBeLessThanOrEqual(92);
    const both =
      manifests + autoscaler(cpu(70), '', 'spare').replace('name: back }\n  min', 'name: idle }\n  min');
    const last = play({ manifests: both, profile: [[0, 360]], seconds: 120 }).at(-1)!;
    expect(conditionsOf(last)).toContain('ScalingActive False AmbiguousSelector');
  });

  test('a workload at 0 is left alone', () => {
    const seen = play({ manifests: back(0) + autoscaler(cpu(70)), profile: [[0, 100]], seconds: 60 });
    expect(new Set(wishes(seen))).toEqual(new Set([0]));
    expect(conditionsOf(seen.at(-1)!)).toContain('ScalingActive False ScalingDisabled');
  });

  test('an edit waits for the next sync; what is deleted syncs no more', () => {
    const seen = play({
      manifests: back(4) + autoscaler(cpu(70)),
      profile: [[0, 140]],
      timeline: [
        [100, { verb: 'apply', resources: resources(autoscaler(cpu(35))) }],
        [200, { verb: 'delete', resources: resources(autoscaler(cpu(35))) }],
      ],
      seconds: 300,
    });
    // 1.4 cores: 4 at 70 %, 8 at 35 %.
    const before = seen.filter(({ atSeconds }) => atSeconds <= 100);
    expect(new Set(wishes(before))).toEqual(new Set([4]));
    const first = seen.find(({ sync }) => sync.output.replicas === 8)!;
    expect(first.atSeconds - 100).toBeLessThanOrEqual(15);
    expect(seen.every(({ atSeconds }) => atSeconds <= 200)).toBe(true);
  });

  test('a target of another kind, or none, is not there: AbleToScale False, and nothing is scaled', () => {
    const wrong = autoscaler(cpu(70)).replace('kind: Deployment, name', 'kind: StatefulSet, name');
    const seen = play({ manifests: back(2) + wrong, profile: [[0, 390]], seconds: 60 });
    expect(seen.length).toBeGreaterThanOrEqual(3);
    for (const { sync } of seen) {
      expect(sync.workload).toBeUndefined();
      expect(sync.output.conditions).toEqual([
        {
          type: 'AbleToScale',
          status: 'False',
          reason: 'FailedGetScale',
          message:
            'the HPA controller was unable to get the target\'s current scale: apps/v1 StatefulSet "back" not found',
        },
      ]);
    }
  });

  test('a target that is deleted is not there any more, and one that comes back is scaled again', () => {
    const seen = play({
      manifests: back(4) + autoscaler(cpu(70)),
      profile: [[0, 140]],
      timeline: [
        [60, { verb: 'delete', resources: resources(back(4)) }],
        [150, { verb: 'apply', resources: resources(back(4)) }],
      ],
      seconds: 240,
    });
    const able = (from: number, to: number): Set<string | undefined> =>
      new Set(
        seen
          .filter(({ atSeconds }) => atSeconds > from && atSeconds <= to)
          .map((own) => conditionsOf(own).find((each) => each.startsWith('AbleToScale'))),
      );
    expect(able(60, 150)).toEqual(new Set(['AbleToScale False FailedGetScale']));
    expect([...able(0, 60), ...able(150, 240)].join()).not.toContain('FailedGetScale');
  });

  test('a new template without replicas leaves the number to the autoscaler; one that writes them sets it back', () => {
    const without = (image: string): string =>
      back(1).replace('  replicas: 1\n', '').replace('image: none', `image: ${image}`);
    const after = (text: string): number => {
      const seen = play({
        manifests: text.replaceAll(/image: \w+/g, 'image: none') + autoscaler(cpu(70)),
        profile: [[0, 280]],
        timeline: [[200, { verb: 'apply', resources: resources(text) }]],
        seconds: 216,
      });
      return seen.find(({ atSeconds }) => atSeconds > 200)!.sync.before;
    };
    // 2.8 cores are 8 pods at 70 %.
    expect(after(without('next'))).toBe(8);
    expect(after(back(1).replace('image: none', 'image: next'))).toBe(1);
    // The same manifest again.
    expect(after(back(1))).toBe(1);
  });

  test('a container that is down is not measured: its pod is missing, not idle', () => {
    const seen = play({
      manifests: back(4) + autoscaler(cpu(70), 'behavior: { scaleUp: { selectPolicy: Disabled } }'),
      profile: [[0, 140]],
      timeline: [
        [100, { verb: 'crash', workload: 'back', pods: 1, silently: false }],
        [110, { verb: 'crash', workload: 'back', pods: 1, silently: false }],
        [125, { verb: 'crash', workload: 'back', pods: 1, silently: false }],
      ],
      seconds: 146,
    });
    const measured = (own: Seen): number => own.sync.samples.resource?.length ?? 0;
    expect(measured(seen.find(({ atSeconds }) => atSeconds > 85 && atSeconds <= 100)!)).toBe(4);
    // Down from 110 to 121 s and from 125 to 146 s, and measured again 10 s after a start at the earliest.
    const down = seen.filter(({ atSeconds }) => atSeconds > 110.1);
    expect(down.length).toBeGreaterThanOrEqual(2);
    expect(down.map(measured)).toEqual(down.map(() => 3));
  });

  test('pods that find no room count as unready: no load, and no further wish on their account', () => {
    const seen = play({
      manifests: back(4) + autoscaler(cpu(70)),
      profile: [
        [0, 140],
        [60, 360],
      ],
      timeline: [[50, { verb: 'cordon' }]],
      seconds: 240,
    });
    const late = seen.filter(({ atSeconds }) => atSeconds > 150);
    // 3.6 cores of 4 x 500m read 180 %; ratio 2.57 asks for ceil(2.57 x 4) = 11 at most, and never more while 4 pods work.
    expect(Math.max(...wishes(late))).toBeLessThanOrEqual(11);
    expect(late.every(({ sync }) => sync.pods.filter((pod) => pod.phase === 'Pending').length > 0)).toBe(
      true,
    );
  });
});
