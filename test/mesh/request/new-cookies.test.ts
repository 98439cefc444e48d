import { describe, expect, test } from 'vitest';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import { NewCookies } from '../../../src/mesh/request/new-cookies.ts';
import { RequestColumns } from '../../../src/mesh/request/request-columns.ts';
import { deployment, makeWorld, resources, service } from '../../support/world.ts';

const hashed = (cookie: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec: { host: web, trafficPolicy: { loadBalancer: { consistentHash: { httpCookie: { name: user, ${cookie} } } } } }
---`;

const pods = 20;

/** Pods that clients met, page by page; each asks ten times, 10 s apart. */
function met(cookie: string, traffic: Partial<Traffic> = {}): string[][] {
  const seen: string[][] = [];
  const world = makeWorld(
    {
      manifests: resources(
        service('web'),
        deployment('web', 'v1', pods),
        deployment('sleep', 'v1'),
        hashed(cookie),
      ),
      focus: 'web',
      traffic: [
        {
          name: 'users',
          kind: 'users',
          from: 'sleep-v1',
          users: 100,
          think: { dist: 'constant', value: 10e6 },
          startUs: 0,
          requestsEach: 10,
          request: { method: 'GET', path: '/', authority: 'web:9080', headers: {} },
          ...traffic,
        } as Traffic,
      ],
    },
    {
      pageDone: (row) => (seen[world.rows.client[row]!] ??= []).push(world.pods[world.rows.pod[row]!]!.name),
    },
  );
  world.runUntil(200e6);
  return seen;
}

const distinct = (pods: readonly string[]): number => new Set(pods).size;

describe('a cookie that a hash policy makes', () => {
  test('keeps a client with one pod as long as it lives; clients are spread', () => {
    const all = met('ttl: 1h');
    expect(all.map(distinct)).toEqual(Array.from({ length: 100 }, () => 1));
    // Of 20 pods all but 20 x 0.95^100 = 0.1 are met by somebody, were the ring even; it is not quite.
    expect(distinct(all.flat())).toBeGreaterThan(pods / 2);
  });

  test('is made anew when it has ended: with 35 s the first four pages are of one pod, and so are the next four', () => {
    const all = met('ttl: 35s');
    for (const own of all) expect([own.slice(0, 4), own.slice(4, 8)].map(distinct)).toEqual([1, 1]);
    const moved = all.filter((own) => own[3] !== own[4]).length;
    // A new value is at another of 20 pods but for one time in 20 or so.
    expect(moved).toBeGreaterThan(80);
  });

  test('with a time to live of 0 s ends with the visit', () => {
    const all = met('ttl: 0s', {
      requestsEach: 5,
      away: { dist: 'constant', value: 10e6 },
    } as Partial<Traffic>);
    for (const own of all) expect([own.slice(0, 5), own.slice(5, 10)].map(distinct)).toEqual([1, 1]);
    expect(all.filter((own) => own[4] !== own[5]).length).toBeGreaterThan(80);
  });

  test('is of no use to who keeps none, or asks for another path than it is for', () => {
    expect(
      distinct(
        met('ttl: 1h', {
          kind: 'poisson',
          profile: [{ atUs: 0, rps: 5 }],
          shape: 'steps',
        } as Partial<Traffic>)[0]!,
      ),
    ).toBe(pods);
    expect(Math.min(...met('ttl: 1h, path: /other').map(distinct))).toBeGreaterThan(3);
  });

  test('without a time to live nobody makes one', () => {
    expect(Math.min(...met('path: /').map(distinct))).toBeGreaterThan(3);
  });
});

// Envoy, router.cc (addDownstreamSetCookie): Hex::uint64ToHex of a hash of 64 bits.
test('the value that a proxy makes is 16 hexadecimal digits, the same for all tries of a request, and another for the next', () => {
  const rows = new RequestColumns();
  const cookies = new NewCookies(rows);
  const values = Array.from({ length: 500 }, () => {
    const row = rows.openPage();
    const value = cookies.valueFor(row);
    expect(cookies.valueFor(row)).toBe(value);
    rows.close(row);
    return value;
  });
  expect(values.filter((own) => !/^[0-9a-f]{16}$/.test(own))).toEqual([]);
  expect(new Set(values).size).toBe(500);
  // Every digit is there: of 8,000 none is missing by chance.
  expect(new Set(values.join('')).size).toBe(16);
});

test('a copy of a world makes the values that the original would have made', () => {
  const rows = new RequestColumns();
  const [cookies, copy] = [new NewCookies(rows), new NewCookies(rows)];
  const [first, second] = [rows.openPage(), rows.openPage()];
  const value = cookies.valueFor(first);
  copy.copyFrom(cookies);
  expect(copy.valueFor(first)).toBe(value);
  expect(copy.valueFor(second)).toBe(cookies.valueFor(second));
});
