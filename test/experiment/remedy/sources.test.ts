import { expect, test } from 'vitest';
import { changedSources } from '../../../src/experiment/remedy/sources.ts';

const scenario = `kind: Scenario
spec: { manifests: [mesh.yaml] }
`;
const mesh = `# the shop's back end
apiVersion: apps/v1
kind: Deployment
metadata: { name: back }
spec:
  replicas: 1
  # never changed
  selector: { matchLabels: { app: back } } # as the Service's
`;

test('a change leaves all that it does not concern as it was written, comments and all', () => {
  const sources = { scenario, files: new Map([['mesh.yaml', { kind: 'manifest' as const, text: mesh }]]) };
  const changed = changedSources(sources, [
    { kind: 'replicas', workload: 'back', replicas: 3, autoscaler: null },
  ]);
  if (typeof changed === 'string') throw new Error(changed);
  expect(changed.sources.files.get('mesh.yaml')!.text).toBe(mesh.replace('replicas: 1', 'replicas: 3'));
});
