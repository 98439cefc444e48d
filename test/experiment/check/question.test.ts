import { expect, test } from 'vitest';
import { renderProblem } from '../../../src/manifest/explain-problem.ts';
import type { Problem } from '../../../src/manifest/problem.ts';
import { readQuestion, type CheckOptions } from '../../../src/experiment/check/question.ts';

const options = (changes: Partial<CheckOptions> = {}): CheckOptions => ({
  log: [],
  weights: 'v1=50,v3=50',
  filename: [],
  change: [],
  shows: [],
  format: 'auto',
  conf: '95%',
  interval: 'wilson',
  looks: '1',
  output: 'text',
  ...changes,
});
const { weights: _, ...withoutWeights } = options({ seen: 'v1=1' });

test('a tally against weights is understood', () => {
  const { question, problems } = readQuestion([], options({ seen: 'v1=11,v3=4', within: '1%', conf: '99%' }));
  expect(problems).toEqual([]);
  expect(question).toEqual({
    data: { kind: 'tally', tally: { keys: ['v1', 'v3'], values: [11, 4] } },
    weights: { keys: ['v1', 'v3'], values: [50, 50] },
    changes: [],
    pattern: undefined,
    shows: [],
    columns: {},
    pods: undefined,
    conf: 0.99,
    within: 0.01,
    power: undefined,
    looks: 1,
    window: undefined,
  });
});

test('files come by name and by --log, with columns and patterns', () => {
  const { question } = readQuestion(
    ['a.log'],
    options({
      log: ['b.log'],
      columns: 'time=when,version=by',
      shows: ['v3=text=red'],
      subsetPattern: 'v(\\d)',
    }),
  );
  expect(question).toMatchObject({
    data: { kind: 'files', names: ['a.log', 'b.log'] },
    columns: { time: 'when', version: 'by' },
    shows: [{ key: 'v3', pattern: /text=red/ }],
    pattern: /v(\d)/,
  });
});

test.each([
  { files: [], given: options(), problem: /nothing to judge/ },
  { files: ['a.log'], given: options({ seen: 'v1=1' }), problem: /give one of them/ },
  { files: [], given: options({ seen: 'v1=1', sequence: '1,1' }), problem: /give one of them/ },
  { files: [], given: withoutWeights, problem: /against which weights/ },
  { files: [], given: options({ seen: 'v1=1', filename: ['a.yaml'] }), problem: /both say the weights/ },
  { files: [], given: options({ seen: 'v1=1', change: ['15=v1=1'] }), problem: /a tally has no order/ },
  { files: ['a.har'], given: options({ follow: true }), problem: /nothing to --follow/ },
  { files: ['a', 'b'], given: options({ follow: true }), problem: /watches one log/ },
  { files: [], given: options({ seen: 'v1' }), problem: /version=number/ },
  { files: [], given: options({ seen: 'v1=1', weights: 'v1=x' }), problem: /v1 has "x"/ },
  { files: ['a'], given: options({ change: ['soon=v1=1'] }), problem: /is no moment/ },
  { files: ['a'], given: options({ subsetPattern: '(' }), problem: /no regular expression/ },
  { files: ['a'], given: options({ shows: ['red'] }), problem: /a version and a pattern/ },
  { files: ['a'], given: options({ shows: ['v3=('] }), problem: /no regular expression/ },
  {
    files: ['a'],
    given: options({ columns: 'when=time' }),
    problem: /"when=time" is not of the form role=column/,
  },
  { files: ['a'], given: options({ conf: '1' }), problem: /a share between/ },
  { files: ['a'], given: options({ within: 'x' }), problem: /a share between/ },
  { files: ['a'], given: options({ power: '0' }), problem: /a share between/ },
  { files: ['a'], given: options({ window: '10' }), problem: /parts of a watch/ },
  { files: ['a'], given: options({ untilEnough: true }), problem: /parts of a watch/ },
  { files: ['a'], given: options({ follow: true, window: 'ten' }), problem: /a number of requests/ },
  { files: ['a'], given: options({ follow: true, window: '0' }), problem: /a number of requests/ },
  { files: ['-'], given: options({ changes: '-' }), problem: /read once only/ },
])('refused with one problem: $problem', ({ files, given, problem }) => {
  const { question, problems } = readQuestion(files, given);
  expect(question).toBeUndefined();
  expect(problems).toHaveLength(1);
  expect(problems[0]!.message).toMatch(problem);
});

test('a value that cannot be read is shown with a caret under what is wrong', () => {
  const { problems } = readQuestion(
    ['a'],
    options({ weights: 'v1=50,v3=half', columns: 'time=when,by=who' }),
  );
  expect(problems.map((own) => renderProblem(own as Problem).split('\n'))).toEqual([
    [
      '--weights:1:10: error[MS4002]: v3 has "half"; a weight is a number, 0 or more',
      '  1 | v1=50,v3=half',
      '    |          ^^^^',
    ],
    [
      expect.stringMatching(
        /^--columns:1:11: error\[MS4002\]: "by=who" is not of the form role=column/,
      ) as string,
      '  1 | time=when,by=who',
      '    |           ^^^^^^',
    ],
  ]);
});

test.each([
  { text: '1000', window: { requests: 1000 } },
  { text: '60s', window: { us: 60e6 } },
  { text: '1m30s', window: { us: 90e6 } },
])('a window of $text is $window', ({ text, window }) => {
  expect(readQuestion(['a'], options({ follow: true, window: text })).question?.window).toEqual(window);
});

test('all mistakes are told at once', () => {
  const { problems } = readQuestion([], options({ seen: 'v1', weights: 'v1', conf: 'x' }));
  expect(problems).toHaveLength(3);
});

test.each([
  { values: 'rate=10m', seconds: 600 },
  { values: 'rate=1us', seconds: 1e-6 },
  { values: 'rate=0s', seconds: undefined },
])('numbers are rates over a span above nothing: $values', ({ values, seconds }) => {
  const { question, problems } = readQuestion(['a.json'], options({ values }));
  expect(question?.values).toEqual(seconds === undefined ? undefined : { kind: 'rate', seconds });
  expect(problems).toHaveLength(seconds === undefined ? 1 : 0);
});
