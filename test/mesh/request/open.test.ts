import { expect, test } from 'vitest';
import { bookinfo, makeWorld, refreshes, resources, split, subsets } from '../../support/world.ts';

const toV2 = resources(bookinfo, subsets('reviews', 'v1', 'v2', 'v3'), split('reviews', { v2: 100 }));

test('a page and each of its calls are told when they are asked, with what each asks for', () => {
  const opened: string[] = [];
  const world = makeWorld(
    { manifests: toV2, traffic: [refreshes(1)] },
    {
      opened: (row, nowUs) => {
        expect(world.rows.startedUs[row]).toBe(nowUs);
        opened.push(world.classes.heads[world.rows.requestClass[row]!]!.authority.split(':')[0]!);
      },
    },
  );
  world.runUntil(10e6);
  // Bookinfo: the page asks for details and reviews, and reviews v2 for ratings.
  expect(opened.sort()).toEqual(['books', 'details', 'ratings', 'reviews']);
});

test('a call is one deeper than what made it: productpage calls reviews, which calls ratings', () => {
  const depths: Record<string, number> = {};
  const world = makeWorld(
    { manifests: toV2, traffic: [refreshes(1)] },
    {
      opened: (row) => {
        const { authority } = world.classes.heads[world.rows.requestClass[row]!]!;
        depths[authority.split(':')[0]!] = world.rows.depth[row]!;
      },
    },
  );
  world.runUntil(10e6);
  expect(depths).toEqual({ books: 0, details: 1, reviews: 1, ratings: 2 });
});

test('a sidecar works once for each request that it passes on, in or out', () => {
  const world = makeWorld({ manifests: toV2, traffic: [refreshes(3)] });
  world.runUntil(10e6);
  const worked = Object.fromEntries(
    world.pods.map(({ workload }, pod) => [workload, world.stations.booked(pod, 'sidecarUs') / 500]),
  );
  // 500 us each. The page comes in and asks for two; reviews v2 asks for one.
  expect(worked).toMatchObject({
    'productpage-v1': 3 * 3,
    'details-v1': 3,
    'reviews-v1': 0,
    'reviews-v2': 3 * 2,
    'ratings-v1': 3,
  });
});

test('a page is under way until it is over, in a copy of the world, too', () => {
  const settings = { manifests: toV2, traffic: [refreshes(1)] };
  const world = makeWorld(settings);
  world.runUntil(1500);
  const copy = makeWorld(settings);
  copy.copyFrom(world);
  expect([world.pagesInFlight, copy.pagesInFlight]).toEqual([1, 1]);
  copy.runUntil(10e6);
  expect([world.pagesInFlight, copy.pagesInFlight]).toEqual([1, 0]);
});

test.each([
  { patienceMs: 10, leaves: true, because: 'two hops and the work of productpage take longer' },
  { patienceMs: 10_000, leaves: false, because: 'the page is there long before' },
])(
  'a visitor who waits for $patienceMs ms leaves without the page: $leaves, as $because',
  ({ patienceMs, leaves }) => {
    const pages: { readonly ms: number; readonly status: number }[] = [];
    const world = makeWorld(
      {
        manifests: toV2,
        traffic: [{ ...refreshes(3), patience: { dist: 'constant', value: patienceMs * 1000 } }],
      },
      {
        pageDone: (row, _source, _page, nowUs) =>
          void pages.push({
            ms: (nowUs - world.rows.startedUs[row]!) / 1000,
            status: world.rows.status[row]!,
          }),
      },
    );
    world.runUntil(20e6);
    expect(pages).toHaveLength(3);
    expect(pages.map(({ ms }) => ms === patienceMs)).toEqual([leaves, leaves, leaves]);
    expect(pages.map(({ status }) => status === 200)).toEqual([!leaves, !leaves, !leaves]);
  },
);

test.each([
  { to: 'v2', shown: 'v2', because: 'it is the page' },
  { to: 'v9', shown: '', because: 'nobody defines that subset: a 503 shows no version' },
])(
  'a client in the mesh that asks for reviews itself is shown "$shown" of $to: $because',
  ({ to, shown }) => {
    const seen: string[] = [];
    const world = makeWorld(
      {
        manifests: resources(bookinfo, subsets('reviews', 'v1', 'v2'), split('reviews', { [to]: 100 })),
        traffic: [
          {
            ...refreshes(3),
            from: 'productpage-v1',
            request: { method: 'GET', path: '/', authority: 'reviews:9080', headers: {} },
          },
        ],
      },
      { pageDone: (row) => void seen.push(world.keys.name[world.rows.shownKey[row]!] ?? '') },
    );
    world.runUntil(20e6);
    expect(seen).toEqual([shown, shown, shown]);
  },
);
