import { expect, test } from 'vitest';
import { parseObjective, parseSteps } from '../../src/scenario/objective.ts';

test.each([
  ['p99 < 400ms', 'p99', 400],
  ['p50<=0.25s', 'p50', 250],
  ['errors < 0.1%', 'errors', 0.001],
  ['late < 5 %', 'late', 0.05],
  ['share within 2 points', 'share', 0.02],
  ['share within 1 point', 'share', 0.01],
  ['overload < 30s', 'overload', 30],
  ['duration < 30m', 'duration', 1800],
  ['pods < 60', 'pods', 60],
  ['pod-hours <= 9.5', 'pod-hours', 9.5],
])('%s limits %s to %d in its unit', (text, measure, limit) => {
  expect(parseObjective(text)).toEqual({ text, measure, limit });
});

test.each([
  ['p99 > 400ms', /expected such as "p99 < 400ms"/],
  ['p98 < 400ms', /no measure "p98": p50, p95, p99/],
  ['p99 < 400', /unit|ms/],
  ['errors < 0.1', /%/],
  ['pods < many', /expected a number, found "many"/],
  ['', /expected such as/],
])('%j is refused with what was expected', (text, problem) => {
  const parsed = parseObjective(text);
  expect('problem' in parsed && parsed.problem).toMatch(problem);
});

test('steps are whole percentages that rise to 100 at most', () => {
  expect(parseSteps('10/25/50/100')).toEqual({ steps: [10, 25, 50, 100] });
  expect(parseSteps(' 5 / 100 ')).toEqual({ steps: [5, 100] });
  for (const text of ['50/25', '10/10', '0/50', '50/101', '12.5/100', '', 'all'])
    expect(parseSteps(text)).toHaveProperty('problem');
});
