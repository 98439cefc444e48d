import { describe, expect, test } from 'vitest';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import {
  deployment,
  entryFor,
  makeWorld,
  refreshes,
  resources,
  service,
  subsets,
} from '../../support/world.ts';

interface Cookies {
  readonly canary?: string;
  readonly primary?: string;
}

/** The shape that Flagger writes: who brings a cookie is sent where it was set, all others are drawn. */
const rules = (percent: number, { canary, primary }: Cookies): string => {
  const to = (subset: string): string => `destination: { host: web, subset: ${subset} }`;
  const known = (name: string, subset: string): string =>
    `- { match: [{ headers: { cookie: { regex: ".*${name}=1.*" } } }], route: [{ ${to(subset)} }] }`;
  const setting = (line: string | undefined): string =>
    line === undefined ? '' : `, headers: { response: { add: { Set-Cookie: "${line}" } } }`;
  return `${entryFor()}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec:
  hosts: ["*"]
  gateways: [entry]
  http:
    ${known('canary', 'v2')}
    ${known('primary', 'v1')}
    - route:
        - { ${to('v1')}, weight: ${100 - percent}${setting(primary)} }
        - { ${to('v2')}, weight: ${percent}${setting(canary)} }
---`;
};

const users = 2000;

/** How many of all users met v2 on their first page, their second ...; each asks once every ten seconds, from the start on. */
function onCanary(
  percent: number,
  cookies: Cookies,
  pages: number,
  traffic: Partial<Traffic> = {},
): number[] {
  const met = Array.from({ length: pages }, () => 0);
  const asked = new Int32Array(users);
  const world = makeWorld(
    {
      manifests: resources(
        service('web'),
        deployment('web', 'v1'),
        deployment('web', 'v2'),
        subsets('web', 'v1', 'v2'),
        rules(percent, cookies),
      ),
      focus: 'web',
      traffic: [
        {
          name: 'users',
          kind: 'users',
          users,
          think: { dist: 'constant', value: 10e6 },
          startUs: 0,
          requestsEach: pages,
          request: { method: 'GET', path: '/', authority: 'web', headers: {} },
          ...traffic,
        } as Traffic,
      ],
    },
    {
      pageDone: (row) => {
        const client = world.rows.client[row]!;
        const page = asked[client]!++;
        if (page < pages && world.keys.name[world.rows.shownKey[row]!] === 'v2') met[page]! += 1;
      },
    },
  );
  world.runUntil(pages * 11e6);
  expect(asked.every((own) => own >= pages)).toBe(true);
  return met;
}

/** Users are independent: of each page a binomial number; four standard errors for up to ten of them. */
function expectShares(met: readonly number[], shares: readonly number[]): void {
  met.forEach((count, page) => {
    const share = shares[page]!;
    const error = Math.sqrt((share * (1 - share)) / users);
    expect(Math.abs(count / users - share), `page ${page + 1}`).toBeLessThan(4 * error);
  });
}

describe('clients keep what answers set', () => {
  test.each([{ percent: 2 }, { percent: 10 }, { percent: 30 }])(
    'a cookie of the canary alone absorbs: of the k-th pages 1 - (1 - w)^k go there, with w of $percent %',
    ({ percent }) => {
      const w = percent / 100;
      const met = onCanary(percent, { canary: 'canary=1; Max-Age=86400' }, 10);
      let left = 1;
      expectShares(
        met,
        met.map(() => 1 - (left *= 1 - w)),
      );
    },
  );

  test('a cookie of each version holds the weight: every page has the share of the first', () => {
    const met = onCanary(20, { canary: 'canary=1; Max-Age=86400', primary: 'primary=1; Max-Age=86400' }, 8);
    expectShares(
      met,
      met.map(() => 0.2),
    );
    expect(new Set(met).size).toBe(1);
  });

  test('where the primary’s lasts 35 s, who has it is drawn again after that: 1 - (1 - w)^j in the j-th interval', () => {
    const met = onCanary(20, { canary: 'canary=1; Max-Age=86400', primary: 'primary=1; Max-Age=35' }, 9);
    // Pages come every 10 s: the draw of one holds for it and the next three, and the fifth is drawn again.
    expectShares(
      met,
      met.map((_, page) => 1 - Math.pow(0.8, Math.floor(page / 4) + 1)),
    );
  });

  test('one without an age ends with the visit, and the next begins with a draw', () => {
    const met = onCanary(20, { canary: 'canary=1' }, 8, {
      requestsEach: 4,
      away: { dist: 'constant', value: 1e6 },
    } as Partial<Traffic>);
    expectShares(
      met,
      met.map((_, page) => 1 - Math.pow(0.8, (page % 4) + 1)),
    );
  });

  test('a cookie for another path does nothing', () => {
    const met = onCanary(20, { canary: 'canary=1; Path=/other' }, 6);
    expectShares(
      met,
      met.map(() => 0.2),
    );
  });
});

test('a browser that refreshes keeps what the first answer set, too', () => {
  const met: string[] = [];
  const world = makeWorld(
    {
      manifests: resources(
        service('web'),
        deployment('web', 'v1'),
        deployment('web', 'v2'),
        subsets('web', 'v1', 'v2'),
        rules(50, { canary: 'canary=1; Max-Age=86400', primary: 'primary=1; Max-Age=86400' }),
      ),
      focus: 'web',
      traffic: [refreshes(30)],
    },
    { pageDone: (row) => void met.push(world.keys.name[world.rows.shownKey[row]!]!) },
  );
  world.runUntil(60e6);
  expect(met).toHaveLength(30);
  // Drawn anew, 30 pages would be of one version once in half a thousand million runs.
  expect(new Set(met).size).toBe(1);
});
