import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { written, type FolderTexts } from '../../../src/experiment/session/folder.ts';
import { Live } from '../../../src/experiment/session/live.ts';
import type { Act, Session } from '../../../src/experiment/session/session.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';

const folder = (name: string): FolderTexts =>
  Object.fromEntries(
    readdirSync(`scenarios/${name}`)
      .filter((own) => own.endsWith('.yaml'))
      .map((own) => [own, readFileSync(`scenarios/${name}/${own}`, 'utf8')]),
  );

const sessionOf = (name: string, set: readonly string[] = []): Session => ({
  base: { name },
  set: [...set],
  seed: 'blue-1',
  journal: [],
});

const opened = async (session: Session): Promise<Live> => {
  const { value, problems } = await Live.open(session, folder);
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return value;
};

const rule = (v1: number): string => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
    - route:
        - { destination: { host: reviews, subset: v1 }, weight: ${v1} }
        - { destination: { host: reviews, subset: v3 }, weight: ${100 - v1} }
`;

/** What the session's folder leaves when it is run, and what the live session itself comes to. */
async function bothWays(live: Live): Promise<readonly [inFile: string, live: string]> {
  const { value } = await live.folder();
  return [
    JSON.stringify(runOnce(value!.scenario).record),
    JSON.stringify(live.finishAs(value!.scenario).record),
  ];
}

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constant('refresh' as const),
    count: fc.integer({ min: 1, max: 4 }),
    everyUs: fc.constantFrom(0, 7, 20_000, 1_000_000),
  }),
  fc.integer({ min: 0, max: 100 }).map((v1): Act => ({ do: 'apply', text: rule(v1) })),
  fc
    .constantFrom('reviews-v1', 'reviews-v3')
    .chain((workload) =>
      fc
        .integer({ min: 1, max: 4 })
        .map((replicas): Act => ({ do: 'other', entry: { scale: { workload, replicas } } })),
    ),
  fc.constant<Act>({ do: 'other', entry: { kill: { workload: 'reviews-v1', pods: 1 } } }),
);

/** Pauses between deeds, microseconds: into the middle of things, and none at all. */
const pause = fc.oneof(fc.constantFrom(0, 1, 1_000_000), fc.integer({ min: 0, max: 3_000_000 }));

test.each([
  { name: 'fifteen-refreshes', set: [] as string[], runs: 25 },
  { name: 'traffic-shifting', set: ['timeline=[]', 'expect=[]'], runs: 12 },
  { name: 'rule-before-subset', set: ['timeline=[]', 'expect=[]', 'traffic[0].rps=3000'], runs: 4 },
])(
  '$name: whatever is done at the desk, the folder that it leaves plays the same run',
  async ({ name, set, runs }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(pause, act), { minLength: 1, maxLength: 6 }), async (deeds) => {
        const live = await opened(sessionOf(name, set));
        for (const [waitUs, own] of deeds) {
          live.runUntil(live.nowUs + waitUs);
          const done = await live.act(own);
          // What istioctl calls an error the mesh takes all the same.
          if (own.do !== 'refresh') expect(done.answers.length).toBeGreaterThan(0);
        }
        live.runUntil(live.nowUs + 500_000);
        const [inFile, inPage] = await bothWays(live);
        expect(inPage).toBe(inFile);
      }),
      { numRuns: runs, seed: 1 },
    );
  },
);

test('going back plays the same again, and what is done then cuts off what was to come', async () => {
  const live = await opened(sessionOf('fifteen-refreshes'));
  const press: Act = { do: 'refresh', count: 1, everyUs: 0 };
  for (let page = 0; page < 6; page++) {
    live.runUntil((page + 6) * 1_000_000);
    await live.act(press);
  }
  live.runUntil(20_000_000);
  const first = live.desk();
  live.rewind(8_500_000);
  expect(live.desk().yours).toEqual(first.yours.slice(0, 3));
  live.runUntil(20_000_000);
  expect({ ...live.desk(), sampled: [] }).toEqual({ ...first, sampled: [] });
  live.rewind(8_500_000);
  await live.act(press);
  live.runUntil(20_000_000);
  expect(live.desk().yours).toHaveLength(4);
  const [inFile, inPage] = await bothWays(live);
  expect(inPage).toBe(inFile);
});

test('a folder that is taken at a whole second, or at the end, is the same run, too', async () => {
  for (const us of [0, 6_000_000, 40_000_000]) {
    const live = await opened(sessionOf('fifteen-refreshes'));
    if (us > 0) {
      live.runUntil(5_000_000);
      await live.act({ do: 'refresh', count: 2, everyUs: 999_999 });
    }
    live.runUntil(us);
    const [inFile, inPage] = await bothWays(live);
    expect(inPage).toBe(inFile);
  }
});

test('what kubectl would refuse is refused with its line, and nothing was done', async () => {
  const live = await opened(sessionOf('fifteen-refreshes'));
  live.runUntil(1_000_000);
  const { answers, problems } = await live.act({ do: 'apply', text: rule(50).replace('weight', 'weigth') });
  expect(answers).toEqual([]);
  expect(problems.filter(({ severity }) => severity === 'error')).toMatchObject([
    { file: 'desk-1.yaml', line: 8 },
  ]);
  expect(live.session.journal).toEqual([]);
});

test('a rule travels: configured jumps at once, effective follows with each proxy that takes it', async () => {
  const live = await opened(sessionOf('fifteen-refreshes', ['timeline=[]']));
  live.runUntil(1_000_000);
  const { answers } = await live.act({ do: 'apply', text: rule(50) });
  expect(answers).toEqual(['virtualservice.networking.istio.io/reviews configured']);
  expect(live.desk().split).toMatchObject({
    configured: [0.5, 0, 0.5],
    effective: [1, 0, 0],
    callers: 1,
    callersCurrent: 0,
  });
  live.runUntil(30_000_000);
  expect(live.desk().split).toMatchObject({ effective: [0.5, 0, 0.5], callersCurrent: 1 });
  expect(live.isSettled).toBe(true);
});

test("a page's draw says why it shows what it shows", async () => {
  const live = await opened(sessionOf('fifteen-refreshes'));
  live.runUntil(10_000_000);
  await live.act({ do: 'refresh', count: 12, everyUs: 500_000 });
  live.runUntil(30_000_000);
  const { yours } = live.desk();
  expect(yours).toHaveLength(12);
  for (const { draw, version } of yours) {
    expect(Number(BigInt(draw!.value) % BigInt(draw!.total))).toBe(draw!.at);
    expect(draw!.arcs.find(({ from, to }) => from <= draw!.at && draw!.at < to)!.version).toBe(version);
  }
});

test('a folder that names no window gets the one of its whole length, so that ending early changes nothing before', async () => {
  const { value } = await written(sessionOf('fifteen-refreshes'), folder, 'desk', 3_000_000);
  expect(value!.scenario.windowUs).toBe(1_000_000);
});

test('what breaks is said while it breaks, in the words of a run: a rule before its subset', async () => {
  const live = await opened(sessionOf('rule-before-subset', ['timeline=[]', 'expect=[]']));
  live.runUntil(5_000_000);
  expect(live.findings().filter(({ level }) => level === 'breaks')).toEqual([]);
  await live.act({ do: 'apply', text: rule(80) });
  live.runUntil(9_000_000);
  const [worst] = live.findings();
  expect(worst).toMatchObject({ code: 'subset-missing', level: 'breaks' });
  expect(worst!.remedies.length).toBeGreaterThan(0);
});

test('pages a second are those of the last seconds: a browser that has finished asks for none', async () => {
  const live = await opened(
    sessionOf('fifteen-refreshes', ['timeline=[]', 'traffic[0].refresh={ count: 3, every: 1s }']),
  );
  live.runUntil(3_000_000);
  expect(live.desk().pages.perSecond).toBeGreaterThan(0);
  live.runUntil(20_000_000);
  expect(live.desk().pages.done).toBe(3);
  expect(live.desk().pages.perSecond).toBe(0);
});
