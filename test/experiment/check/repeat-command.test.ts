import { expect, test } from 'vitest';
import type { CheckOptions } from '../../../src/experiment/check/question.ts';
import { repeatCommand } from '../../../src/experiment/check/repeat-command.ts';

const plain: CheckOptions = {
  log: [],
  filename: [],
  change: [],
  shows: [],
  format: 'auto',
  conf: '95%',
  interval: 'wilson',
  looks: '1',
  output: 'text',
};

test('what stands at its default is not repeated', () => {
  expect(repeatCommand(['a.log'], plain)).toBe('meshshift check a.log');
});

test.each<[Partial<CheckOptions>, string]>([
  [{ log: ['b.log', 'c.log'] }, '--log b.log --log c.log'],
  [{ seen: 'v1=4' }, '--seen v1=4'],
  [{ sequence: 's.txt' }, '--sequence s.txt'],
  [{ host: 'reviews' }, '--host reviews'],
  [{ weights: 'v1=50,v3=50' }, '--weights v1=50,v3=50'],
  [{ filename: ['x.yaml', 'y.yaml'] }, '-f x.yaml -f y.yaml'],
  [{ route: 'canary' }, '--route canary'],
  [{ change: ['15=v1=1'] }, '--change 15=v1=1'],
  [{ changes: 'changes.txt' }, '--changes changes.txt'],
  [{ format: 'json' as CheckOptions['format'] }, '--format json'],
  [{ columns: 'a,b' }, '--columns a,b'],
  [{ pods: 'v1=1' }, '--pods v1=1'],
  [{ conf: '99%' }, '--conf 99%'],
  [{ interval: 'jeffreys' as CheckOptions['interval'] }, '--interval jeffreys'],
  [{ within: '5%' }, '--within 5%'],
  [{ power: '90%' }, '--power 90%'],
  [{ failOn: 'fault' }, '--fail-on fault'],
  [{ follow: true }, '--follow'],
  [{ follow: false }, ''],
  [{ window: '10m' }, '--window 10m'],
  [{ untilEnough: true }, '--until-enough'],
  [{ html: 'out.html' }, '--html out.html'],
])('%o is repeated as %s', (own, words) => {
  expect(repeatCommand(['a.log'], { ...plain, ...own })).toBe(`meshshift check a.log ${words}`.trim());
});
