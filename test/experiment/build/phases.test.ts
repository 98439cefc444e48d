import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { bookinfo, split, subsets } from '../../support/world.ts';
import { smallScenario } from '../../support/small-scenario.ts';

const callsOf = (at: string) =>
  smallScenario(
    `
seed: 7
duration: 10s
controlPlane: { preset: 'off' }
traffic: [{ name: batch, from: productpage-v1, host: "reviews:9080", path: /reviews/0, arrivals: constant, rps: 10 }]
timeline: [{ at: ${at}, apply: later.yaml }]
`,
    {
      'mesh.yaml': bookinfo,
      'rules.yaml': subsets('reviews', 'v1', 'v3') + split('reviews', { v1: 100 }),
      'later.yaml': split('reviews', { v3: 100 }),
    },
  );

// The run's own total of what each version was asked for is what its windows sum to; phases cut the same run elsewhere.
test.each([{ at: '4s' }, { at: '9950ms' }, { at: '10s' }])(
  'each request is in one phase, where a rule changes $at into a run of 10 s',
  async ({ at }) => {
    const { phases, windows } = runOnce(await callsOf(at)).record.splits.find(
      (own) => own.service === 'reviews',
    )!;
    const sum = (counts: readonly number[]): number => counts.reduce((all, own) => all + own, 0);
    expect(sum(phases.map((own) => own.requests))).toBe(sum(windows.map((own) => own.requests)));
    expect(phases.at(-1)!.rule).toContain('v3');
  },
);
