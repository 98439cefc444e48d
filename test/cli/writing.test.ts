import { describe, expect, test } from 'vitest';
import { Refused } from '../../src/experiment/check/refused.ts';
import { exit } from '../../src/cli/io.ts';
import { writing, writingAgain } from '../../src/cli/writing.ts';

/** With which code a command would exit whose writing the system refuses so. */
const exitOf = async (write: typeof writing, code: string): Promise<number> => {
  const refused = await write('out', () => Promise.reject(Object.assign(new Error(code), { code }))).catch(
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(Refused);
  return exit[(refused as Refused).kind];
};

describe('what cannot be written', () => {
  // EX_TEMPFAIL of sysexits.h: 75.
  test.each([
    ['ENOSPC', 3, 75],
    ['ESTALE', 3, 75],
    ['EACCES', 3, 3],
    ['ENOTDIR', 3, 3],
  ])('by %s exits with %i, and with %i where it may be tried again', async (code, once, again) => {
    expect(await exitOf(writing, code)).toBe(once);
    expect(await exitOf(writingAgain, code)).toBe(again);
  });

  test('by a mistake of ours is no refusal', async () => {
    const mistake = new Error('a mistake');
    await expect(writingAgain('out', () => Promise.reject(mistake))).rejects.toBe(mistake);
  });
});
