import { describe, expect, test } from 'vitest';
import { checkText, decoded, textLimitBytes } from '../../src/manifest/text.ts';

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)])),
  );

describe('bytes of a file become text', () => {
  test.each([
    { given: bytes('a: ü\n'), text: 'a: ü\n', because: 'UTF-8' },
    {
      given: bytes(0xef, 0xbb, 0xbf, 'a: 1'),
      text: 'a: 1',
      because: 'the byte order mark of Windows editors is no text',
    },
    { given: bytes(), text: '', because: 'an empty file is a text' },
  ])('$because', ({ given, text }) => expect(checkText('f', given)).toEqual({ value: text, problems: [] }));

  test.each([
    { given: bytes('PNG', 0, 0, 1), code: 'MS1008', says: 'f is binary: byte 4 is NUL' },
    // 0xc3 opens a sequence of two bytes; "(" does not continue it.
    { given: bytes('a\nb\n', 0xc3, '(x'), code: 'MS1009', says: 'f is not UTF-8: byte 6, in line 3' },
    { given: bytes('a', 0xe2, 0x82), code: 'MS1009', says: 'f is not UTF-8: byte 3, in line 1' },
    { given: bytes(0xff, 0xfe, 'a', 0), code: 'MS1009', says: 'f is UTF-16 text; UTF-8 is expected' },
    {
      given: new Uint8Array(textLimitBytes + 1).fill(32),
      code: 'MS1007',
      says: 'f is 5 MB large; at most 5 MB are read',
    },
    {
      given: new Uint8Array(8 * 1024 * 1024).fill(32),
      code: 'MS1007',
      says: 'f is 8 MB large; at most 5 MB are read',
    },
  ])('$says', ({ given, code, says }) => {
    const { value, problems } = checkText('f', given);
    expect(value).toBeUndefined();
    expect(problems).toMatchObject([{ severity: 'error', code, message: says, file: 'f' }]);
  });

  test('5 MB to the byte are read', () => {
    expect(checkText('f', new Uint8Array(textLimitBytes).fill(32)).problems).toEqual([]);
  });
});

test('what Windows PowerShell wrote is read where it is somebody else’s export', () => {
  const utf16 = new Uint8Array([0xff, 0xfe, ...Buffer.from('kind: List', 'utf16le')]);
  expect(decoded(utf16)).toBe('kind: List');
  expect(decoded(new Uint8Array([0xfe, 0xff, 0, 0x61]))).toBe('a');
  expect(decoded(Buffer.from('\u00e4'))).toBe('\u00e4');
});
