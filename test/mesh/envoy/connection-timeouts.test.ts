import { describe, expect, test } from 'vitest';
import type { Distribution } from '../../../src/kernel/distribution.ts';
import type { App } from '../../../src/mesh/app/app.ts';
import { flagText } from '../../../src/mesh/envoy/response-flag.ts';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import type { World } from '../../../src/mesh/world.ts';
import { deployment, makeWorld, resources, service } from '../../support/world.ts';

/** A DestinationRule's connectionPool for the one service there is. */
const pool = (text: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: back }
spec: { host: back, trafficPolicy: { connectionPool: { ${text} } } }
---`;

const app: App = {
  name: 'back',
  workloads: [
    {
      name: 'back',
      match: { app: 'back' },
      cpuUs: 0,
      concurrency: Infinity,
      script: [{ kind: 'work', time: { dist: 'constant', value: 1000 } }],
    },
  ],
};

/** Calls one after the other, `everyMs` apart, by a client with a sidecar; and the moments at which connections opened. */
function calls(policy: string, everyMs: number, handshake: Distribution, count = 4) {
  const answers: string[] = [];
  const traffic: Traffic = {
    name: 'client',
    kind: 'refresh',
    count,
    everyUs: everyMs * 1000,
    startUs: 0,
    from: 'client-v1',
    request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
  };
  const world: World = makeWorld(
    {
      app,
      focus: 'back',
      manifests: resources(
        service('back'),
        deployment('client', 'v1'),
        deployment('back', 'v1'),
        pool(policy),
      ),
      traffic: [traffic],
      handshake,
    },
    {
      pageDone: (row, _source, _page, nowUs) => {
        const { rows } = world;
        const ms = (nowUs - rows.startedUs[row]!) / 1000;
        answers.push(`${rows.status[row]} ${flagText(rows.flags[row]!)} ${ms} ms`);
      },
    },
  );
  world.runUntil(60_000_000);
  return { answers, world };
}

const constant = (ms: number): Distribution => ({ dist: 'constant', value: ms * 1000 });

describe('an idle connection', () => {
  // A handshake takes 5 ms, the way there and back 2 ms, the work 1 ms: 8 ms over a new connection, 3 ms over one that stands.
  test.each([
    {
      idle: '50ms',
      everyMs: 100,
      expected: [8, 8, 8, 8],
      because: 'it is closed 50 ms after each answer, before the next call',
    },
    { idle: '50ms', everyMs: 40, expected: [8, 3, 3, 3], because: 'each call comes before that' },
  ])('http.idleTimeout $idle, a call every $everyMs ms: $because', ({ idle, everyMs, expected }) => {
    const { answers } = calls(`http: { idleTimeout: ${idle} }`, everyMs, constant(5));
    expect(answers).toEqual(expected.map((ms) => `200  ${ms} ms`));
  });

  test('is closed after an hour where nothing is set', () => {
    const policy = 'tcp: { maxConnections: 10 }';
    const hour = 3_600_000;
    const before = calls(policy, 100, constant(5)).world;
    expect(before.connections.inUse).toBe(1);
    // The last answer of the first call comes at 8 ms.
    before.runUntil((hour + 300 + 3) * 1000 - 1);
    expect(before.connections.inUse).toBe(1);
    before.runUntil((hour + 300 + 3) * 1000);
    expect(before.connections.inUse).toBe(0);
  });
});

describe('a connection that takes too long', () => {
  test('is given up after connectTimeout: 503 UF, once Istio’s two retries on connect-failure are used up', () => {
    const { answers } = calls('tcp: { connectTimeout: 20ms }', 1000, constant(30), 1);
    // Three times 20 ms, and two back-offs of 0 .. 24 and 0 .. 49 ms between.
    const [, ms] = /^503 URX,UF (\d+) ms$/.exec(answers[0]!)!;
    expect(Number(ms)).toBeGreaterThanOrEqual(60);
    expect(Number(ms)).toBeLessThanOrEqual(60 + 24 + 49);
  });

  test('that stands within it is used', () => {
    expect(calls('tcp: { connectTimeout: 30ms }', 1000, constant(30), 1).answers).toEqual(['200  33 ms']);
  });

  test('has ten seconds where nothing is set', () => {
    const late = (ms: number) => calls('tcp: { maxConnections: 10 }', 100_000, constant(ms), 1).answers[0]!;
    expect(late(10_000)).toBe('200  10003 ms');
    expect(late(10_001)).toMatch(/^503 URX,UF 300\d\d ms$/);
  });
});

describe('a TCP connection that is idle for longer than tcp.idleTimeout', () => {
  const tcp = (idle: string): string =>
    ['v1', 'v2'].map((version) => deployment('echo', version)).join('\n') +
    deployment('client', 'v1') +
    `
apiVersion: v1
kind: Service
metadata: { name: echo }
spec: { selector: { app: echo }, ports: [{ name: tcp, port: 9000 }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: echo }
spec: { host: echo, trafficPolicy: { connectionPool: { tcp: { idleTimeout: ${idle} } } } }
---`;
  const podsMet = (idle: string): number => {
    const met = new Set<number>();
    const world: World = makeWorld(
      {
        app: { name: 'echo', workloads: [] },
        focus: 'echo',
        manifests: resources(tcp(idle)),
        traffic: [
          {
            name: 'nc',
            kind: 'refresh',
            count: 40,
            everyUs: 1_000_000,
            startUs: 0,
            from: 'client-v1',
            keepAlive: { maxAgeUs: Infinity },
            request: { method: 'TCP', path: '/', authority: 'echo:9000', headers: {} },
          },
        ],
      },
      { pageDone: (row) => void met.add(world.rows.pod[row]!) },
    );
    world.runUntil(60_000_000);
    return met.size;
  };

  test.each([
    { idle: '900ms', pods: 2, because: 'each call opens a new one, which may lead elsewhere' },
    { idle: '1100ms', pods: 1, because: 'it is used again in time' },
  ])('$idle, a call each second: $pods pods are met, $because', ({ idle, pods }) => {
    expect(podsMet(idle)).toBe(pods);
  });
});
