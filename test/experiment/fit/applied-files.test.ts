import { expect, test } from 'vitest';
import { appliedFiles } from '../../../src/experiment/fit/applied-files.ts';

test('a line of a list of changes is a time and a command, in whatever tool keeps it', () => {
  expect(
    appliedFiles(
      [
        '2026-11-04T10:06:00Z,kubectl apply -f virtual-service-70-30.yaml',
        '[2026-11-04 10:12:00Z] deploy: oc replace --filename=rules/virtual-service-50-50.yaml --namespace shop',
        'step two is done',
      ].join('\n'),
    ),
  ).toEqual([
    { atMs: Date.UTC(2026, 10, 4, 10, 6), file: 'virtual-service-70-30.yaml' },
    { atMs: Date.UTC(2026, 10, 4, 10, 12), file: 'virtual-service-50-50.yaml' },
  ]);
  expect(appliedFiles('a log\nof something else\n2026-11-04T10:06:00Z kubectl get pods')).toBeUndefined();
});

test('a line longer than anybody types is none, and takes no time: its words are not looked for', () => {
  // Each of 4,000 commands with each of 4,000 verbs, to the end of the line: 10^11 steps.
  const line = `2026-11-04T10:06:00Z ${'kubectl apply '.repeat(4000)}`;
  expect(appliedFiles(`${line}\n${line} -f a.yaml`)).toBeUndefined();
});
