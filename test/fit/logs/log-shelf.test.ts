import { describe, expect, test } from 'vitest';
import { LineSplitter } from '../../../src/accesslog/line-splitter.ts';
import { entriesOf, templatesOf } from '../../../src/fit/logs/entries.ts';
import { failuresOf } from '../../../src/fit/logs/failures.ts';
import { fitLogs } from '../../../src/fit/logs/fit-logs.ts';
import { LogShelf } from '../../../src/fit/logs/log-shelf.ts';
import type { PodLog } from '../../../src/fit/logs/logged-call.ts';
import { patienceOf } from '../../../src/fit/logs/patience.ts';
import { spansOfLogs } from '../../../src/fit/logs/spans-of-logs.ts';
import { triesOf } from '../../../src/fit/logs/tries.ts';
import { fitTraces } from '../../../src/fit/traces/fit-traces.ts';
import { Names } from '../../../src/fit/names.ts';
import { call, jsonLine, textLine, zeroMs, type LineParts } from '../../support/made-logs.ts';

const gate = 'edge-gateway-6c7f4d8b9-q2xwz';
const web = 'web-7d9c6b5f4d-4hk2m';
const [price1, price2] = ['price-v1-84c5d7f6b-2ncvx', 'price-v2-84c5d7f6c-p8jgd'];
const address: Readonly<Record<string, string>> = {
  [gate]: '10.1.0.1',
  [web]: '10.1.0.2',
  [price1!]: '10.1.0.3',
  [price2!]: '10.1.0.4',
};

/** A page: gateway -> web -> price, by one of its pods; every seventh call is answered with 503 first, and tried again. */
function pages(count: number): Map<string, LineParts[]> {
  const logs = new Map<string, LineParts[]>([gate, web, price1!, price2!].map((pod) => [pod, []]));
  for (let page = 0; page < count; page += 1) {
    const atMs = zeroMs + 100 * page;
    const price = page % 3 === 0 ? price2! : price1!;
    const id = `id-${page}`;
    const common = { id, own: '127.0.0.6:4000', status: 200 };
    const inbound = (pod: string, from: string, path: string, at: number, ms: number, status = 200): void =>
      void logs.get(pod)!.push({
        ...common,
        status,
        atMs: at,
        ms,
        path,
        cluster: 'inbound|80||',
        upstream: `${address[pod]}:80`,
        peer: `${address[from]}:999`,
        authority: path === '/' ? 'shop.example.com' : 'price:80',
      });
    if (page % 7 === 0) inbound(price, web, '/quote', atMs + 6, 1, 503);
    inbound(price, web, '/quote', atMs + 8, 20);
    logs.get(web)!.push({
      ...common,
      atMs: atMs + 5,
      ms: 24,
      path: '/quote',
      cluster: `outbound|80|${price === price2 ? 'v2' : 'v1'}|price.shop.svc.cluster.local`,
      upstream: `${address[price]}:80`,
      own: `${address[web]}:5000`,
      peer: `${address[web]}:6000`,
      authority: 'price:80',
    });
    inbound(web, gate, '/', atMs + 2, 30);
    logs.get(gate)!.push({
      ...common,
      atMs,
      ms: 33,
      path: '/',
      cluster: 'outbound|80||web.shop.svc.cluster.local',
      upstream: `${address[web]}:80`,
      own: `${address[gate]}:5000`,
      peer: `203.0.113.${page % 50}:7000`,
    });
  }
  return logs;
}

function shelved(texts: readonly { readonly file: string; readonly text: string }[]): {
  pods: readonly PodLog[];
  shelf: ReturnType<LogShelf['podLogs']>;
  names: Names;
} {
  const shelf = new LogShelf();
  for (const { file, text } of texts) {
    const splitter = new LineSplitter(shelf.file(file));
    splitter.push(new TextEncoder().encode(text));
    splitter.end();
  }
  const names = new Names();
  const found = shelf.podLogs(names);
  return { pods: found.pods, shelf: found, names };
}

const logs = pages(300);
const textOf = (pod: string): string => logs.get(pod)!.map(textLine).join('');
const all = [gate, web, price1!, price2!].map((pod) => ({ file: `logs/${pod}.log.gz`, text: textOf(pod) }));
const noRoute = `[2026-03-01T12:00:07.752Z] "GET /wp-login.php HTTP/1.1" 404 NR route_not_found - "-" 0 0 0 - "198.51.100.77" "zgrab" "id-x" "203.0.113.200" "-" - - 10.1.0.1:8443 198.51.100.77:4 - -\n`;

describe('logs of several pods', () => {
  const { pods, names } = shelved(all);
  const of = (pod: string): PodLog => pods.find((own) => own.pod === pod)!;

  test('inbound and outbound lines are told apart, and the gateway is one', () => {
    expect(
      pods.map(({ pod, inbound, outbound, isGateway }) => [pod, inbound.length, outbound.length, isGateway]),
    ).toEqual([
      [gate, 0, 300, true],
      [price1, 228, 0, false],
      [price2, 115, 0, false],
      [web, 300, 300, false],
    ]);
  });

  test('a pod whose log came in two formats is counted once', () => {
    const twice = shelved([...all, { file: `json/${web}.log`, text: logs.get(web)!.map(jsonLine).join('') }]);
    expect(twice.pods.find(({ pod }) => pod === web)!.inbound).toHaveLength(300);
    expect(twice.shelf.files.at(-1)).toMatchObject({ requests: 600, again: 600 });
  });

  test('what is no request is counted apart, a cut last line and scanners too', () => {
    const text = `2026-03-01T12:00:00.000412Z\tinfo\txdsproxy\tconnected\n${noRoute}${textOf(gate).slice(0, -120)}`;
    const { shelf, pods: found } = shelved([{ file: `${gate}.log`, text }]);
    expect(shelf.files).toMatchObject([{ requests: 300, others: 2 }]);
    expect(found[0]!.withoutRoute).toHaveLength(1);
    expect(entriesOf(found)[0]!.calls).toHaveLength(299);
  });

  test('a file of many pods is told apart by what kubectl writes before each line', () => {
    const text = [web, price1!]
      .flatMap((pod) => logs.get(pod)!.map((own) => `[pod/${pod}/istio-proxy] ${textLine(own)}`))
      .join('');
    expect(shelved([{ file: 'all.txt', text }]).pods.map(({ pod }) => pod)).toEqual([price1, web]);
  });

  test('where neither tells, the pod is the address that its lines have for themselves', () => {
    expect(shelved([{ file: '-', text: textOf(web) }]).pods.map(({ pod }) => pod)).toEqual([address[web]]);
  });

  // kubectl logs POD > 1.txt: nobody but the lines tells whose they are.
  test('whose name nothing tells is called what its callers ask for, or what it is asked for', () => {
    const files = [gate, web, price1!, price2!].map((pod, at) => ({ file: `${at}.txt`, text: textOf(pod) }));
    const found = shelved(files);
    const named = found.pods.map(({ pod, isGateway }) => [pod, found.names.pod(pod).workload, isGateway]);
    expect(named).toEqual([
      [address[gate], 'gateway-10-1-0-1', true],
      [address[web], 'web', false],
      [address[price1!], 'price-v1', false],
      [address[price2!], 'price-v2', false],
    ]);
    expect(found.shelf.files.map(({ pods: own }) => own)).toEqual(
      [gate, web, price1!, price2!].map((pod) => [address[pod]]),
    );
    const alone = shelved([{ file: '7.txt', text: textOf(price2!) }]);
    expect(alone.names.pod(address[price2!]!).service).toBe('price');
    // Its visitors ask for a name outside.
    const edge = shelved([{ file: '8.txt', text: textOf(web).replaceAll('outbound|', 'nowhere|') }]);
    expect(edge.names.pod(address[web]!).workload).toBe('pod-10-1-0-2');
  });

  test('a Deployment of which manifests tell is the one that the Service selects', () => {
    const files = [gate, web].map((pod, at) => ({ file: `${at}.txt`, text: textOf(pod) }));
    const { names: found } = shelved(files);
    found.readObjects([
      { kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { app: 'shop' } } },
      {
        kind: 'Deployment',
        metadata: { name: 'shop-front', namespace: 'shop' },
        spec: {
          selector: { matchLabels: { app: 'shop' } },
          template: { metadata: { labels: { app: 'shop' } } },
        },
      },
    ]);
    expect(found.pod(address[web]!).workload).toBe('shop-front');
    // Istio's charts label the pods of a gateway so; of one alone it is known which it is.
    const gateway = (name: string): object => ({
      kind: 'Deployment',
      metadata: { name, namespace: 'istio-system' },
      spec: { template: { metadata: { labels: { istio: name } } } },
    });
    found.readObjects([gateway('ingressgateway')]);
    expect(found.pod(address[gate]!).workload).toBe('ingressgateway');
    found.readObjects([gateway('eastwestgateway')]);
    expect(found.pod(address[gate]!).workload).toBe('gateway-10-1-0-1');
  });

  test('what is read twice counts once: a copy by any name, a file that was written twice, a part of another', () => {
    const copies = [
      { file: 'copy.txt', text: textOf(web) },
      { file: 'gateway-copy.txt', text: textOf(gate).split('\n').slice(100, 200).join('\n') },
      { file: `${price1}.log`, text: textOf(price1!) },
    ];
    const twice = shelved([...all, ...copies]);
    const counts = (found: readonly PodLog[]): number[] =>
      found.map(({ inbound, outbound }) => inbound.length + outbound.length);
    expect(counts(twice.pods)).toEqual(counts(pods));
    expect(twice.shelf.files.slice(4).map(({ again }) => again)).toEqual([600, 100, 228]);
    const doubled = shelved([{ file: `${web}.log`, text: textOf(web) + textOf(web) }]);
    expect(counts(doubled.pods)).toEqual([600]);
  });

  // An application hands an id on to calls that it makes side by side.
  test('calls of one id that are alike are calls of their own where they stand side by side', () => {
    const line = textLine(logs.get(web)!.find(({ cluster }) => cluster.startsWith('outbound'))!);
    expect(shelved([{ file: `${web}.log`, text: line + line }]).pods[0]!.outbound).toHaveLength(2);
  });

  test('entries are requests that took a route at the gateway', () => {
    expect(entriesOf(pods)).toMatchObject([
      {
        service: 'web',
        namespace: 'shop',
        port: 80,
        method: 'GET',
        path: '/',
        authority: 'shop.example.com',
      },
    ]);
  });

  test('a try of a sidecar is an inbound line without an outbound one', () => {
    expect(triesOf(pods, names)).toContainEqual(
      expect.objectContaining({
        service: 'price',
        calls: 300,
        extraTries: 43,
        mostTries: 2,
        after: [{ status: 503, count: 43 }],
      }),
    );
  });

  test('errors are those at the destination', () => {
    const { share, statuses } = failuresOf([...of(price1!).inbound, ...of(price2!).inbound]);
    expect(share).toMatchObject({ value: 43 / 343, n: 343 });
    expect(statuses).toMatchObject([{ status: 503 }]);
  });

  test('request ids tell who calls whom where nobody traced', () => {
    const spans = spansOfLogs(pods, names);
    const { edges, workloads } = fitTraces({ spans, names });
    expect(edges).toMatchObject([{ from: 'web', to: 'price', calls: 300, extraTries: 43 }]);
    const [web] = workloads.filter(({ name }) => name === 'web');
    // 30 ms in web, 24 of them away: 6, each cut by less than a millisecond.
    expect(web!.own!.mean.value).toBeGreaterThan(5.5);
    expect(web!.own!.mean.value).toBeLessThan(6.5);
  });

  test('all of it together has its workloads and its arrivals', () => {
    const found = fitLogs(pods, names, zeroMs, zeroMs + 30_000);
    expect(found.workloads.map(({ workload, requests }) => [workload, requests])).toEqual([
      ['price-v1', 228],
      ['price-v2', 115],
      ['web', 300],
    ]);
    expect(found.entries[0]!.process.kind).toBe('even');
  });
});

test('paths that differ by an id, or by very many words, are one', () => {
  const paths = [
    '/items/7',
    '/items/1234',
    '/about',
    ...Array.from({ length: 40 }, (_, at) => `/of/name${'x'.repeat(at)}`),
  ];
  const templates = templatesOf(paths.map((path) => ({ host: 'web', path })));
  expect(new Set(templates)).toEqual(new Set(['/items/*', '/about', '/of/*']));
});

test('clients that leave after the same time have a timeout', () => {
  const left = Array.from({ length: 8 }, (_, at) =>
    call({ flags: 'DC', status: 0, durationMs: 2000 + (at % 3) }),
  );
  expect(patienceOf([...left, call({})])).toMatchObject({ left: 8, isTimeout: true, p50Ms: { value: 2001 } });
  expect(patienceOf([call({}), left[0]!])).toMatchObject({ left: 1, p50Ms: undefined });
});
