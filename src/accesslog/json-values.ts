/** The JSON values of a text, and what stood beside them. */
export interface JsonValues {
  readonly values: readonly unknown[];
  /** Lines, or parts of them, that are no part of a value. */
  readonly between: readonly string[];
}

/**
 * A text of JSON -> its values: one, or several one after the other with anything or nothing between them (a line each, printed over
 * several lines, answers of `curl` in a loop). Values are objects and arrays; one that is cut off at the end is no value.
 */
export function jsonValues(text: string): JsonValues {
  const plain = text.replace(/^\uFEFF/, '');
  const whole = parsed(plain);
  if (whole !== undefined) return { values: [whole], between: [] };
  const values: unknown[] = [];
  const between: string[] = [];
  let from = 0;
  let at = nextOpening(plain, 0);
  while (at >= 0) {
    const end = valueEnd(plain, at);
    if (end < 0) break;
    const value = parsed(plain.slice(at, end));
    if (value === undefined) {
      at = nextOpening(plain, at + 1);
      continue;
    }
    keepRest(plain.slice(from, at), between);
    values.push(value);
    from = end;
    at = nextOpening(plain, end);
  }
  keepRest(plain.slice(from), between);
  return { values, between };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function nextOpening(text: string, from: number): number {
  const brace = text.indexOf('{', from);
  const bracket = text.indexOf('[', from);
  return brace < 0 || bracket < 0 ? Math.max(brace, bracket) : Math.min(brace, bracket);
}

/** Behind the bracket that closes the one at `from`; -1 where there is none. Brackets in strings do not count. */
function valueEnd(text: string, from: number): number {
  const mark = /["{}[\]]/g;
  mark.lastIndex = from;
  let depth = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    if (found[0] === '"') {
      const end = stringEnd(text, found.index);
      if (end < 0) return -1;
      mark.lastIndex = end;
    } else {
      depth += found[0] === '{' || found[0] === '[' ? 1 : -1;
      if (depth === 0) return mark.lastIndex;
    }
  }
  return -1;
}

function stringEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  return -1;
}

function keepRest(text: string, between: string[]): void {
  for (const line of text.split('\n')) {
    const plain = line.trim();
    if (plain !== '' && plain !== ',') between.push(plain);
  }
}
