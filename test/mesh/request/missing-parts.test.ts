import { expect, test } from 'vitest';
import { rowStep } from '../../../src/kernel/columns.ts';
import { MissingParts } from '../../../src/mesh/request/missing-parts.ts';
import { loadApp } from '../../../src/scenario/load-app.ts';
import { deployment, makeWorld, refreshes, resources, service } from '../../support/world.ts';

test('parts of any number of services are kept apart, page by page', () => {
  const parts = new MissingParts();
  const [page, other, third] = [2, 3, 7].map((number) => number * rowStep) as [number, number, number];
  parts.grow(4);
  for (const own of [0, 31, 32, 63, 64, 1000]) parts.add(page, own);
  parts.add(other, 31);
  parts.grow(8);
  expect(parts.of(page)).toEqual([0, 31, 32, 63, 64, 1000]);
  parts.remove(page, 32);
  parts.remove(page, 5000);
  expect(parts.of(page)).toEqual([0, 31, 63, 64, 1000]);
  expect(parts.of(other)).toEqual([31]);
  parts.clear(page);
  expect([parts.isNone(page), parts.isNone(other), parts.isNone(third)]).toEqual([true, false, true]);
});

test('a page that calls forty services tells which of them failed', () => {
  const names = Array.from({ length: 40 }, (_, index) => `part${index}`);
  const app = loadApp(
    'app.yaml',
    `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: wide }
spec:
  workloads:
    - name: front
      match: { app: front }
      script: [${names.map((name) => `{ call: { host: ${name}, onFailure: body } }`).join(', ')}]
    - { name: sick, match: { app: part5 }, fails: { share: 100% } }
    - { name: sicker, match: { app: part39 }, fails: { share: 100% } }`,
  ).value!;
  const missing: string[][] = [];
  const world = makeWorld(
    {
      app,
      manifests: resources(...['front', ...names].flatMap((name) => [service(name), deployment(name, 'v1')])),
      traffic: [
        {
          ...refreshes(2),
          request: { method: 'GET', path: '/', authority: 'front:9080', headers: {} },
          from: 'part0-v1',
        },
      ],
    },
    { pageDone: (row) => missing.push(world.rows.missing.of(row).map((own) => world.services[own]!)) },
  );
  world.runUntil(10e6);
  expect(missing).toEqual([
    ['part5', 'part39'],
    ['part5', 'part39'],
  ]);
});
