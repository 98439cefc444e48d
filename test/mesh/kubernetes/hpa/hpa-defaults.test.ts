import { expect, test } from 'vitest';
import { hpaControllerDefaults, hpaDefaults } from '../../../../src/mesh/kubernetes/hpa/spec.ts';

test('an HPA with a maximum alone keeps at least one pod and targets 80 % of the CPU requests', () => {
  expect(hpaDefaults({ maxReplicas: 5 })).toEqual({
    minReplicas: 1,
    maxReplicas: 5,
    metrics: [{ type: 'Resource', name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } }],
    behavior: undefined,
  });
});

// pkg/apis/autoscaling/v2/defaults.go
const up = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const down = {
  stabilizationWindowSeconds: 300,
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};
const onePod = { type: 'Pods', value: 1, periodSeconds: 60 } as const;

test.each([
  { behavior: {}, scaleUp: up, scaleDown: down, because: 'an empty behavior is filled in' },
  {
    behavior: { scaleDown: { policies: [onePod] } },
    scaleUp: up,
    scaleDown: { ...down, policies: [onePod] },
    because: 'what is written replaces its default, the rest is filled in',
  },
  {
    behavior: { scaleUp: { selectPolicy: 'Disabled' as const, stabilizationWindowSeconds: 60 } },
    scaleUp: { ...up, selectPolicy: 'Disabled', stabilizationWindowSeconds: 60 },
    scaleDown: down,
    because: 'policies are filled in though they are not looked at',
  },
  {
    behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
    scaleUp: up,
    scaleDown: { ...down, stabilizationWindowSeconds: 0 },
    because: '0 is a value, not an absence',
  },
])('$because', ({ behavior, scaleUp, scaleDown }) => {
  expect(hpaDefaults({ maxReplicas: 5, behavior }).behavior).toEqual({ scaleUp, scaleDown });
});

test("the window of scaling down is the controller's where the HPA sets none", () => {
  const controller = { ...hpaControllerDefaults, downscaleStabilisationUs: 120_000_000 };
  const { behavior } = hpaDefaults({ maxReplicas: 5, behavior: {} }, controller);
  expect(behavior?.scaleDown.stabilizationWindowSeconds).toBe(120);
});
