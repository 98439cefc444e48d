import { expect, test } from 'vitest';
import type { Problem } from '../../src/manifest/problem.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { deployment, service } from '../support/world.ts';

const problemsOf = async (manifest: string, ...spec: readonly string[]): Promise<readonly Problem[]> => {
  const { problems } = await loadScenario({
    path: 'small',
    file: 'scenario.yaml',
    text: [
      'apiVersion: meshshift/v1alpha1',
      'kind: Scenario',
      'metadata: { name: small }',
      'spec:',
      '  duration: 10s',
      '  manifests: [mesh.yaml]',
      '  traffic:',
      '    - { name: one, from: client, host: web, path: /, arrivals: poisson, rps: 1 }',
      '    - { name: two, from: client, host: web, path: /, arrivals: poisson, rps: 1 }',
      ...spec,
    ].join('\n'),
    read: () => Promise.resolve({ value: manifest, problems: [] }),
  });
  return problems.filter(({ severity }) => severity === 'error');
};

const web = [service('web'), deployment('web', 'v1')].join('');

test('traffic from a workload that is not there is told once, with the one that is called as it and a version', async () => {
  expect(await problemsOf(`${web}${deployment('client', 'v1')}`)).toMatchObject([
    {
      code: 'MS2011',
      line: 8,
      message: 'no workload is called "client" in the manifests: 2 entries of traffic are to come from it',
      hint: 'did you mean client-v1?',
    },
  ]);
});

test('a Deployment that is refused is told by its own mistake alone, whoever names it', async () => {
  const refused = deployment('client', 'v1', -1).replace('name: client-v1', 'name: client');
  const problems = await problemsOf(
    `${web}${refused}`,
    '  timeline: [{ at: 5s, scale: { workload: client, replicas: 2 } }]',
    '  expect: [{ metric: ready, workload: client, at: 5s, min: 1 }]',
  );
  expect(problems.map(({ code, file }) => `${code} ${file}`)).toEqual(['MS1014 mesh.yaml']);
});
