import { RE2JS, RE2JSSyntaxException } from 're2js';

/** A regular expression of RE2, whose time is linear in the text, however it is written. */
export interface LinearRegex {
  /** Envoy's FullMatch: the expression tells the whole text. */
  matchesWhole(text: string): boolean;
  /** Anywhere in the text. */
  test(text: string): boolean;
  /** The first match and its groups; a group without a part in the match is undefined. */
  exec(text: string): readonly [string, ...(string | undefined)[]] | null;
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
    };
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return { problem: error.message.replace(/^error parsing regexp: /, '') };
  }
}
