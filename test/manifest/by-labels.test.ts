import { expect, test } from 'vitest';
import { byLabels } from '../../src/manifest/by-labels.ts';
import { matches, type Labels } from '../../src/manifest/labels.ts';

const pods: Labels[] = [
  { app: 'web', version: 'v1' },
  { app: 'web', version: 'v2' },
  { app: 'web', version: 'v1', tier: 'front' },
  { app: 'store', version: 'v1' },
  { 'app=web': 'store' },
  {},
];

// What is left out has one label less: a look at all pods, one by one, is the other way to the same answer.
test.each([
  { wanted: { app: 'web' }, looks: 3 },
  { wanted: { app: 'web', tier: 'front' }, looks: 1 },
  { wanted: { tier: 'front', app: 'store' }, looks: 1 },
  { wanted: { app: 'web', version: 'v3' }, looks: 0 },
  { wanted: { app: 'web=store' }, looks: 0 },
  { wanted: {}, looks: 6 },
])('of pods with $wanted none is missed, in their order, and $looks are looked at', ({ wanted, looks }) => {
  const found = byLabels(pods, (own) => own)(wanted as Labels);
  expect(found.filter((own) => matches(wanted as Labels, own))).toEqual(
    pods.filter((own) => matches(wanted as Labels, own)),
  );
  expect(found).toHaveLength(looks);
});
