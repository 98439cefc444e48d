import { describe, expect, test } from 'vitest';
import {
  candidatesOf,
  candidateText,
  defaultVary,
  halved,
  largestJump,
  leanerOf,
  writtenPauseUs,
} from '../../../src/experiment/shift-plan/candidates.ts';
import { playCandidate } from '../../../src/experiment/shift-plan/play-candidate.ts';
import { shiftOf } from '../../../src/experiment/shift-plan/shift.ts';
import { parseManifests } from '../../../src/manifest/parse.ts';
import { subjectOf } from '../../../src/mesh/timeline/index.ts';
import type { Resource } from '../../../src/manifest/resource.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { opened, shipped } from '../../support/scenario.ts';

const ramp = shipped('planners-ramp');

describe('what may vary', () => {
  test('every combination is a plan, after the one that is written', () => {
    const plans = candidatesOf({
      steps: [
        [50, 100],
        [25, 100],
      ],
      pausesUs: [60e6, 120e6],
      autoscalers: [{ name: 'reviews-v3', min: [], max: [30, 40], target: [60, 70] }],
      preScale: [0, 30, 40],
      warmUpsUs: [],
    });
    expect(plans).toHaveLength(1 + 2 * 2 * (2 * 2) * 3);
    expect(new Set(plans.map((own) => candidateText(own))).size).toBe(plans.length);
    expect(plans[0]!.steps).toBeNull();
    const [, least] = candidatesOf({
      ...{ steps: [[100]], pausesUs: [60e6], preScale: [0], warmUpsUs: [] },
      autoscalers: [{ name: 'reviews-v3', min: [2, 5], max: [], target: [] }],
    });
    expect(least!.autoscalers).toEqual([{ name: 'reviews-v3', min: 2 }]);
    expect(plans[1]).toEqual({
      steps: [50, 100],
      pauseSeconds: 60,
      autoscalers: [{ name: 'reviews-v3', max: 30, target: 60 }],
      preScale: 0,
    });
  });

  test('a warm-up varies where it is asked for, and is told', () => {
    const asked = { steps: [[50, 100]], pausesUs: [60e6], autoscalers: [], preScale: [0] };
    const [, ...plans] = candidatesOf({ ...asked, warmUpsUs: [0, 60e6] });
    expect(plans.map(candidateText)).toEqual(['50/100 every 1m, no warm-up', '50/100 every 1m, warm-up 1m']);
    expect(candidatesOf({ ...asked, warmUpsUs: [] })[1]).not.toHaveProperty('warmUpSeconds');
  });

  test.each([
    { steps: [10, 25, 50, 100], jump: 3, more: [10, 25, 50, 75, 100] },
    { steps: [50, 100], jump: 1, more: [50, 75, 100] },
    { steps: [100], jump: 0, more: [50, 100] },
    { steps: [80, 100], jump: 0, more: [40, 80, 100] },
  ])('the largest jump of $steps is halved: $more', ({ steps, jump, more }) => {
    expect(largestJump(steps)).toBe(jump);
    expect(halved(steps)).toEqual(more);
  });

  test('a plan is told as an operator would say it', () => {
    expect(
      candidateText({
        steps: [10, 50, 100],
        pauseSeconds: 180,
        autoscalers: [{ name: 'reviews-v3', min: 4, max: 40, target: 60 }],
        preScale: 30,
      }),
    ).toBe('10/50/100 every 3m, reviews-v3 min 4 max 40 target 60 %, pods beforehand for 30 at 100 %');
  });
});

test('a plan adds pods to another one where it is the same but for higher limits, lower use aimed at, or more pods beforehand', () => {
  const plan = (
    max: number,
    target: number,
    preScale: number,
    steps: readonly number[] | null = [50, 100],
  ) => ({
    steps,
    pauseSeconds: steps === null ? null : 60,
    autoscalers: [{ name: 'reviews-v3', max, target }],
    preScale,
  });
  const plans = [
    plan(30, 70, 0, null),
    plan(30, 70, 0),
    plan(40, 70, 0),
    plan(30, 60, 0),
    plan(40, 60, 30),
    plan(30, 80, 30),
    plan(40, 60, 30, [100]),
  ];
  expect(leanerOf(plans)).toEqual([[], [], [1], [1], [1, 2, 3, 5], [], []]);
});

describe("the planner's ramp", () => {
  test('is read off its timeline', async () => {
    const shift = shiftOf(await ramp);
    expect(shift.steps.map((own) => own.percent)).toEqual([10, 25, 50, 100]);
    expect(shift.from).toEqual({ name: 'v1', workload: 'reviews-v1', autoscaler: 'reviews-v1' });
    expect(shift.to).toEqual({ name: 'v3', workload: 'reviews-v3', autoscaler: 'reviews-v3' });
    expect(writtenPauseUs(await ramp, shift)).toBe(300e6);
  });

  test('varies by default its steps, pause, limit of pods and pods beforehand', async () => {
    const vary = defaultVary(await ramp, shiftOf(await ramp));
    expect(vary.steps).toContainEqual([10, 25, 50, 75, 100]);
    expect(vary.pausesUs).toEqual([300e6, 180e6]);
    expect(vary.autoscalers).toEqual([{ name: 'reviews-v3', min: [], max: [30, 40], target: [] }]);
    expect(vary.preScale).toEqual([0, 30, 40]);
  });
});

describe('a plan to play', () => {
  const play = async (change: Partial<Parameters<typeof playCandidate>[2]> = {}) => {
    const scenario = await ramp;
    return playCandidate(scenario, shiftOf(scenario), {
      steps: [20, 100],
      pauseSeconds: 240,
      autoscalers: [{ name: 'reviews-v3', max: 40 }],
      preScale: 35,
      ...change,
    });
  };

  test('has its steps, its pauses, and an end one pause after the last', async () => {
    const { scenario, endUs } = await play({ preScale: 0 });
    const startUs = shiftOf(await ramp).startUs;
    const rules = scenario.timeline.filter((own) => subjectOf(own).startsWith('reviews-'));
    expect(rules.map((own) => (own.atUs - startUs) / 1e6)).toEqual([0, 240]);
    expect(weightsOf(rules[0]!)).toEqual([80, 20]);
    expect(weightsOf(rules[1]!)).toEqual([0, 100]);
    expect((endUs - startUs) / 1e6).toBe(480);
  });

  test('asks for its pods two minutes before each step, never beyond the limit', async () => {
    const { scenario, actions, startUs } = await play();
    const first = shiftOf(await ramp).startUs;
    const asked = scenario.timeline.flatMap((own) =>
      'resources' in own
        ? own.resources.flatMap((each) =>
            each.kind === 'HorizontalPodAutoscaler'
              ? [[(own.atUs - first) / 1e6, each.spec.minReplicas]]
              : [],
          )
        : [],
    );
    // 35 pods at 100 %: 7 at 20 %.
    // And at the end the autoscaler is given back what it decides by.
    expect(asked).toEqual([
      [-120, 7],
      [120, 35],
      [480, 2],
    ]);
    expect(startUs).toBe(first - 120e6);
    expect(actions.at(-1)).toMatchObject({
      afterSeconds: 480,
      command: 'kubectl apply -f hpa-reviews-v3.yaml',
    });
  });

  test('writes manifests that parse to what is played, with all that the original says', async () => {
    const { actions, scenario } = await play({ preScale: 0 });
    for (const { file, text } of actions) {
      if (text === null || file === null) continue;
      const { manifest, problems } = parseManifests([{ file, text }]);
      expect(problems.filter((own) => own.severity === 'error')).toEqual([]);
      expect(manifest.resources).toHaveLength(1);
    }
    const limits = actions.find((own) => own.why === 'limits of reviews-v3')!;
    const { manifest } = parseManifests([{ file: 'limits.yaml', text: limits.text! }]);
    const original = (await ramp).manifests.find(isAutoscaler)!;
    const [written] = manifest.resources as [typeof original];
    expect(written.spec).toEqual({ ...original.spec, maxReplicas: 40 });
    const applied = scenario.timeline.flatMap((own) => ('resources' in own ? own.resources : []));
    expect(applied.find(isAutoscaler)!.spec).toEqual(written.spec);
  });

  test('applies no limits that the autoscaler has already', async () => {
    const limitsOf = async (autoscaler: object): Promise<string[]> => {
      const own = { name: 'reviews-v3', ...autoscaler };
      const { actions } = await play({ preScale: 0, autoscalers: [own] });
      return actions.flatMap(({ why }) => (why.startsWith('limits of') ? [why] : []));
    };
    // autoscalers.yaml of the scenario: from 2 to 30.
    expect(await limitsOf({ min: 2 })).toEqual([]);
    expect(await limitsOf({ min: 2, max: 30 })).toEqual([]);
    expect(await limitsOf({ min: 3 })).toEqual(['limits of reviews-v3']);
  });

  test('pods beforehand bring the new limit along', async () => {
    const { scenario } = await play();
    const applied = scenario.timeline.flatMap((own) => ('resources' in own ? own.resources : []));
    expect(applied.filter(isAutoscaler).map(({ spec }) => [spec.minReplicas, spec.maxReplicas])).toEqual([
      [7, 40],
      [35, 40],
      [2, 40],
    ]);
  });

  test('as written leaves the scenario as it is, up to one pause after the last step', async () => {
    const scenario = await ramp;
    const own = playCandidate(scenario, shiftOf(scenario), {
      steps: null,
      pauseSeconds: null,
      autoscalers: [],
      preScale: 0,
    });
    expect(own.scenario.timeline).toEqual(scenario.timeline);
    expect(own.actions.map(({ afterSeconds, command }) => [afterSeconds, command])).toEqual([
      [0, 'kubectl apply -f reviews-v3-10.yaml'],
      [300, 'kubectl apply -f reviews-v3-25.yaml'],
      [600, 'kubectl apply -f reviews-v3-50.yaml'],
      [900, 'kubectl apply -f reviews-v3-100.yaml'],
    ]);
  });
});

test('a scenario without a step of two versions has no shift, and says so', async () => {
  const scenario = await shipped('fifteen-refreshes');
  const without: Scenario = { ...scenario, timeline: [], manifests: [] };
  expect(() => shiftOf(without)).toThrow(/no rule weighs two subsets of "reviews"/);
});

const isAutoscaler = (own: Resource): own is Extract<Resource, { kind: 'HorizontalPodAutoscaler' }> =>
  own.kind === 'HorizontalPodAutoscaler' && own.metadata.name === 'reviews-v3';

function weightsOf(step: Scenario['timeline'][number]): (number | undefined)[] {
  const [rule] = 'resources' in step ? step.resources : [];
  if (rule?.kind !== 'VirtualService') throw new Error('no rule');
  return rule.spec.http[0]!.route.map((own) => own.weight);
}

test('a step that applies a rule for each kind of caller is a step of both, and one that does not leaves the other alone', async () => {
  const stepsWith = async (file: string) => {
    const scenario = await opened('test/cases/a-rule-for-each-caller', `timeline[0].apply=${file}`);
    const { scenario: played, actions } = playCandidate(scenario, shiftOf(scenario), {
      steps: [25],
      pauseSeconds: 60,
      autoscalers: [],
      preScale: 0,
    });
    const weights = played.timeline.flatMap((own) =>
      own.verb !== 'apply'
        ? []
        : own.resources.flatMap((each) =>
            each.kind !== 'VirtualService'
              ? []
              : each.spec.http.map(({ route }) =>
                  route.map(({ destination, weight }) => `${destination.subset} ${weight}`).sort(),
                ),
          ),
    );
    return { weights, text: actions[0]!.text! };
  };
  const both = await stepsWith('both-50.yaml');
  expect(both.weights).toEqual([
    ['v1 75', 'v2 25'],
    ['v1 75', 'v2 25'],
  ]);
  expect(both.text.match(/kind: VirtualService/g)).toHaveLength(2);
  expect((await stepsWith('outside-50.yaml')).weights).toEqual([['v1 75', 'v2 25']]);
});
