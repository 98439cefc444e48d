import { expect, test } from 'vitest';
import { playCandidate } from '../../../src/experiment/shift-plan/play-candidate.ts';
import { shiftOf } from '../../../src/experiment/shift-plan/shift.ts';
import { warmedUp } from '../../../src/experiment/shift-plan/warm-up.ts';
import { parseManifests } from '../../../src/manifest/parse.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { shipped } from '../../support/scenario.ts';

/** The planner's ramp with a DestinationRule of its own. */
async function ramp(policy = '', ofV3 = ''): Promise<Scenario> {
  const scenario = await shipped('planners-ramp');
  const text = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews }
spec:
  host: reviews
  ${policy}
  subsets:
    - { name: v1, labels: { version: v1 } }
    - { name: v3, labels: { version: v3 }${ofV3} }`;
  const { manifest } = parseManifests([{ file: 'rule.yaml', text }]);
  const others = scenario.manifests.filter(({ kind }) => kind !== 'DestinationRule');
  return { ...scenario, manifests: [...others, ...manifest.resources] };
}

/** Load balancers of the subsets, as Istio would read the changed text. */
async function balancers(scenario: Scenario, seconds: number): Promise<unknown[]> {
  const { text, file } = warmedUp(scenario, shiftOf(scenario), seconds);
  const { manifest, problems } = parseManifests([{ file, text }]);
  expect(problems).toEqual([]);
  const [rule] = manifest.resources;
  if (rule?.kind !== 'DestinationRule') throw new Error('no rule');
  return rule.spec.subsets.map(({ trafficPolicy }) => trafficPolicy?.loadBalancer);
}

test('a warm-up is for the pods of the new version alone, with the balancer that they have', async () => {
  expect(await balancers(await ramp(), 60)).toEqual([
    undefined,
    expect.objectContaining({
      simple: 'LEAST_REQUEST',
      warmup: expect.objectContaining({ durationUs: 60e6 }),
    }),
  ]);
  const robin = await ramp('trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN } }');
  expect((await balancers(robin, 60))[1]).toMatchObject({ simple: 'ROUND_ROBIN' });
});

test('a warm-up of 0 s takes away what is written', async () => {
  const own = await ramp(
    '',
    ', trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN, warmupDurationSecs: 30s } }',
  );
  const [, none] = await balancers(own, 0);
  expect(none).toMatchObject({ simple: 'ROUND_ROBIN' });
  expect(none).not.toHaveProperty('warmup');
});

test.each([
  ['trafficPolicy: { loadBalancer: { simple: RANDOM } }', 'no warm-up beside RANDOM'],
  [
    'trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: user } } }',
    'no warm-up beside consistentHash',
  ],
])('Envoy has no slow start with %s, and that is said', async (policy, says) => {
  const scenario = await ramp(policy);
  expect(() => warmedUp(scenario, shiftOf(scenario), 60)).toThrow(says);
});

test('a plan applies it before the first step', async () => {
  const scenario = await ramp();
  const { actions, scenario: played } = playCandidate(scenario, shiftOf(scenario), {
    steps: [50, 100],
    pauseSeconds: 180,
    autoscalers: [],
    warmUpSeconds: 60,
    preScale: 30,
  });
  expect(actions[0]).toMatchObject({
    afterSeconds: -120,
    command: 'kubectl apply -f reviews-warm-up-60s.yaml',
    why: 'warm-up of pods of v3',
  });
  expect(played.timeline[0]).toMatchObject({ atUs: 180e6, file: 'reviews-warm-up-60s.yaml' });
});
