import { misread, type Misread } from './misread.ts';

/** Versions with a number each, in the order they were written. */
export interface Amounts {
  readonly keys: readonly string[];
  readonly values: readonly number[];
}

/** `v1=50,v3=50` -> its parts, or what is wrong with it. */
export function parseWeights(text: string): Amounts | Misread {
  const amounts = parseAmounts(text, /^\d+(\.\d+)?%?$/, 'a weight is a number, 0 or more');
  if ('wrong' in amounts) return amounts;
  return amounts.values.some((weight) => weight > 0)
    ? amounts
    : misread('no version has a weight above 0', 0, text.length);
}

/** `v1=11,v3=4` -> its parts, or what is wrong with it. */
export function parseTally(text: string): Amounts | Misread {
  return parseAmounts(text, /^\d{1,15}$/, 'a count is a whole number, 0 or more, of at most 15 digits');
}

function parseAmounts(text: string, number: RegExp, rule: string): Amounts | Misread {
  const keys: string[] = [];
  const values: number[] = [];
  let from = 0;
  for (const part of text.split(',')) {
    const at = from + part.length - part.trimStart().length;
    const width = part.trim().length;
    from += part.length + 1;
    const equals = part.lastIndexOf('=');
    const key = part.slice(0, Math.max(0, equals)).trim();
    const value = part.slice(equals + 1).trim();
    if (key === '')
      return misread(`"${part.trim()}" is not of the form version=number, as in v1=50,v3=50`, at, width);
    if (!number.test(value)) {
      return misread(`${key} has "${value}"; ${rule}`, at + width - value.length, value.length);
    }
    if (keys.includes(key)) return misread(`${key} comes twice`, at, key.length);
    keys.push(key);
    values.push(Number(value.replace('%', '')));
  }
  return { keys, values };
}

/** `95%`, `95` (above 1) or `0.95` -> 0.95; undefined where the text is no share between 0 and 1. */
export function parseShare(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*(%?)$/.exec(text.trim());
  if (match === null) return undefined;
  const value = Number(match[1]);
  const share = match[2] === '%' || value > 1 ? Number((value / 100).toPrecision(15)) : value;
  return share > 0 && share < 1 ? share : undefined;
}
