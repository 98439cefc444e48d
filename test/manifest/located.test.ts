import { describe, expect, test } from 'vitest';
import { pathText, problemAt, readYaml } from '../../src/manifest/located.ts';

const one = (text: string) => {
  const { documents, problems } = readYaml('f.yaml', text);
  expect(problems).toEqual([]);
  expect(documents).toHaveLength(1);
  return documents[0]!;
};

describe('YAML becomes plain data', () => {
  test.each([
    {
      text: 'a: 1\nb: [x, true, null, 1.5]',
      data: { a: 1, b: ['x', true, null, 1.5] },
      because: 'the usual scalars',
    },
    { text: '{"a": {"b": []}}', data: { a: { b: [] } }, because: 'JSON is YAML' },
    { text: '80', data: 80, because: 'a document may be a single value' },
    { text: '1: x\ntrue: y', data: { 1: 'x', true: 'y' }, because: 'keys become text' },
    {
      text: 'base: &b {x: 1}\nown: *b',
      data: { base: { x: 1 }, own: { x: 1 } },
      because: 'aliases are copied',
    },
    {
      text: 'base: &b {x: 1, y: 2}\nown: {<<: *b, y: 3}',
      data: { base: { x: 1, y: 2 }, own: { y: 3, x: 1 } },
      because: 'own keys come before merged ones',
    },
    {
      text: 'own: {<<: [{x: 1}, {x: 2, z: 4}]}',
      data: { own: { x: 1, z: 4 } },
      because: 'of several merged maps the first wins',
    },
    { text: 'a:\r\n  b: 1\r\n', data: { a: { b: 1 } }, because: 'lines may end as on Windows' },
    { text: 'a: on\nb: yes', data: { a: 'on', b: 'yes' }, because: 'YAML 1.2 has no other words for true' },
    {
      text: '%YAML 1.1\n---\na: 2001-01-01',
      data: { a: '2001-01-01' },
      because: 'a date stays as it was written',
    },
  ])('$because', ({ text, data }) => expect(one(text).data).toEqual(data));

  test('a key called __proto__ is a key like any other', () => {
    const data = one('__proto__: {polluted: true}\na: 1').data as Record<string, unknown>;
    expect(Object.keys(data)).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
    expect((data as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('empty documents are left out', () => {
    expect(readYaml('f', '---\n# nothing\n---\na: 1\n---\n').documents.map((own) => own.data)).toEqual([
      { a: 1 },
    ]);
    expect(readYaml('f', '')).toEqual({ documents: [], problems: [] });
  });
});

describe('a path is found in the text', () => {
  const text = [
    'a:',
    '  - name: x',
    '    empty:',
    '  - "two words"',
    '  - {deep: [1, 22]}',
    'b: |',
    '  long',
    '  text',
    'e.f: 5',
  ].join('\n');
  const document = one(text);
  test.each([
    { path: ['a'], what: 'key', at: '1:1+1', because: 'a key' },
    { path: ['a', 0, 'name'], what: 'value', at: '2:11+1', because: 'a scalar' },
    { path: ['a', 0, 'name'], what: 'key', at: '2:5+4', because: 'a key in a list' },
    { path: ['a', 0], what: 'value', at: '2:5+4', because: 'a block map is shown by its first key' },
    { path: ['a'], what: 'value', at: '2:3+1', because: 'a block list is shown by its first dash' },
    { path: ['a', 1], what: 'value', at: '4:5+11', because: 'quotes belong to a value' },
    { path: ['a', 2, 'deep', 1], what: 'value', at: '5:16+2', because: 'inside brackets' },
    { path: ['a', 2], what: 'value', at: '5:5+15', because: 'a map in braces is shown whole' },
    { path: ['a', 0, 'empty'], what: 'value', at: '3:5+5', because: 'an empty value is shown by its key' },
    {
      path: ['a', 0, 'absent', 'x'],
      what: 'value',
      at: '2:5+4',
      because: 'what is absent, by the nearest part that is there',
    },
    { path: ['absent'], what: 'key', at: '1:1+1', because: 'or by the document' },
    { path: ['e.f', 'x'], what: 'value', at: '9:1+3', because: 'what is absent under a key, by that key' },
    { path: ['b'], what: 'value', at: '6:4+1', because: 'a width ends with its line' },
    { path: ['e.f'], what: 'value', at: '9:6+1', because: 'a key may have a dot' },
    { path: [], what: 'value', at: '1:1+1', because: 'the document' },
  ] as const)('$path $what is at $at: $because', ({ path, what, at }) => {
    const place = document.locate(path, what);
    expect(`${place.line}:${place.column}+${place.width}`).toBe(at);
    expect(place.excerpt).toBe(text.split('\n')[place.line - 1]);
  });

  test('a problem at a path has file, place and excerpt', () => {
    expect(
      problemAt(document, ['a', 0, 'name'], 'value', { severity: 'error', code: 'X', message: 'no' }),
    ).toEqual({
      severity: 'error',
      code: 'X',
      message: 'no',
      file: 'f.yaml',
      line: 2,
      column: 11,
      width: 1,
      excerpt: '  - name: x',
    });
  });

  test('lines are counted through several documents', () => {
    const { documents } = readYaml('f', 'a: 1\n---\n# x\nb:\n  c: 2\n');
    expect(documents[1]!.locate(['b', 'c'], 'value')).toMatchObject({ line: 5, column: 6 });
  });
});

test('a path is written as Kubernetes writes it', () => {
  expect(pathText(['spec', 'http', 0, 'match', 1, 'headers', 'end-user'])).toBe(
    'spec.http[0].match[1].headers.end-user',
  );
});

describe('what is wrong with YAML is said in plain words, where the slip is', () => {
  test.each([
    { text: 'a:\n\tb: 1\n', at: '2:1', says: 'YAML does not allow tabs for indentation; use spaces' },
    { text: 'a: "x\nb: 1\n---\nc: 1\n', at: '1:4', says: 'this quote is never closed' },
    { text: "a: 'it's'\n", at: '1:8', says: 'text goes on after the closing quote' },
    {
      text: 'a:\n  b: 1\n   c: 2\n',
      at: '3:4',
      says: 'this line is indented deeper than the one above, which has its value already',
    },
    {
      text: 'a:\n  b: 1\n c: 2\n',
      at: '3:2',
      says: 'this line is indented unlike its neighbours: keys of one map start in the same column',
    },
    {
      text: 'a:\n  - x\n - y\n',
      at: '3:2',
      says: 'this line is indented unlike its neighbours: items of one list start in the same column',
    },
    {
      text: 'a:\n  - x: 1\n   y: 2\n',
      at: '3:4',
      says: 'this line is indented like the items of the list above, and is none',
    },
    { text: 'a: b: c\n', at: '1:4', says: 'a second "key: value" on one line' },
    { text: 'a: - b\n', at: '1:4', says: 'a list does not begin on the line of its key' },
    { text: 'a\nb: 2\n', at: '1:1', says: 'expected "key: value"; the colon after "a" is missing' },
    {
      text: 'a:b\nc: d\n',
      at: '1:1',
      says: 'expected "key: value"; the space after the colon in "a:b" is missing',
    },
    {
      text: 'x: 0\na: [1, [2], 3\nb: 3\n',
      at: '2:4',
      says: 'this "[" is not closed with "]", or a line inside is indented too little',
    },
    {
      text: 'a: {b: 1\n',
      at: '1:4',
      says: 'this "{" is not closed with "}", or a line inside is indented too little',
    },
    { text: 'a: @x\n', at: '1:4', says: 'a plain text cannot start with @' },
    { text: '- a\nb: 1\n', at: '2:1', says: 'this does not belong to what stands before it' },
    {
      text: 'a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n',
      at: '2:1',
      says: 'a merge conflict was left unresolved here',
    },
    { text: '{{ .Values.name }}: 1\n', at: '1:1', says: 'a key must be plain text' },
    { text: 'a: *x\n', at: '1:4', says: 'no anchor &x stands before this alias' },
    { text: 'a: {<<: 1}\n', at: '1:9', says: 'map merge requires map or sequence of maps as the value' },
  ])('$says', ({ text, at, says }) => {
    const { documents, problems } = readYaml('f.yaml', text);
    const [first] = problems;
    expect(first).toMatchObject({ severity: 'error', code: 'MS1001', message: says, file: 'f.yaml' });
    expect(`${first!.line}:${first!.column}`).toBe(at);
    expect(documents.map((own) => own.data)).not.toContainEqual(
      expect.objectContaining({ a: expect.anything() as unknown }),
    );
  });

  test('only the document with the error is left out', () => {
    const { documents, problems } = readYaml('f', 'a: 1\n---\nb: [\n---\nc: 1\n');
    expect(documents.map((own) => own.data)).toEqual([{ a: 1 }, { c: 1 }]);
    expect(problems).toHaveLength(1);
  });

  test('each duplicate key is told, with the line of the first', () => {
    const { documents, problems } = readYaml('f', 'a: 1\na: 2\nb:\n  c: 1\n  c: 2\n');
    expect(documents).toEqual([]);
    expect(problems).toMatchObject([
      {
        code: 'MS1002',
        message: 'key "a" already set in map',
        line: 2,
        column: 1,
        hint: 'it is set in line 1 already; remove one of the two',
      },
      { code: 'MS1002', message: 'key "c" already set in map', line: 5, column: 3 },
    ]);
  });
});

describe('texts made to exhaust a reader are refused at once', () => {
  const laughs = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...[...'bcdefghi'].map(
      (name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`,
    ),
  ];
  test.each([
    // 9^9 = 387 420 489 nodes if it were expanded.
    {
      name: 'an alias bomb',
      text: laughs.join('\n'),
      says: 'aliases (*name) repeat more than 100000 nodes; this looks like an alias bomb',
    },
    { name: 'an alias in itself', text: 'a: &a [*a]', says: 'the alias *a contains itself' },
    {
      name: 'brackets without end',
      text: '['.repeat(1_000_000),
      says: 'f is too complex to read: nested deeper than 100 levels',
    },
    {
      name: 'dashes without end',
      text: '- '.repeat(1_000_000),
      says: 'f is too complex to read: more than 1000 tokens on one line',
    },
    {
      name: 'quotes without end',
      text: '"'.repeat(1_000_000),
      says: 'f is too complex to read: more than 1000 tokens on one line',
    },
    {
      name: 'documents without end',
      text: '---\n'.repeat(600_000),
      says: 'f is too complex to read: more than 1000000 tokens of YAML in one file',
    },
    {
      name: 'indentation without end',
      text: Array.from({ length: 120 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      says: 'nested deeper than 100 levels',
    },
  ])('$name', ({ text, says }) => {
    const { documents, problems } = readYaml('f', text);
    expect(documents).toEqual([]);
    expect(problems).toMatchObject([{ code: 'MS1003', message: says }]);
  });

  test('a thousand aliases of an honest file are none of that', () => {
    const text = `base: &b {x: 1, y: 2}\nall:\n${'- *b\n'.repeat(1000)}`;
    expect((one(text).data as { all: unknown[] }).all).toHaveLength(1000);
  });
});
