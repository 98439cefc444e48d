import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problemCodes, renderProblem } from '../../src/manifest/explain-problem.ts';
import { parseOne, virtualServiceText } from './manifest-text.ts';

test('a problem shows its place, its line with a caret, and what to try', () => {
  const { problems } = parseOne(
    virtualServiceText('hosts: [reviews]\nhttp:\n- route:\n  - destination: {host: reviews}\n    weigth: 50'),
  );
  expect(renderProblem(problems[0]!)).toBe(
    [
      'test.yaml:10:7: error[MS1010]: unknown field "spec.http[0].route[0].weigth"',
      '  10 |       weigth: 50',
      '     |       ^^^^^^',
      '  did you mean "weight"?',
    ].join('\n'),
  );
});

test('a problem without a place is one line', () => {
  expect(
    renderProblem({ severity: 'error', code: 'MS1004', message: 'no resources in a.yaml', file: 'a.yaml' }),
  ).toBe('a.yaml: error[MS1004]: no resources in a.yaml');
});

test('a place may be a line without a column; a column without a line is none', () => {
  const problem = { severity: 'error', code: 'MS1004', message: 'm', file: 'a.yaml' } as const;
  expect(renderProblem({ ...problem, line: 3, excerpt: 'b: 1' })).toBe(
    'a.yaml:3: error[MS1004]: m\n  3 | b: 1',
  );
  expect(renderProblem({ ...problem, column: 3 })).toBe('a.yaml: error[MS1004]: m');
});

test('a long line is cut around its column, and the caret stays under the place', () => {
  const excerpt = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`;
  const lines = renderProblem({
    severity: 'warning',
    code: 'X',
    message: 'm',
    file: 'f',
    line: 1,
    column: 501,
    width: 4,
    excerpt,
  }).split('\n');
  const caret = lines[2]!.indexOf('^');
  expect(lines[1]!.slice(caret, caret + 4)).toBe('HERE');
  expect(lines[2]!.slice(caret)).toBe('^^^^');
  expect(lines[1]!.length).toBeLessThan(140);
  expect(lines[1]).toMatch(/\| \.\.\.a.*b\.\.\.$/);
});

test('tabs do not move the caret, and control characters of a file are written out', () => {
  const lines = renderProblem({
    severity: 'error',
    code: 'X',
    message: 'bad \u001b[31m',
    file: 'f',
    line: 3,
    column: 2,
    excerpt: '\tb: \u001b]0;x\u0007',
  }).split('\n');
  expect(lines).toEqual(['f:3:2: error[X]: bad \\x1b[31m', '  3 |  b: \\x1b]0;x\\x07', '    |  ^']);
});

test('every code of our own has a meaning in one line', () => {
  for (const [code, meaning] of Object.entries(problemCodes)) {
    expect(code).toMatch(/^MS\d{4}$/);
    expect(meaning).toMatch(/^[A-Z][^\n]{10,}\.$/);
  }
});

test('the codes with a meaning are the codes in use', () => {
  const source = new URL('../../src/', import.meta.url);
  const used = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('explain-problem.ts'))
    .flatMap((name) => readFileSync(new URL(name, source), 'utf8').match(/\bMS\d{4}\b/g) ?? []);
  expect([...new Set(used)].sort()).toEqual(Object.keys(problemCodes).sort());
});
