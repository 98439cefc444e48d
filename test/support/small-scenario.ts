import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

/** A scenario of a few lines with the texts of its manifests, by file name; without delays in the control plane. */
export async function smallScenario(
  spec: string,
  manifests: Readonly<Record<string, string>>,
): Promise<Scenario> {
  const listed = Object.keys(manifests).filter((name) => !name.startsWith('later'));
  const text = [
    'apiVersion: meshshift/v1alpha1',
    'kind: Scenario',
    'metadata: { name: small }',
    'spec:',
    `  manifests: [${listed.join(', ')}]`,
    ...spec
      .trim()
      .split('\n')
      .map((line) => `  ${line}`),
  ].join('\n');
  const loaded = await loadScenario({
    path: 'small',
    file: 'scenario.yaml',
    text,
    read: (name) =>
      Promise.resolve(
        manifests[name] === undefined
          ? { value: undefined, problems: [] }
          : { value: manifests[name], problems: [] },
      ),
  });
  if (loaded.value === undefined) throw new Error(JSON.stringify(loaded.problems, null, 2));
  return loaded.value;
}
