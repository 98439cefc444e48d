import { describe, expect, test } from 'vitest';
import { drawMutants } from './draw.ts';
import { mutantsOf, mutatedText } from './mutate.ts';
import { markedText, placeAround } from './reach.ts';

/** Every text that one mistake makes of `text`. */
const mistakesIn = (text: string): string[] =>
  mutantsOf('src/a.ts', text).map((mutant) => mutatedText(text, mutant));

describe('a mutant is one small mistake', () => {
  test.each([
    { text: 'a < b;', mistakes: ['a <= b;', ';'], because: 'an edge, and the statement itself' },
    { text: 'const c = a === b;', mistakes: ['const c = a !== b;'], because: 'the opposite' },
    {
      text: 'const c = a - b * d;',
      mistakes: ['const c = a + b * d;', 'const c = a - b / d;'],
      because: 'a sign each',
    },
    {
      text: 'const c = a && b || d;',
      mistakes: ['const c = (a || b) || d;', 'const c = (a && b && d);'],
      because: 'one word at a time',
    },
    {
      text: 'if (a) b = c;',
      mistakes: ['if (true) b = c;', 'if (false) b = c;', 'if (a) ;'],
      because: 'always, never, nothing',
    },
    { text: 'const c = !a;', mistakes: ['const c = a;'], because: 'the word "not" is lost' },
    {
      text: 'const c = a ?? b;',
      mistakes: ['const c = a;', 'const c = b;'],
      because: 'no default, and nothing but it',
    },
    { text: 'const c = 2;', mistakes: ['const c = 3;', 'const c = 1;'], because: 'one off' },
    { text: 'const c = 0.5;', mistakes: ['const c = (2 * 0.5);'], because: 'what is no count is doubled' },
    {
      text: 'const c = (d = false) => d;',
      mistakes: ['const c = (d = true) => d;'],
      because: 'another default',
    },
    { text: 'const c = Math.min(a, b);', mistakes: ['const c = Math.max(a, b);'], because: 'the other end' },
    { text: 'const c = all.some(f);', mistakes: ['const c = all.every(f);'], because: 'one or each' },
    { text: 'const c = all.filter(f);', mistakes: ['const c = all;'], because: 'a call is forgotten' },
  ])('$text: $because', ({ text, mistakes }) => {
    expect(mistakesIn(text).sort()).toEqual([...mistakes].sort());
  });

  test.each([
    '// 1 < 2\n',
    "import a from './a1.ts';",
    'type Two = 1 | 2;',
    'interface A { readonly b?: 1 }',
    "const c = 'a' + b;",
    'throw new Error(`${n + 1} is too many`);',
    "text.describe('from 1 to 2')",
  ])('nothing is mistaken in %s', (text) => {
    expect(mistakesIn(`export const a = ${JSON.stringify(text)};\n`)).toEqual([]);
    expect(mistakesIn(text).filter((own) => own !== ';')).toEqual([]);
  });

  test('the step of a loop is left: mistaken, it would only never end', () => {
    expect(mistakesIn('for (let i = a; i < n; i += 1);')).toEqual(['for (let i = a; i <= n; i += 1);']);
  });

  test('it is told where it is and in the words around it', () => {
    expect(mutantsOf('src/a.ts', '\n\nconst c =\n  a <\n  b;')).toMatchObject([
      { file: 'src/a.ts', line: 4, operator: 'relation', before: 'a < b', after: 'a <= b' },
    ]);
  });
});

describe('a draw', () => {
  const text = Array.from({ length: 100 }, (_, index) => `const a${index} = b${index} < c${index};`).join(
    '\n',
  );
  const stratum = (folder: string, lines: number) => ({
    lines,
    mutants: mutantsOf(`${folder}/a.ts`, text),
  });

  test('gives each folder its share of the lines, the largest remainder first', () => {
    // Of 10, 7.5, 1.5 and 1.0: seven, one, one, and the tenth to the first of the two halves.
    const drawn = drawMutants([stratum('a', 750), stratum('b', 150), stratum('c', 100)], 10, '1');
    const countOf = (folder: string): number => drawn.filter(({ file }) => file.startsWith(folder)).length;
    expect(['a', 'b', 'c'].map(countOf)).toEqual([8, 1, 1]);
  });

  test('is the same for a seed, another for another, and no two of it are on one line', () => {
    const draw = (seed: string): number[] =>
      drawMutants([stratum('a', 100)], 20, seed).map(({ line }) => line);
    expect(draw('1')).toEqual(draw('1'));
    expect(draw('2')).not.toEqual(draw('1'));
    expect(new Set(draw('1')).size).toBe(20);
  });

  test('stays, but for one, when a line is added', () => {
    const before = drawMutants([stratum('a', 100)], 20, '1').map(({ before }) => before);
    const edited = { lines: 101, mutants: mutantsOf('a/a.ts', `const n = m < l;\n${text}`) };
    const after = drawMutants([edited], 20, '1').map(({ before }) => before);
    expect(before.filter((own) => after.includes(own)).length).toBeGreaterThanOrEqual(19);
  });
});

describe('a marked source', () => {
  const text =
    'const f = (a) => { if (a) { return a > 1 ? two : three; } return g(a) && four; }; const g = (b) => b;';
  /** Of these pieces of the text, those whose innermost place runs in a call. */
  const piecesRun = (call: string): string[] => {
    const run = new Uint8Array(text.length + 1);
    const play = new Function(
      'globalThis',
      `const [two, three, four] = '234';${markedText('a.js', text)};return ${call};`,
    );
    play({ $placesRun: () => run });
    return ['const g', 'if (a)', 'a > 1', 'two', 'three', 'four', 'b'].filter((piece) => {
      const start = piece === 'b' ? text.lastIndexOf('b') : text.indexOf(piece);
      return run[placeAround('a.js', text, start, start + piece.length)] === 1;
    });
  };

  test.each([
    { call: '0', run: ['const g'] },
    { call: 'f(2)', run: ['const g', 'if (a)', 'a > 1', 'two'] },
    { call: 'f(1)', run: ['const g', 'if (a)', 'a > 1', 'three'] },
    { call: 'f(0)', run: ['const g', 'if (a)', 'b'] },
  ])('tells what runs in $call: $run', ({ call, run }) => {
    expect(piecesRun(call)).toEqual(run);
  });
});
