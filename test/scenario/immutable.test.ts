import { expect, test } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { deployment, service } from '../support/world.ts';

const scenario = (timeline: string): string => `
apiVersion: meshshift/v1alpha1
kind: Scenario
metadata: { name: selector }
spec:
  seed: 1
  duration: 60s
  focus: back
  manifests: [back.yaml]
  timeline: [${timeline}]
`;
const back = deployment('back', 'v1');
const other = back.replace('matchLabels: { app: back, version: v1 }', 'matchLabels: { app: back }');
const sameAgain = back.replace(
  'matchLabels: { app: back, version: v1 }',
  'matchLabels: { version: v1, app: back }',
);

async function refusals(timeline: string, next: string): Promise<string[]> {
  const files = new Map(Object.entries({ 'back.yaml': `${service('back')}${back}`, 'next.yaml': next }));
  const { problems } = await loadScenario({
    path: 'scenario.yaml',
    file: 'scenario.yaml',
    text: scenario(timeline),
    read: (name) => Promise.resolve({ value: files.get(name), problems: [] }),
  });
  return problems
    .filter(({ severity }) => severity === 'error')
    .map((own) => `${own.file}:${own.line}: ${own.message}`);
}

// pkg/apis/apps/validation/validation.go: ValidateDeploymentUpdate, ValidateStatefulSetUpdate.
test('a Deployment keeps its selector: the API server refuses another', async () => {
  const said = await refusals('{ at: 1s, apply: next.yaml }', other);
  expect(said).toEqual([
    'next.yaml:7: spec.selector: Invalid value: {"matchLabels":{"app":"back"}}: field is immutable',
  ]);
});

test.each([
  { timeline: '{ at: 1s, apply: next.yaml }', next: sameAgain, because: 'the order of labels says nothing' },
  {
    timeline: '{ at: 1s, delete: back.yaml }, { at: 2s, apply: next.yaml }',
    next: other,
    because: 'it has been deleted before',
  },
])('nothing is refused where $because', async ({ timeline, next }) => {
  expect(await refusals(timeline, next)).toEqual([]);
});
