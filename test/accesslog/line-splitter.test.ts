import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../src/accesslog/line-splitter.ts';

function split(chunks: readonly Uint8Array[]) {
  const lines: string[] = [];
  const tooLong: number[] = [];
  const splitter = new LineSplitter({
    line: (block, from, end, number) => {
      lines.push(block.text(from, end));
      expect(number).toBe(lines.length + tooLong.length);
    },
    tooLong: (number) => tooLong.push(number),
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return { lines, tooLong, splitter };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('lines do not depend on where the chunks are cut', () => {
  const text = 'one\r\ntwo\n\nfünf ☃ 🦊\r\nlast';
  const wanted = ['one', 'two', '', 'fünf ☃ 🦊', 'last'];
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: bytes(text).length }), { maxLength: 8 }), (cuts) => {
      const all = bytes(text);
      const places = [0, ...cuts.sort((a, b) => a - b), all.length];
      const chunks = places.slice(1).map((end, index) => all.subarray(places[index], end));
      expect(split(chunks).lines).toEqual(wanted);
    }),
  );
});

test('a byte at a time is the same as all at once', () => {
  const all = bytes('a\r\nb\n');
  expect(split(Array.from(all, (byte) => Uint8Array.of(byte))).lines).toEqual(['a', 'b']);
});

test('a text that ends within a line says so and still gives the line', () => {
  expect(split([bytes('a\nb')])).toMatchObject({
    lines: ['a', 'b'],
    splitter: { endedWithin: true, count: 2 },
  });
  expect(split([bytes('a\nb\n')])).toMatchObject({
    lines: ['a', 'b'],
    splitter: { endedWithin: false, count: 2 },
  });
});

test('an empty text has no line', () => {
  expect(split([])).toMatchObject({ lines: [], splitter: { count: 0, endedWithin: false } });
});

test('a line beyond a mebi-character is counted, not kept', () => {
  const long = 'x'.repeat(600_000);
  const { lines, tooLong } = split([bytes('a\n'), bytes(long), bytes(long), bytes(long), bytes('x\nb\n')]);
  expect(lines).toEqual(['a', 'b']);
  expect(tooLong).toEqual([2]);
  expect(split([bytes(`${long}${long}\nb\n`)])).toMatchObject({ lines: ['b'], tooLong: [1] });
  expect(split([bytes(`a\n${long}${long}`)])).toMatchObject({ lines: ['a'], tooLong: [2] });
});

test('bytes that are not UTF-8 are replaced, and the line survives', () => {
  expect(split([Uint8Array.of(0x61, 0xff, 0x62, 0x0a, 0x63)]).lines).toEqual(['a\uFFFDb', 'c']);
});

test('byte order marks choose the encoding and disappear', () => {
  expect(split([Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0x0a)]).lines).toEqual(['a']);
  expect(
    split([Uint8Array.of(0xff), Uint8Array.of(0xfe, 0x61, 0x00, 0x0d), Uint8Array.of(0x00, 0x0a, 0x00)])
      .lines,
  ).toEqual(['a']);
  expect(split([Uint8Array.of(0xfe, 0xff, 0x00, 0x61, 0x00, 0x0a)]).lines).toEqual(['a']);
});

test('a chunk may be overwritten once it is taken: beginnings of lines and of marks are kept apart from it', () => {
  const lines: string[] = [];
  const splitter = new LineSplitter({
    line: (block, from, end) => void lines.push(block.text(from, end)),
    tooLong: () => {},
  });
  const chunk = Buffer.alloc(2);
  for (const text of ['\u00ef\u00bb', '\u00bfa', 'bc', '\nd', 'ef']) {
    chunk.write(text, 'latin1');
    splitter.push(chunk);
  }
  splitter.end();
  expect(lines).toEqual(['abc', 'def']);
});

test('a line longer than any string of the language is dropped as it comes', () => {
  const tooLong: number[] = [];
  const splitter = new LineSplitter({ line: () => {}, tooLong: (number) => tooLong.push(number) });
  const chunk = new Uint8Array(8 * 1024 * 1024).fill(0x78);
  for (let i = 0; i < 65; i += 1) splitter.push(chunk);
  splitter.push(bytes('\n'));
  expect(tooLong).toEqual([1]);
});
