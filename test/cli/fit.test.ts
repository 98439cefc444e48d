import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { sampler } from '../../src/kernel/distribution.ts';
import type { FitRecord } from '../../src/record/fit.ts';
import { meshshift } from '../support/io.ts';
import { jsonLine, poisson, streamOf, textLine, zeroMs, type LineParts } from '../support/made-logs.ts';

/**
 * A small shop whose parameters are known: web takes 4 ms (lognormal), calls price and takes 4 ms more; price-v1 takes 10 ms (p50,
 * p99 25), price-v2 20 (p99 40), and gets 40 % from the fourth minute on. 8 pages a second, 12 from the sixth minute on. A request
 * costs web 6 ms of CPU and an idle pod 10 m.
 */
const pods = {
  gate: { name: 'edge-gateway-6c7f4d8b9-q2xwz', ip: '10.1.0.1' },
  web: { name: 'web-7d9c6b5f4d-4hk2m', ip: '10.1.0.2' },
  v1: { name: 'price-v1-84c5d7f6b-2ncvx', ip: '10.1.0.3' },
  v2: { name: 'price-v2-84c5d7f6c-p8jgd', ip: '10.1.0.4' },
} as const;
const minutes = 10;
const root = mkdtempSync(join(tmpdir(), 'meshshift-fit-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const times = poisson(
  [
    { at: 0, rps: 8 },
    { at: 300, rps: 12 },
  ],
  60 * minutes,
  streamOf('pages'),
);
const law = (p50: number, p99: number, name: string): (() => number) =>
  sampler({ dist: 'lognormal', p50: p50 * 1000, p99: p99 * 1000 }, streamOf(name));

function writeSystem(): void {
  const draws = {
    before: law(4, 9, 'before'),
    after: law(4, 9, 'after'),
    v1: law(10, 25, 'v1'),
    v2: law(20, 40, 'v2'),
  };
  const chance = streamOf('versions');
  const lines = new Map<keyof typeof pods, LineParts[]>([
    ['gate', []],
    ['web', []],
    ['v1', []],
    ['v2', []],
  ]);
  for (const [page, time] of times.entries()) {
    const version = time >= 181 && chance.uniform() < 0.4 ? 'v2' : 'v1';
    const id = `id-${page}`;
    const at = zeroMs + time * 1000;
    const [first, price, last] = [draws.before() / 1000, draws[version]() / 1000, draws.after() / 1000];
    const hop = 0.5;
    const call = price + 2 * hop;
    const inWeb = first + call + last;
    const note = (
      pod: keyof typeof pods,
      from: number,
      ms: number,
      rest: Omit<LineParts, 'id' | 'atMs' | 'ms'>,
    ): void => void lines.get(pod)!.push({ id, atMs: Math.floor(from), ms: Math.floor(ms), ...rest });
    const inbound = (pod: keyof typeof pods, peer: keyof typeof pods, path: string, authority: string) => ({
      path,
      authority,
      cluster: 'inbound|80||',
      upstream: `${pods[pod].ip}:80`,
      own: '127.0.0.6:4000',
      peer: `${pods[peer].ip}:999`,
    });
    note('gate', at, inWeb + 2 * hop, {
      path: '/',
      cluster: 'outbound|80||web.shop.svc.cluster.local',
      upstream: `${pods.web.ip}:80`,
      own: `${pods.gate.ip}:5000`,
      peer: `203.0.113.${page % 50}:7000`,
    });
    note('web', at + hop, inWeb, inbound('web', 'gate', '/', 'shop.example.com'));
    note('web', at + hop + first, call, {
      path: '/quote',
      authority: 'price:80',
      cluster: `outbound|80|${version}|price.shop.svc.cluster.local`,
      upstream: `${pods[version].ip}:80`,
      own: `${pods.web.ip}:5000`,
      peer: `${pods.web.ip}:6000`,
    });
    note(version, at + 2 * hop + first, price, inbound(version, 'web', '/quote', 'price:80'));
  }
  mkdirSync(join(root, 'logs'));
  mkdirSync(join(root, 'prometheus'));
  for (const [pod, own] of lines) {
    const text = own.map(pod === 'v1' ? jsonLine : textLine).join('');
    if (pod === 'gate') writeFileSync(join(root, 'logs', `${pods[pod].name}.log.gz`), gzipSync(text));
    else writeFileSync(join(root, 'logs', `${pods[pod].name}.log`), text);
  }
  const zero = zeroMs / 1000;
  const series = (metric: object, valueAt: (time: number) => number) => ({
    metric,
    values: Array.from({ length: 4 * minutes + 1 }, (_, at) => [zero + 15 * at, String(valueAt(15 * at))]),
  });
  const until = (time: number): number => times.filter((own) => own < time).length;
  const answer = (result: object[]) =>
    JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
  writeFileSync(
    join(root, 'prometheus', 'requests.json'),
    answer([
      series(
        {
          __name__: 'istio_requests_total',
          reporter: 'destination',
          pod: pods.web.name,
          destination_workload: 'web',
          response_code: '200',
        },
        (time) => 700 + until(time),
      ),
    ]),
  );
  writeFileSync(
    join(root, 'prometheus', 'cpu.json'),
    answer([
      series(
        { __name__: 'container_cpu_usage_seconds_total', pod: pods.web.name, container: 'web' },
        (time) => 50 + 0.01 * time + 0.006 * until(time - 4),
      ),
    ]),
  );
  const deployment = (name: string, app: string, version: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop, uid: 1-2-3 }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${app}, version: ${version} } }
  template:
    metadata: { labels: { app: ${app}, version: ${version} } }
    spec: { containers: [{ name: ${app}, image: ${app}, resources: { requests: { cpu: 200m } } }] }
status: { replicas: 1 }
---
`;
  const service = (name: string) => `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { clusterIP: 10.96.0.1, selector: { app: ${name} }, ports: [{ name: http, port: 80 }] }
---
`;
  writeFileSync(
    join(root, 'all.yaml'),
    `${deployment('web', 'web', 'v1')}${deployment('price-v1', 'price', 'v1')}${deployment('price-v2', 'price', 'v2')}${service('web')}${service('price')}apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 1
  maxReplicas: 3
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 80 } } }]
status: { currentReplicas: 1 }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec: { selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop.example.com] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec: { hosts: [shop.example.com], gateways: [shop], http: [{ route: [{ destination: { host: web } }] }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: price, namespace: shop }
spec: { host: price, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: price, namespace: shop }
spec: { hosts: [price], http: [{ route: [{ destination: { host: price, subset: v1 }, weight: 60 }, { destination: { host: price, subset: v2 }, weight: 40 }] }] }
`,
  );
}
writeSystem();

const out = join(root, 'fitted');
const given = [
  '--logs',
  join(root, 'logs'),
  '--metrics',
  join(root, 'prometheus'),
  '-f',
  join(root, 'all.yaml'),
];
const change = ['--change', '12:03=v1=60,v2=40'];
const fitted = meshshift(['fit', ...given, ...change, '--plays', '4', '--out', out]);
const record = (): FitRecord => JSON.parse(readFileSync(join(out, 'fit.json'), 'utf8')) as FitRecord;
const number = (about: string, what: string) =>
  record().numbers.find((own) => own.about === about && own.what === what)!;

describe('a system that left logs, metrics and manifests', () => {
  test('becomes a folder that run plays', async () => {
    const { code, err } = await fitted;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const run = await meshshift(['run', out, '--no-out', '-q']);
    expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: '' });
  });

  test('leaves the number of pods to the autoscaler, and begins with as many as it wants', async () => {
    await fitted;
    const web = readFileSync(join(out, 'manifests.yaml'), 'utf8')
      .split('---\n')
      .filter((text) => text.includes('name: web\n'));
    expect(web.some((text) => text.includes('kind: HorizontalPodAutoscaler'))).toBe(true);
    expect(web.some((text) => /^ {2}replicas:/m.test(text))).toBe(false);
    expect(web.join()).not.toMatch(/status:|uid:/);
    expect(readFileSync(join(out, 'scenario.yaml'), 'utf8')).toContain('  start: settled');
  });

  test('has the numbers that it was made with, each within its interval or near it', async () => {
    await fitted;
    expect(number('web', 'CPU of a request').value).toBeCloseTo(6, 0);
    expect(number('web', 'CPU of an idle pod').value).toBeCloseTo(10, -1);
    // Four standard errors of a median: 4 x 1.25 x 4.4 / sqrt(3500) = 0.4 ms.
    expect(number('price-v1', 'own time p50').value).toBeCloseTo(10, 0);
    expect(Math.abs(number('price-v2', 'own time p50').value! - 20)).toBeLessThan(0.6);
    expect(number('web', 'calls').text).toBe('price');
    expect(number('web', 'workers of a pod').text).toMatch(/^no limit seen up to/);
    expect(Math.abs(number('split of price', 'v2 from 180 s').value! - 40)).toBeLessThan(4);
    const heeded = number('split of price', `${pods.web.name} heeds it after (99 %)`);
    expect(heeded.low).toBeLessThanOrEqual(1);
    expect(heeded.high).toBeGreaterThanOrEqual(1);
    expect(record().numbers.find(({ what }) => what === 'process')?.text).toBe('poisson');
    expect(number('arrivals at web (GET /)', 'from').text).toBe('visitors');
    expect(number('proxies', 'hop, one way, p50').value).toBeGreaterThan(0.3);
  });

  test('is played against the part that the fit has not seen, and none of it differs', async () => {
    await fitted;
    const { lines, fitUntilSeconds, seconds } = record().validation!;
    expect([fitUntilSeconds, seconds]).toEqual([420, 180]);
    expect(lines.filter(({ verdict }) => verdict === 'differs')).toEqual([]);
    for (const what of ['page p50', 'page p95', 'page mean'])
      expect(lines.find((own) => own.what === what)?.verdict, what).toBe('agrees');
  });

  test('leaves a page with its charts, and the changes on the timeline', async () => {
    await fitted;
    expect(readFileSync(join(out, 'fit-report.html'), 'utf8')).toMatch(
      /Predicted and observed[^]*What was found/,
    );
    expect(readFileSync(join(out, 'fit-report.md'), 'utf8')).toContain('| page p50 |');
    expect(readFileSync(join(out, 'scenario.yaml'), 'utf8')).toContain(
      '- { at: 180s, apply: virtual-service-price-60-40.yaml }',
    );
    expect(readFileSync(join(out, 'charts', 'minutes.svg'), 'utf8')).toContain('<svg');
  });

  test('of logs alone says what is not known', async () => {
    const { code, out: text } = await meshshift(['fit', join(root, 'logs'), '--plays', '0', '-o', 'json']);
    expect(code).toBe(0);
    const { unknown, assumed, numbers } = JSON.parse(text) as FitRecord;
    expect(unknown.join('\n')).toMatch(/CPU of requests[^]*no manifests were given/);
    expect(assumed.join('\n')).toMatch(/Deployments of .*price-v1/);
    // Nobody told of the change: it is seen.
    expect(numbers.filter(({ about }) => about === 'split of price')).toHaveLength(4);
  });
});

describe('what can not be fitted', () => {
  test.each([
    { words: ['fit'], code: 2, says: 'name what there is of the system' },
    { words: ['fit', join(root, 'none.log')], code: 3, says: 'cannot read' },
    { words: ['fit', join(root, 'all.yaml')], code: 3, says: 'nothing that was given tells of any request' },
    { words: ['fit', join(root, 'logs'), '--change', 'noon=v1=1'], code: 2, says: '"noon" is no moment' },
  ])('$words ends with $code', async ({ words, code, says }) => {
    const answer = await meshshift(words);
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(says);
  });
});

test('every example of fit --help runs', async () => {
  const { out: help } = await meshshift(['fit', '--help']);
  const examples = help.split('\n').filter((line) => line.startsWith('  meshshift fit '));
  expect(examples).toHaveLength(1);
  for (const example of examples) {
    const words = example
      .trim()
      .split(/ +/)
      .slice(1)
      .map((word) =>
        ['logs', 'prometheus', 'all.yaml'].includes(word)
          ? join(root, word)
          : word.replace('/tmp/', `${root}/`),
      );
    expect(
      (await meshshift([...words.map((word) => word.replace('10:02', '12:03')), '--plays', '2'])).code,
    ).toBe(0);
  }
});
