import type { Checked, Problem } from './problem.ts';

/** Larger texts are refused; the shell looks at a file's size before it reads it. */
export const textLimitBytes = 5 * 1024 * 1024;

/** Bytes of a file to text: not too large, not binary, valid UTF-8; a byte order mark is taken off. */
export function checkText(file: string, bytes: Uint8Array): Checked<string> {
  const refuse = (code: string, message: string, hint: string): Checked<string> => {
    const problem: Problem = { severity: 'error', code, message, file, hint };
    return { value: undefined, problems: [problem] };
  };
  if (bytes.length > textLimitBytes) {
    return refuse(
      'MS1007',
      `${file} is ${megabytes(bytes.length)} large; at most ${megabytes(textLimitBytes)} are read`,
      'is this the file you meant?',
    );
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return refuse('MS1009', `${file} is UTF-16 text; UTF-8 is expected`, 'save it as UTF-8');
  }
  // No text has a NUL; images, archives and executables have one early.
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    return refuse('MS1008', `${file} is binary: byte ${nul + 1} is NUL`, 'YAML text is expected');
  }
  try {
    return { value: new TextDecoder('utf-8', { fatal: true }).decode(bytes), problems: [] };
  } catch {
    const at = firstInvalidByte(bytes);
    return refuse(
      'MS1009',
      `${file} is not UTF-8: byte ${at + 1}, in line ${lineOf(bytes, at)}`,
      'save it as UTF-8',
    );
  }
}

/** UTF-8, or UTF-16 where a byte order mark says so, as Windows PowerShell writes it. */
export const decoded = (bytes: Uint8Array): string => new TextDecoder(encodingOf(bytes)).decode(bytes);

const encodingOf = (bytes: Uint8Array): string =>
  bytes[0] === 0xff && bytes[1] === 0xfe
    ? 'utf-16le'
    : bytes[0] === 0xfe && bytes[1] === 0xff
      ? 'utf-16be'
      : 'utf-8';

const megabytes = (bytes: number): string => `${(bytes / 1048576).toFixed(1).replace(/\.0$/, '')} MB`;

/** How far a decoder that is fed prefixes comes: the longest valid prefix, found by halving. */
function firstInvalidByte(bytes: Uint8Array): number {
  const valid = (length: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (valid(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function lineOf(bytes: Uint8Array, at: number): number {
  let line = 1;
  for (let i = 0; i < at; i++) if (bytes[i] === 0x0a) line += 1;
  return line;
}
