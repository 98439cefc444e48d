import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseEvents } from 'js-yaml';
import { isScalar, Lexer, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../src/manifest/located.ts';
import { mostTokens, readQuickly } from '../../src/manifest/quick-yaml.ts';

/** What the package `yaml` makes of a text: its documents that are not empty, and mistakes. */
function byYaml(text: string) {
  const lineCounter = new LineCounter();
  const documents = [...parseAllDocuments(text, { lineCounter, logLevel: 'silent' })] as Document.Parsed[];
  return {
    mistakes: documents.flatMap((own) => own.errors.map(String)),
    documents: documents.filter(
      ({ contents }) =>
        contents !== null && !(isScalar(contents) && contents.source === '' && contents.type === 'PLAIN'),
    ),
    lineCounter,
  };
}

/** All paths of some data that lead to a map, a list or a scalar. */
const pathsIn = (data: unknown): (string | number)[][] => [
  [],
  ...(Array.isArray(data)
    ? data.flatMap((item, index) => pathsIn(item).map((rest) => [index, ...rest]))
    : typeof data === 'object' && data !== null
      ? Object.entries(data).flatMap(([key, item]) => pathsIn(item).map((rest) => [key, ...rest]))
      : []),
];

/** Where the quick reader answers, the two agree: no mistake, the same data, at the same places. */
function agree(text: string): boolean {
  const quick = readQuickly(text);
  if (quick === undefined) return false;
  const { mistakes, documents, lineCounter } = byYaml(text);
  expect(mistakes).toEqual([]);
  expect(quick.map((own) => own.data)).toEqual(documents.map((own) => own.toJS() as unknown));
  const { documents: located } = readYaml('f', text);
  for (const [index, document] of located.entries())
    for (const path of pathsIn(document.data)) {
      const { line, column } = document.locate(path, 'value');
      expect(document.lineOf(path)).toBe(line);
      const node = documents[index]!.getIn(path, true);
      if (!isScalar(node) || node.source === '') continue;
      expect({ line, col: column }).toEqual(lineCounter.linePos(node.range![0]));
    }
  return true;
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(folder, name));
const files = ['scenarios', 'test'].flatMap(filesIn).sort();
const texts = files.map((file) => readFileSync(file, 'utf8'));

test('every scenario and manifest here that has no anchors is read quickly, and as the other parser has it', () => {
  expect(files.length).toBeGreaterThan(200);
  const withAnchors = files.filter((_, index) => / &\w/.test(texts[index]!));
  expect(withAnchors.length).toBeLessThan(10);
  expect(files.filter((_, index) => !agree(texts[index]!))).toEqual(withAnchors);
});

describe('a text that was changed at some places is read as the other parser has it, or left to it', () => {
  const pieces = [
    ...[
      ':',
      ': ',
      ' ',
      '  ',
      '\n',
      '- ',
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      ',',
      '#',
      ' #',
      '|',
      '>-',
      '|+',
      '>2',
    ],
    ...[
      '? ',
      '!',
      '&a ',
      '*a',
      '---\n',
      '...',
      '%',
      '@',
      '\\',
      '\\n',
      '012',
      '1_000',
      '.5',
      '~',
      'null',
      'yes',
    ],
    ...[
      '<<',
      '=',
      '\t',
      '\r\n',
      '\n\n',
      '\n  ',
      'é',
      '\u00a0',
      ' ---',
      '-1',
      '+',
      '0x1F',
      '1e3',
      '2001-01-01',
    ],
    ...[
      '"a b"',
      "'it''s'",
      '{a: b}',
      '[x, y]',
      'x:y',
      '- - ',
      '"\\x41\\u00e9"',
      '\n- a',
      '\n? b',
      '\nkey: c',
    ],
  ];
  const lines = texts.flatMap((text) => (text.length < 5000 ? [text.split('\n')] : []));
  const edit = fc.record({
    at: fc.nat(),
    column: fc.nat(),
    cut: fc.nat(3),
    piece: fc.constantFrom(...pieces, '', ''),
  });
  const text = fc
    .record({
      own: fc.constantFrom(...lines),
      from: fc.nat(),
      count: fc.integer({ min: 1, max: 12 }),
      edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
    })
    .map(({ own, from, count, edits }) => {
      const some = own.slice(from % own.length).slice(0, count);
      for (const { at, column, cut, piece } of edits) {
        const line = some[at % some.length]!;
        const split = column % (line.length + 1);
        some[at % some.length] = line.slice(0, split) + piece + line.slice(split + cut);
      }
      return some.join('\n');
    });

  test('the texts of this project', () => {
    let quick = 0;
    fc.assert(
      fc.property(text, (own) => {
        if (agree(own)) quick += 1;
      }),
      { numRuns: 2000 },
    );
    expect(quick).toBeGreaterThan(400);
  });

  test('pieces alone', () => {
    const soup = fc.array(fc.constantFrom(...pieces, 'a', 'b: c'), { maxLength: 12 });
    fc.assert(
      fc.property(soup, (own) => void agree(own.join(''))),
      { numRuns: 2000 },
    );
  });
});

test.each([
  { text: 'a: &b 1', because: 'an anchor' },
  { text: 'a: *b', because: 'an alias' },
  { text: 'a: !!str 1', because: 'a tag' },
  { text: 'a: {<<: {b: 1}}', because: 'a merge' },
  { text: 'a: 1\na: 2', because: 'a key that comes twice' },
  { text: '__proto__: 1', because: 'a key that is none of its own' },
  { text: '? [a]\n: b', because: 'a key that is no text' },
  { text: ': b', because: 'a key that is empty' },
  { text: `${'k'.repeat(1100)}: b`, because: 'a key that is too long' },
  { text: '- "a"b: c\n', because: 'text after a closing quote' },
  { text: '%YAML 1.1\n---\na: yes', because: 'a directive' },
  { text: '--- a\n', because: 'a document on the line of its marker' },
  { text: 'a: 1\n...\n', because: 'the end of a document' },
  { text: 'a: |2\n   b\n', because: 'an indentation that is told' },
  { text: 'a:\tb', because: 'a tab' },
  { text: 'a: b\rc: d', because: 'an old line end' },
  { text: 'a: [b', because: 'a mistake' },
  { text: '[['.repeat(60) + ']]'.repeat(60), because: 'brackets in brackets, too deep' },
])('$because is left to the other parser', ({ text }) => expect(readQuickly(text)).toBeUndefined());

test('the bound of tokens is above what the lexer finds, and not far above', () => {
  for (const text of texts) {
    const tokens = [...new Lexer().lex(text)].length;
    const most = mostTokens(text, parseEvents(text, {}));
    expect(most).toBeGreaterThanOrEqual(tokens);
    expect(most).toBeLessThan(2 * tokens + 1000);
  }
});

test('a text of a million tokens is refused, however well it is written', () => {
  const text = '- { a: b }\n'.repeat(90_000);
  // A dash, a space, two brackets, a colon, three spaces, two scalars with their announcements, a line end: 13 a line.
  expect(90_000 * 13).toBeGreaterThan(1_000_000);
  expect(readQuickly(text)).toBeUndefined();
  expect(readYaml('f', text).problems[0]!.message).toBe(
    'f is too complex to read: more than 1000000 tokens of YAML in one file',
  );
  expect(readQuickly('- { a: b }\n'.repeat(70_000))).toHaveLength(1);
});
