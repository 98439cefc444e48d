import { expect, test } from 'vitest';
import { deployment, makeWorld, resources } from '../../support/world.ts';

// Five letters of 27 are 14 million names: among 10,000 draws about 3.5 pairs are alike (n^2 / 2m). The API server takes
// each name once (409 AlreadyExists), and the controller asks for another.
test('ten thousand pods of one Deployment have names and addresses of their own', () => {
  const world = makeWorld({ manifests: resources(deployment('crowd', 'v1', 10_000, false)) });
  expect(new Set(world.pods.map(({ name }) => name)).size).toBe(10_000);
  expect(new Set(world.pods.map(({ ip }) => ip)).size).toBe(10_000);
});

test('Deployments of one name in two namespaces have pods of their own', () => {
  const here = deployment('twin', 'v1', 2);
  const there = here.replace('name: twin-v1', 'name: twin-v1, namespace: other');
  const world = makeWorld({ manifests: resources(here, there) });
  expect(new Set(world.pods.map(({ name }) => name)).size).toBe(4);
});
