import { expect, test } from 'vitest';
import type { App } from '../../../src/mesh/app/app.ts';
import type { TimelineAction } from '../../../src/mesh/timeline/index.ts';
import type { World } from '../../../src/mesh/world.ts';
import { deployment, makeWorld, resources, service } from '../../support/world.ts';

const workMs = 10;
const app: App = {
  name: 'back',
  workloads: [
    {
      name: 'back',
      match: { app: 'back' },
      cpuUs: 0,
      concurrency: Infinity,
      script: [{ kind: 'work', time: { dist: 'constant', value: workMs * 1000 } }],
    },
  ],
};

/** Answers to a call a second, at half past: "200 12" after 12 ms. */
function answers(timeline: readonly (readonly [seconds: number, action: TimelineAction])[]): string[] {
  const found: string[] = [];
  const world: World = makeWorld(
    {
      focus: 'back',
      app,
      manifests: resources(service('back'), deployment('back', 'v1', 1, false), deployment('client', 'v1')),
      timeline: timeline.map(([at, action]) => ({ atUs: at * 1e6, ...action })),
      hop: { dist: 'constant', value: 1000 },
      handshake: { dist: 'constant', value: 0 },
      traffic: [
        {
          name: 'client',
          kind: 'refresh',
          count: 4,
          everyUs: 1e6,
          startUs: 500_000,
          from: 'client-v1',
          request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
        },
      ],
    },
    {
      pageDone: (row, _source, _page, nowUs) =>
        found.push(`${world.rows.status[row]} ${(nowUs - world.rows.startedUs[row]!) / 1000}`),
    },
  );
  world.runUntil(6e6);
  return found;
}

const slow: TimelineAction = { verb: 'slow', workload: 'back-v1', factor: 3 };
const fails = {
  share: 1,
  by: 'status',
  status: 503,
  when: 'before-work',
  fromUs: 0,
  toUs: Infinity,
} as const;
const fail: TimelineAction = { verb: 'fail', workload: 'back-v1', fails };
const heal: TimelineAction = { verb: 'heal', workload: 'back-v1' };

// A hop of 1 ms each way, and the work between them.
test.each([
  { timeline: [], wanted: ['200 12', '200 12', '200 12', '200 12'], because: 'nothing happens' },
  {
    timeline: [[1, slow] as const, [3, heal] as const],
    wanted: ['200 12', '200 32', '200 32', '200 12'],
    because: 'three times the work until it is healed',
  },
  {
    timeline: [[1, slow] as const, [2, { ...slow, factor: 2 }] as const],
    wanted: ['200 12', '200 32', '200 22', '200 22'],
    because: 'a factor is of the time at the start, not of the last one',
  },
])('of a workload in trouble, $wanted: $because', ({ timeline, wanted }) => {
  expect(answers(timeline)).toEqual(wanted);
});

test('whoever is healed fails no more, and is as fast as at the start', () => {
  const found = answers([
    [1, slow],
    [2, fail],
    [3, heal],
  ]);
  expect(found.map((own) => own.slice(0, 3))).toEqual(['200', '200', '503', '200']);
  expect(found.at(-1)).toBe('200 12');
});
