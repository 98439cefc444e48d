import { expect, test } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';

const app = `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: a }
spec: { workloads: [{ name: a, match: { app: a }, script: [{ cpu: $cpu }, { work: { dist: exponential, mean: $wait } }] }] }`;

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec:
  selector: { matchLabels: { app: a } }
  template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }`;

const load = (numbers: string, set: readonly string[] = []) =>
  loadScenario({
    path: 'a',
    file: 'scenario.yaml',
    text: `
apiVersion: meshshift/v1alpha1
kind: Scenario
metadata: { name: a }
spec:
  duration: 1m
  app: app.yaml
  manifests: [a.yaml]
  numbers: { ${numbers} }
  traffic: [{ name: t, arrivals: poisson, rps: $pages }]`,
    set,
    read: (name) => Promise.resolve({ value: name === 'app.yaml' ? app : manifest, problems: [] }),
  });

const all = 'pages: 40, cpu: { guess: 2ms, from: 1ms, to: 8ms, what: CPU }, wait: 5ms';

test('a name stands for its number, in the scenario and in its app file', async () => {
  const { value } = await load(all);
  expect(value!.traffic[0]).toMatchObject({ profile: [{ rps: 40 }] });
  expect(value!.app.workloads[0]!.script).toEqual([
    { kind: 'cpu', time: { dist: 'constant', value: 2000 } },
    { kind: 'work', time: { dist: 'exponential', mean: 5000 } },
  ]);
});

test('what has a range is a guess, what is a plain value is known, and what nothing asks for is neither', async () => {
  const { value } = await load(`${all}, boot: { guess: 9s, from: 1s, to: 20s }`);
  expect(value!.guesses).toEqual([{ name: 'cpu', value: '2ms', from: '1ms', to: '8ms', what: 'CPU' }]);
});

test('--set numbers.NAME=value makes a guess known', async () => {
  const { value } = await load(all, ['numbers.cpu=3ms']);
  expect(value!.guesses).toEqual([]);
  expect(value!.app.workloads[0]!.script[0]).toMatchObject({ time: { value: 3000 } });
});

test.each([
  {
    numbers: 'pagse: 40, cpu: 2ms, wait: 5ms',
    says: '$pages stands for a number',
    hint: 'did you mean $pagse?',
  },
  { numbers: 'pages: 40, cpu: 2ms', says: '$wait stands for a number', hint: 'there is pages, cpu' },
  { numbers: 'pages: 40, cpu: 2, wait: 5ms', says: 'expected a duration with a unit', hint: undefined },
])('$numbers: $says', async ({ numbers, says, hint }) => {
  const { value, problems } = await load(numbers);
  expect(value).toBeUndefined();
  expect(problems.some((own) => own.message.includes(says) && own.hint === hint)).toBe(true);
});
