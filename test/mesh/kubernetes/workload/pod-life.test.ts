import { describe, expect, test } from 'vitest';
import type { App } from '../../../../src/mesh/app/app.ts';
import { controlPlanePresets } from '../../../../src/mesh/istiod/control-plane.ts';
import { responseFlag } from '../../../../src/mesh/envoy/response-flag.ts';
import { kubernetesDefaults, type KubernetesSettings } from '../../../../src/mesh/kubernetes/settings.ts';
import type { TimelineAction } from '../../../../src/mesh/timeline/index.ts';
import type { Traffic } from '../../../../src/mesh/app/traffic/index.ts';
import type { World } from '../../../../src/mesh/world.ts';
import { deployment, makeWorld, resources, service } from '../../../support/world.ts';

/**
 * A client and a service whose pods come and go. Every delay is a constant, so that a pod's life can be told in advance:
 * created after 0.1 s, scheduled 0.1 s later, containers after 1 s, application after `bootSeconds`, endpoint 0.2 s after Ready.
 */
const seconds = (value: number) => ({ dist: 'constant' as const, value: value * 1e6 });
const kubernetes: KubernetesSettings = {
  ...kubernetesDefaults,
  create: seconds(0.1),
  schedule: seconds(0.1),
  start: seconds(1),
  endpoint: seconds(0.2),
  kubeProxy: seconds(0.5),
};

const app = (bootSeconds: number, workMs: number): App => ({
  name: 'small',
  workloads: [
    {
      name: 'back',
      match: { app: 'back' },
      cpuUs: 0,
      concurrency: Infinity,
      boot: seconds(bootSeconds),
      script: [{ kind: 'work', time: { dist: 'constant', value: workMs * 1000 } }],
    },
  ],
});

interface PodText {
  readonly replicas?: number;
  readonly version?: string;
  readonly container?: string;
  readonly pod?: string;
  readonly spec?: string;
  readonly inject?: boolean;
}

const back = (own: PodText = {}): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: back }
spec:
  replicas: ${own.replicas ?? 1}
  ${own.spec ?? ''}
  selector: { matchLabels: { app: back } }
  template:
    metadata:
      labels: { app: back, version: ${own.version ?? 'v1'} }
      annotations: { sidecar.istio.io/inject: "${own.inject ?? true}" }
    spec:
      ${own.pod ?? ''}
      containers: [{ name: back, image: none, ${own.container ?? ''} }]
---`;

const traffic: Traffic = {
  name: 'client',
  kind: 'constant',
  shape: 'steps',
  profile: [{ atUs: 0, rps: 100 }],
  from: 'client-v1',
  request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
};

interface Told {
  readonly world: World;
  /** `seconds what pod`, the pod numbered in the order of creation. */
  readonly lines: string[];
  readonly answers: {
    readonly atUs: number;
    readonly status: number;
    readonly flags: number;
    readonly pod: number;
  }[];
}

function play(
  manifest: PodText,
  timeline: readonly (readonly [seconds: number, action: TimelineAction])[],
  until: number,
  own: {
    readonly boot?: number;
    readonly workMs?: number;
    readonly kubernetes?: Partial<KubernetesSettings>;
    readonly rps?: number;
    readonly clientSidecar?: boolean;
  } = {},
): Told {
  const lines: string[] = [];
  const answers: Told['answers'] = [];
  const world: World = makeWorld(
    {
      app: app(own.boot ?? 0, own.workMs ?? 1),
      focus: 'back',
      manifests: resources(
        service('back'),
        back(manifest),
        deployment('client', 'v1', 1, own.clientSidecar ?? true),
      ),
      traffic: [{ ...traffic, profile: [{ atUs: 0, rps: own.rps ?? 100 }] } as Traffic],
      timeline: timeline.map(([at, action]) => ({ atUs: at * 1e6, ...action })),
      kubernetes: { ...kubernetes, ...own.kubernetes },
    },
    {
      podChanged: (row, what, nowUs) => {
        const numbered = world.pods.flatMap((pod, other) => (pod.workload === 'back' ? [other] : []));
        lines.push(`${nowUs / 1e6} ${what} ${numbered.indexOf(row)}`);
      },
      answered: (row, nowUs) => {
        const { rows } = world;
        answers.push({
          atUs: nowUs,
          status: rows.status[row]!,
          flags: rows.flags[row]!,
          pod: rows.pod[row]!,
        });
      },
    },
  );
  world.runUntil(until * 1e6);
  return { world, lines, answers };
}

const scale = (replicas: number): TimelineAction => ({ verb: 'scale', workload: 'back', replicas });
const apply = (text: string): TimelineAction => ({ verb: 'apply', resources: resources(text) });
const firstAnswerFrom = ({ answers }: Told, pod: number): number =>
  answers.find((own) => own.pod === pod)!.atUs / 1e6;
const probed = (more = ''): string => `readinessProbe: { httpGet: { path: /, port: 9080 }, ${more} }`;
const until = ({ answers }: Told, pod: number): number =>
  answers.findLast((own) => own.pod === pod)!.atUs / 1e6;

describe('a new pod', () => {
  test('is created, scheduled, run and Ready one after the other; without a probe it is Ready before it serves', () => {
    const told = play({}, [[10, scale(2)]], 20, { boot: 3 });
    expect(told.lines).toEqual([
      '10.1 created 1',
      '10.2 scheduled 1',
      '11.2 containers run 1',
      '11.2 ready 1',
    ]);
    // The endpoint is there at 11.4 s, the application from 14.2 s on: in between its share of requests is refused.
    const refused = told.answers.filter((own) => own.status === 503);
    expect(refused[0]!.atUs / 1e6).toBeCloseTo(11.4, 1);
    expect(refused.at(-1)!.atUs / 1e6).toBeCloseTo(14.2, 1);
    expect(refused.every((own) => own.pod === 2 || own.pod === 1)).toBe(true);
  });

  test('with a readiness probe takes no request before its application serves', () => {
    const told = play({ container: probed('periodSeconds: 1') }, [[10, scale(2)]], 20, { boot: 3 });
    expect(told.answers.every((own) => own.status === 200)).toBe(true);
    const ready = Number(told.lines.find((line) => line.endsWith('ready 1'))!.split(' ')[0]);
    expect(ready).toBeGreaterThanOrEqual(14.2);
    expect(ready).toBeLessThanOrEqual(15.2);
    const newPod = told.world.pods.findLastIndex((own) => own.workload === 'back');
    expect(firstAnswerFrom(told, newPod)).toBeGreaterThan(ready + 0.2);
  });

  test('is learnt of by the proxies that route to it, each when its push arrives, and by kube-proxy in its own time', () => {
    const slow = { ...controlPlanePresets.off, network: seconds(2) };
    const world = (sidecar: boolean): number => {
      let first = Infinity;
      const own: World = makeWorld(
        {
          app: app(0, 1),
          focus: 'back',
          manifests: resources(service('back'), back(), deployment('client', 'v1', 1, sidecar)),
          traffic: [traffic],
          timeline: [{ atUs: 10e6, ...scale(2) }],
          controlPlane: slow,
          kubernetes,
        },
        {
          answered: (row, nowUs) => {
            if (own.rows.pod[row] === own.pods.length - 1 && own.pods.length === 3)
              first = Math.min(first, nowUs / 1e6);
          },
        },
      );
      own.runUntil(20e6);
      return first;
    };
    // Endpoint at 11.4 s; 2 s of network to the sidecar, 0.5 s to the nodes' rules.
    expect(world(true)).toBeGreaterThan(13.4);
    expect(world(true)).toBeLessThan(13.6);
    expect(world(false)).toBeGreaterThan(11.9);
    expect(world(false)).toBeLessThan(12.1);
  });

  test('of many: batches of 1, 2, 4 ..., each after the one before', () => {
    const { lines } = play({}, [[10, scale(9)]], 10.55);
    const created = lines.filter((line) => line.includes('created')).map((line) => line.split(' ')[0]);
    expect(created).toEqual(['10.1', '10.2', '10.2', '10.3', '10.3', '10.3', '10.3', '10.4']);
  });

  test('without room is Pending until there is some, and the scheduler looks again after 1 to 10 s', () => {
    const { lines, world } = play(
      {},
      [
        [5, { verb: 'cordon' }],
        [10, scale(2)],
        [30, { verb: 'uncordon' }],
      ],
      45,
    );
    expect(lines.slice(0, 2)).toEqual(['10.1 created 1', '10.1 waits for room 1']);
    const scheduled = Number(lines.find((line) => line.includes('scheduled'))!.split(' ')[0]);
    expect(scheduled).toBeGreaterThanOrEqual(31);
    expect(scheduled).toBeLessThanOrEqual(40);
    expect(world.workloads.find('back')!.sets[0]!.pods).toHaveLength(2);
  });

  test('does not fit where requests, the sidecar’s among them, fill the nodes; one that goes makes room', () => {
    // A pod asks for 400m and its sidecar for 100m: three fit beside the client's sidecar into 1600m, a fourth does not.
    const container = 'resources: { requests: { cpu: 400m } }';
    const { lines, world } = play(
      { container, replicas: 2 },
      [
        [10, scale(4)],
        [20, scale(3)],
        [30, { verb: 'kill', workload: 'back', pods: 1, silently: false }],
      ],
      60,
      { kubernetes: { cpuMilli: 1600 } },
    );
    expect(lines.filter((line) => line.includes('waits for room'))).toEqual(['10.2 waits for room 3']);
    // Scaling down takes the pod that waits, not one that works.
    expect(lines).toContain('20 terminating 3');
    expect(lines).toContain('30 gone 0');
    // Its successor has the room that it left.
    expect(lines).toContain('30.2 scheduled 4');
    expect(world.workloads.find('back')!.sets[0]!.pods).toHaveLength(3);
  });

  test('that is deleted before it was scheduled gives its room back', () => {
    const container = 'resources: { requests: { cpu: 400m } }';
    const { lines } = play(
      { container },
      [
        [10, scale(2)],
        [10.15, scale(1)],
        [20, scale(2)],
      ],
      40,
      { kubernetes: { cpuMilli: 1100 } },
    );
    expect(lines).toContain('10.15 gone 1');
    expect(lines.filter((line) => line.includes('waits'))).toEqual([]);
    expect(lines).toContain('20.2 scheduled 2');
  });
});

describe('a pod that goes', () => {
  test('is an endpoint for a little longer: without a preStop sleep it refuses requests meanwhile', () => {
    const told = play({ replicas: 2 }, [[10, scale(1)]], 20);
    // SIGTERM at once: the sidecar drains for 5 s; endpoints follow at 10.2 s.
    expect(told.lines[0]).toMatch(/^10 terminating/);
    expect(told.lines.at(-1)).toMatch(/^15 gone/);
    const failed = told.answers.filter((own) => own.status !== 200);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed[0]!.atUs / 1e6).toBeGreaterThanOrEqual(10);
    expect(failed.at(-1)!.atUs / 1e6).toBeLessThan(10.3);
  });

  test('is ready for as long as it drains, and gone it is not: nobody counts it among the ready', () => {
    const ready = (until: number): string[] =>
      play({ replicas: 2 }, [[10, scale(1)]], until)
        .world.workloads.lives.filter(({ pod }) => pod.workload === 'back')
        .map((life) => `${life.phase} ${life.ready}`)
        .sort();
    // The sidecar drains for 5 s.
    expect(ready(14)).toEqual(['Running true', 'Running true']);
    expect(ready(16)).toEqual(['Gone false', 'Running true']);
  });

  // controller_utils.go, ActivePodsWithRanks: Pending before Running, whatever came first.
  test('is the one whose containers do not run yet, where one of them is to go', () => {
    const { lines } = play(
      { replicas: 2 },
      [
        [10, scale(3)],
        [10.5, scale(2)],
      ],
      20,
    );
    expect(lines.filter((line) => line.includes('terminating'))).toEqual(['10.5 terminating 2']);
  });

  test('with a preStop sleep that outlasts the endpoints nobody notices', () => {
    const container = 'lifecycle: { preStop: { sleep: { seconds: 8 } } }';
    const told = play({ replicas: 2, container }, [[10, scale(1)]], 30);
    expect(told.answers.every((own) => own.status === 200)).toBe(true);
    // 8 s of sleep, then the sidecar's 5 s.
    expect(told.lines.at(-1)).toMatch(/^23 gone/);
  });

  test('has 2 s more where preStop has used all of its grace', () => {
    const container = 'lifecycle: { preStop: { sleep: { seconds: 5 } } }';
    const told = play(
      { replicas: 2, container, pod: 'terminationGracePeriodSeconds: 5' },
      [[10, scale(1)]],
      30,
    );
    expect(told.lines.at(-1)).toMatch(/^17 gone/);
  });

  // KEP-753, native sidecars: their SIGTERM comes after the application's containers have ended.
  test('with a sidecar stays until what it has in hand is done, or to the end of its grace', () => {
    const told = (grace: number): Told =>
      play({ replicas: 2, pod: `terminationGracePeriodSeconds: ${grace}` }, [[10, scale(1)]], 60, {
        workMs: 20_000,
        rps: 5,
      });
    const broken = ({ answers }: Told): number =>
      answers.filter((own) => own.atUs > 11e6 && own.status !== 200).length;
    const goneAt = (own: Told): number =>
      Number(own.lines.find((line) => line.includes('gone'))!.split(' ')[0]);
    const patient = told(30);
    expect(broken(patient)).toBe(0);
    // The last one came before 10 s, or a little later by who did not know yet; it takes 20 s.
    expect(goneAt(patient)).toBeGreaterThan(29);
    expect(goneAt(patient)).toBeLessThan(31);
    const short = told(12);
    expect(goneAt(short)).toBe(22);
    expect(broken(short)).toBeGreaterThan(0);
  });

  test('without a sidecar leaves when its work is done, or is killed at the end of its grace', () => {
    const gone = (workMs: number): number => {
      const own = play(
        { replicas: 2, inject: false, pod: 'terminationGracePeriodSeconds: 4' },
        [[10, scale(1)]],
        30,
        {
          workMs,
          clientSidecar: false,
        },
      );
      return Number(own.lines.at(-1)!.split(' ')[0]);
    };
    expect(gone(20_000)).toBe(14);
    // What it has in hand when the API has told it to go is done after half a second, and told within a tenth.
    expect(gone(500)).toBeLessThanOrEqual(10.9);
    expect(gone(500)).toBeGreaterThan(10.3);
  });

  test('is no longer counted by its ReplicaSet: its successor comes while it still drains', () => {
    const container = 'lifecycle: { preStop: { sleep: { seconds: 8 } } }';
    const { lines } = play(
      { replicas: 2, container },
      [
        [10, scale(1)],
        [11, scale(2)],
      ],
      30,
    );
    expect(lines).toContain('11.1 created 2');
    expect(lines.find((line) => line.includes('gone'))).toMatch(/^23 gone/);
  });

  test('killed: what it had in hand fails at once with it, and another is made', () => {
    const told = play(
      { replicas: 2 },
      [[10, { verb: 'kill', workload: 'back', pods: 1, silently: false }]],
      20,
      {
        workMs: 500,
      },
    );
    expect(told.lines.slice(0, 3)).toEqual(['10 not ready 0', '10 gone 0', '10.1 created 2']);
    const lost = told.answers.filter((own) => own.flags !== 0 && own.atUs / 1e6 < 10.05);
    // 100 requests a second, half of them there for 500 ms each: 25 by Little's law, answered as broken off.
    expect(lost.length).toBeGreaterThan(15);
    expect(lost.length).toBeLessThan(36);
    expect(
      lost.every((own) => (own.flags & (responseFlag.UC | responseFlag.UF | responseFlag.URX)) !== 0),
    ).toBe(true);
    expect(
      until(
        told,
        told.world.pods.findIndex((own) => own.workload === 'back'),
      ),
    ).toBeLessThan(10.3);
  });

  test('deleted with its Deployment, the service has no endpoints: UH', () => {
    const told = play(
      { replicas: 2 },
      [[10, { verb: 'delete', resources: resources(back({ replicas: 2 })) }]],
      20,
    );
    const late = told.answers.filter((own) => own.atUs > 11e6);
    expect(late.length).toBeGreaterThan(800);
    expect(late.every((own) => own.status === 503 && (own.flags & responseFlag.UH) !== 0)).toBe(true);
    expect(told.lines.filter((line) => line.includes('gone'))).toHaveLength(2);
  });

  test('comes back with its Deployment', () => {
    const own = resources(back({ replicas: 2 }));
    const told = play(
      { replicas: 2 },
      [
        [10, { verb: 'delete', resources: own }],
        [20, { verb: 'apply', resources: own }],
      ],
      30,
    );
    expect(told.answers.filter((each) => each.atUs > 22e6).every((each) => each.status === 200)).toBe(true);
  });
});

describe('a startup probe', () => {
  const startup = (failures: number): string =>
    `startupProbe: { httpGet: { path: /, port: 9080 }, periodSeconds: 1, failureThreshold: ${failures} }`;

  test('that runs out of failures ends the container, again and again, with the back-off of a crash', () => {
    const told = play({ container: startup(2) }, [[10, scale(2)]], 60, { boot: 5 });
    expect(told.lines.some((line) => line.endsWith('ready 1'))).toBe(false);
    const runs = told.lines.filter((line) => line.endsWith('containers run 1')).map(parseFloat);
    const deaths = told.lines.filter((line) => line.endsWith('crashed 1')).map(parseFloat);
    expect(runs[0]).toBe(11.2);
    // Probes at the start and within a second after it.
    deaths.forEach((at, i) => {
      expect(at - runs[i]!).toBeGreaterThan(0);
      expect(at - runs[i]!).toBeLessThanOrEqual(1.1);
    });
    // One second until the kubelet sees it, then 10 and 20 s more.
    expect(runs.slice(1, 4).map((at, i) => Math.round(at - deaths[i]!))).toEqual([1, 11, 21]);
  });

  test('with enough of them lets it boot', () => {
    const told = play({ container: startup(10) }, [[10, scale(2)]], 20, { boot: 5 });
    expect(told.lines.some((line) => line.endsWith('crashed 1'))).toBe(false);
    expect(told.lines.some((line) => line.endsWith('ready 1'))).toBe(true);
  });
});

describe('a container that crashes', () => {
  test('in a pod that is deleted meanwhile is not started again, and its preStop hook does not run', () => {
    const told = play(
      { replicas: 2, container: 'lifecycle: { preStop: { sleep: { seconds: 10 } } }' },
      [
        [10, { verb: 'crash', workload: 'back', pods: 2, silently: false }],
        [20, { verb: 'crash', workload: 'back', pods: 2, silently: false }],
        [25, scale(0)],
      ],
      60,
    );
    expect(told.lines.filter((line) => parseFloat(line) > 25 && line.includes('containers run'))).toEqual([]);
    // Istio's drain of 5 s is all that is left.
    expect(told.lines.filter((line) => line.includes('gone')).map(parseFloat)).toEqual([30, 30]);
  });

  const crash: TimelineAction = { verb: 'crash', workload: 'back', pods: 1, silently: false };
  const runs = (times: readonly number[], end: number): string[] =>
    play(
      {},
      times.map((at) => [at, crash] as const),
      end,
    )
      .lines.filter((line) => line.includes('containers run'))
      .map((line) => line.split(' ')[0]!);

  test('is started again at once the first time, then after 10, 20, 40 s', () => {
    // The kubelet notices within a second.
    expect(runs([10, 20, 50, 100], 200)).toEqual(['11', '31', '71', '141']);
  });

  test('never waits longer than five minutes', () => {
    const every400 = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => 10 + 400 * index);
    expect(Number(runs(every400, 4000).at(-1))).toBe(10 + 2800 + 300 + 1);
  });

  test('is forgiven after ten minutes', () => {
    expect(runs([10, 20, 700], 800)).toEqual(['11', '31', '701']);
  });

  test('what a crash had planned does not happen to the next container', () => {
    // Boot takes 5 s: the application would serve at 16 s, but dies again at 13 s and is back at 24 + 5 s.
    const { lines } = play(
      { container: probed('periodSeconds: 1') },
      [
        [10, crash],
        [13, crash],
      ],
      40,
      { boot: 5 },
    );
    const ready = lines.filter((line) => line.endsWith(' ready 0') && !line.includes('not'));
    expect(ready).toHaveLength(1);
    expect(Number(ready[0]!.split(' ')[0])).toBeGreaterThanOrEqual(29);
  });
});

describe('a rolling update', () => {
  const sizes = (
    spec: string,
    replicas: number,
    own: Partial<PodText> = {},
  ): { most: number; least: number; endsAt: number } => {
    const container = probed('periodSeconds: 1');
    const { lines } = play(
      { replicas, spec, container },
      [[10, apply(back({ replicas, spec, container, version: 'v2', ...own }))]],
      300,
      { boot: 2 },
    );
    let exist = replicas;
    let ready = replicas;
    let [most, least] = [replicas, replicas];
    const isReady = new Set(Array.from({ length: replicas }, (_, index) => String(index)));
    for (const line of lines) {
      const [, ...words] = line.split(' ');
      const pod = words.pop()!;
      const what = words.join(' ');
      if (what === 'created') exist += 1;
      if (what === 'terminating') {
        exist -= 1;
        if (isReady.delete(pod)) ready -= 1;
      }
      if (what === 'ready') {
        isReady.add(pod);
        ready += 1;
      }
      most = Math.max(most, exist);
      least = Math.min(least, ready);
    }
    expect(ready).toBe(replicas);
    return { most, least, endsAt: Number(lines.at(-1)!.split(' ')[0]) };
  };

  test('of 10 pods by the defaults: at most ceil(12.5) = 13 pods, at least 10 - floor(2.5) = 8 ready', () => {
    const { most, least } = sizes('', 10);
    expect([most, least]).toEqual([13, 8]);
  });

  // pkg/controller/deployment/rolling.go: a sync that has scaled the old ReplicaSet down is followed by another, in which the new
  // one has the room that it left: 3 beyond the 10, 2 less of the old, and 2 more of the new before any is ready.
  test('of 10 pods by the defaults makes 5 before it waits for the first of them', () => {
    // Pods that are to go stay for a while, as those behind a sidecar should: their ReplicaSet does not count them any more.
    const container = `${probed('periodSeconds: 1')}, lifecycle: { preStop: { sleep: { seconds: 20 } } }`;
    const { lines } = play(
      { replicas: 10, container },
      [[10, apply(back({ replicas: 10, container, version: 'v2' }))]],
      30,
      { boot: 5 },
    );
    const first = lines.findIndex((line) => / ready \d+$/.test(line));
    const before = (what: string): number =>
      lines.slice(0, first).filter((line) => line.split(' ')[1] === what).length;
    expect([before('created'), before('terminating')]).toEqual([5, 2]);
  });

  test.each([
    { surge: '0', unavailable: '1', most: 4, least: 3 },
    { surge: '1', unavailable: '0', most: 5, least: 4 },
    { surge: '100%', unavailable: '0', most: 8, least: 4 },
    { surge: '0', unavailable: '100%', most: 4, least: 0 },
  ])(
    '4 pods, surge $surge, unavailable $unavailable: $least to $most',
    ({ surge, unavailable, most, least }) => {
      const amount = (text: string): string => (text.endsWith('%') ? `"${text}"` : text);
      const own = sizes(
        `strategy: { rollingUpdate: { maxSurge: ${amount(surge)}, maxUnavailable: ${amount(unavailable)} } }`,
        4,
      );
      expect(own).toMatchObject({ most, least });
    },
  );

  test('Recreate ends all before it begins one', () => {
    expect(sizes('strategy: { type: Recreate }', 4)).toMatchObject({ most: 4, least: 0 });
  });

  test('minReadySeconds holds back each step: four pods one by one take four times as much longer', () => {
    const one = 'strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }';
    const without = sizes(one, 4).endsAt;
    const withIt = sizes(`minReadySeconds: 20\n  ${one}`, 4).endsAt;
    expect(withIt - without).toBeGreaterThan(4 * 20 - 8);
    expect(withIt - without).toBeLessThan(4 * 20 + 8);
  });

  test.each([11, 12, 13, 14, 15, 16])(
    'overtaken by another at %d s takes from both old ReplicaSets no more than may be missing',
    (second) => {
      const replicas = 8;
      const container = probed('periodSeconds: 1');
      const { lines } = play(
        { replicas, container },
        [
          [10, apply(back({ replicas, container, version: 'v2' }))],
          [second, apply(back({ replicas, container, version: 'v3' }))],
        ],
        100,
        { boot: 2 },
      );
      const ready = new Set(Array.from({ length: replicas }, (_, index) => String(index)));
      let least = replicas;
      for (const line of lines) {
        const words = line.split(' ');
        if (words[1] === 'terminating') ready.delete(words.at(-1)!);
        if (words[1] === 'ready') ready.add(words.at(-1)!);
        least = Math.min(least, ready.size);
      }
      // 25 % of 8 may be missing.
      expect(least).toBe(6);
      expect(ready.size).toBe(replicas);
    },
  );

  test('the same template again changes nothing', () => {
    const { lines } = play({ replicas: 3 }, [[10, apply(back({ replicas: 3 }))]], 30);
    expect(lines).toEqual([]);
  });

  test('back to the template before brings its ReplicaSet up again', () => {
    const { world } = play(
      { replicas: 3 },
      [
        [10, apply(back({ replicas: 3, version: 'v2' }))],
        [40, apply(back({ replicas: 3, version: 'v1' }))],
      ],
      90,
    );
    const { sets } = world.workloads.find('back')!;
    expect(sets.map((set) => [set.owner.spec.template.labels['version'], set.pods.length])).toEqual([
      ['v2', 0],
      ['v1', 3],
    ]);
  });
});

describe('troubles of an application', () => {
  test('slow, and well again', () => {
    const spans: number[] = [];
    const world: World = makeWorld(
      {
        app: app(0, 10),
        focus: 'back',
        manifests: resources(service('back'), back(), deployment('client', 'v1')),
        traffic: [traffic],
        timeline: [
          { atUs: 10e6, verb: 'slow', workload: 'back', factor: 3 },
          { atUs: 20e6, verb: 'heal', workload: 'back' },
        ],
        kubernetes,
      },
      {
        answered: (row, nowUs) => {
          const at = Math.floor(world.rows.startedUs[row]! / 10e6);
          spans[at] = Math.max(spans[at] ?? 0, nowUs - world.rows.startedUs[row]!);
        },
      },
    );
    world.runUntil(30e6);
    // 10 ms of work become 30 ms, and 10 ms again.
    expect(spans[1]! - spans[0]!).toBe(20_000);
    expect(spans[2]!).toBe(spans[0]!);
  });
});

describe('an application that refuses all that comes', () => {
  const fail = (share: number): TimelineAction => ({
    verb: 'fail',
    workload: 'back',
    fails: { share, by: 'refuse', status: 503, when: 'before-work', fromUs: 0, toUs: Infinity },
  });
  const changes = (
    container: string,
    ...timeline: readonly (readonly [number, TimelineAction])[]
  ): string[] => play({ container }, timeline, 60).lines.filter((line) => line.includes('ready'));
  const every2s = probed('periodSeconds: 2, failureThreshold: 2');

  // pkg/kubelet/prober/worker.go: a tick every 2 s, and two failures in a row: after 2 to 4 s.
  test('is found out by its readiness probe, and found well again', () => {
    const [out, back, ...more] = changes(every2s, [20, fail(1)], [40, { verb: 'heal', workload: 'back' }]);
    expect(more).toEqual([]);
    expect(out).toMatch(/^2[234](\.\d+)? not ready 0$/);
    expect(back).toMatch(/^4[012](\.\d+)? ready 0$/);
  });

  test.each([
    { container: '', share: 1, because: 'nobody asks' },
    { container: every2s, share: 0.5, because: 'it takes some' },
    {
      container: 'readinessProbe: { exec: { command: [x] } }',
      share: 1,
      because: 'the probe asks it nothing',
    },
  ])('stays an endpoint where $because', ({ container, share }) => {
    expect(changes(container, [20, fail(share)])).toEqual([]);
  });

  test('is well again before so many failures: nothing happens', () => {
    expect(changes(every2s, [20, fail(1)], [21.9, { verb: 'heal', workload: 'back' }])).toEqual([]);
  });

  // pkg/probe/util.go, ResolveContainerPort: "couldn't find port".
  test('a probe of a port that the container does not have never passes: the new pod is not ready, the old one stays', () => {
    const container = 'readinessProbe: { httpGet: { path: /, port: nosuch } }';
    const { lines, answers } = play({ container }, [[10, { verb: 'restart', workload: 'back' }]], 60);
    expect(lines.filter((line) => /ready|gone/.test(line))).toEqual([]);
    expect(answers.every((own) => own.status === 200)).toBe(true);
  });
});
