import { RE2JS, RE2JSSyntaxException } from 're2js';

/** A regular expression of RE2, whose time is linear in the text, however it is written. */
export interface LinearRegex {
  /** Envoy's FullMatch: the expression tells the whole text. */
  matchesWhole(text: string): boolean;
  /** Anywhere in the text. */
  test(text: string): boolean;
  /** The first match and its groups; a group without a part in the match is undefined. */
  exec(text: string): readonly [string, ...(string | undefined)[]] | null;
  /** Every match replaced, as by RE2's GlobalReplace: `\1` is the first group, `\0` the whole match. */
  replaceAll(text: string, substitution: string): string;
}

/**
 * Read as Go's regexp and RE2 do, which Istio and Envoy ask: no look-around, no back references, repeats up to 1000.
 * The problem is in Go's words, without its "error parsing regexp: ".
 */
export function linearRegex(pattern: string): LinearRegex | { readonly problem: string } {
  try {
    const compiled = RE2JS.compile(pattern);
    return {
      matchesWhole: (text) => compiled.testExact(text),
      test: (text) => compiled.test(text),
      exec: (text) => compiled.exec(text) as ReturnType<LinearRegex['exec']>,
      replaceAll: (text, substitution) => compiled.matcher(text).replaceAll(dollarsOf(substitution)),
    };
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return { problem: error.message.replace(/^error parsing regexp: /, '') };
  }
}

/** "/\1" of RE2 as the "/$1" of this library, and a dollar, which RE2 takes by the letter, as "$$". */
const dollarsOf = (substitution: string): string =>
  substitution.replace(/\\([\d\\])|\$/g, (_, escaped: string | undefined) =>
    escaped === undefined ? '$$' : escaped === '\\' ? '\\' : escaped === '0' ? '$&' : `$${escaped}`,
  );
