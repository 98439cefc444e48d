import type { Input } from './kind/fuzz-kind.ts';

/**
 * The same breach from less text: lines of each text are left out, halves first, then less, as long as it stays
 * (delta debugging, A. Zeller and R. Hildebrandt, 2002).
 * @param breaks whether an input still breaks in the same way. @param most inputs to try.
 */
export async function smaller(
  input: Input,
  breaks: (input: Input) => Promise<boolean>,
  most = 600,
): Promise<Input> {
  let [least, left] = [input, most];
  for (const name of Object.keys(input)) {
    for (let size = Math.ceil(linesIn(least, name).length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < linesIn(least, name).length && left > 0;) {
        const lines = linesIn(least, name);
        lines.splice(at, size);
        const tried = { ...least, [name]: lines.join('\n') };
        left -= 1;
        if (await breaks(tried)) least = tried;
        else at += size;
      }
    }
  }
  return least;
}

const linesIn = (input: Input, name: string): string[] => input[name]!.split('\n');

/** What a breach is called: its first line without numbers and names, so that a smaller input may have others. */
export const nameOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .split('\n')[0]!
    .replace(/"[^"]*"|'[^']*'/g, '"')
    .replace(/-?\d[\d.,e+-]*/g, '0');
