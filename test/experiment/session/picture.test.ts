import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Live } from '../../../src/experiment/session/live.ts';
import { setupsOf } from '../../../src/experiment/session/setups.ts';

const texts = Object.fromEntries(
  readdirSync('scenarios/workshop')
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => [name, readFileSync(`scenarios/workshop/${name}`, 'utf8')]),
);

async function opened(name: string): Promise<Live> {
  const session = { base: { name }, set: [], seed: 'blue-1', journal: [] };
  return (await Live.open(session, setupsOf({ workshop: texts }))).value!;
}
const callsOf = (live: Live): string[] =>
  live
    .desk()
    .edges.map(({ from, fromVersion, to, version }) => `${from} ${fromVersion} > ${to} ${version}`)
    .sort();

// samples/bookinfo of Istio's sources: productpage asks details and reviews, and v2 and v3 of reviews ask ratings.
const bookinfo = [
  'gateway  > productpage ',
  'productpage  > details ',
  'productpage  > reviews v1',
  'productpage  > reviews v2',
  'productpage  > reviews v3',
  'reviews v2 > ratings ',
  'reviews v3 > ratings ',
];

test('the picture is whole before the first request, and requests add nothing to it', async () => {
  const live = await opened('workshop');
  expect(callsOf(live)).toEqual(bookinfo);
  await live.act({ do: 'refresh', count: 20, everyUs: 100_000 });
  live.runUntil(4_000_000);
  expect(live.desk().yours.every(({ status }) => status === 200)).toBe(true);
  expect(callsOf(live)).toEqual(bookinfo);
  expect(new Set(live.desk().services.map(({ name }) => name))).toEqual(
    new Set(['gateway', 'productpage', 'details', 'reviews', 'ratings']),
  );
});

test('a service gets what its callers send it, whoever of them does', async () => {
  const live = await opened('workshop/b');
  live.runUntil(10_000_000);
  const { services, edges } = live.desk();
  const rateOf = (name: string, version = ''): number =>
    services.find((own) => own.name === name && own.version === version)!.perSecond;
  // Each page asks details once and reviews once: of 24 pods of productpage none is counted twice.
  expect(rateOf('productpage')).toBeGreaterThan(20);
  expect(rateOf('details') / rateOf('productpage')).toBeCloseTo(1, 1);
  expect(rateOf('reviews', 'v1') / rateOf('productpage')).toBeCloseTo(1, 1);
  expect(edges.filter(({ to, version }) => to === 'reviews' && version === 'v1')).toHaveLength(1);
});

test('a client inside the mesh is one who calls, without a gateway', async () => {
  expect(callsOf(await opened('workshop/i'))).toEqual(['client  > reviews v1', 'client  > reviews v3']);
});

test('whom nobody calls has no caller in the picture', async () => {
  // In the lesson of the bad canary no version of reviews asks ratings.
  expect(callsOf(await opened('workshop/h'))).toEqual(bookinfo.filter((call) => !call.endsWith('ratings ')));
});

test('a rule that changes retries alone is on its way, too, until the caller has it', async () => {
  const live = await opened('workshop/h');
  live.runUntil(1_000_000);
  expect(live.desk().proxies.every(({ isCurrent }) => isCurrent)).toBe(true);
  await live.act({ do: 'apply', text: texts['virtual-service-reviews-10-v3-retries-0.yaml']! });
  // istiod waits 100 ms for further changes before it pushes. The gateway has no route to reviews.
  live.runUntil(1_050_000);
  const late = live.desk().proxies.filter(({ isCurrent }) => !isCurrent);
  expect(late.map(({ workload }) => workload)).toContain('productpage-v1');
  expect(late).toHaveLength(live.desk().proxies.length - 1);
  expect(live.desk().split.callersCurrent).toBe(0);
  live.runUntil(4_000_000);
  expect(live.desk().proxies.every(({ isCurrent }) => isCurrent)).toBe(true);
});
