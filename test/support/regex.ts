import { linearRegex, type LinearRegex } from '../../src/manifest/linear-regex.ts';

/** A pattern of a test that RE2 reads. */
export function compiled(pattern: string): LinearRegex {
  const read = linearRegex(pattern);
  if ('problem' in read) throw new Error(read.problem);
  return read;
}
