/**
 * What a number given to a function of this folder may be. Each check throws a RangeError that names the argument and
 * says what was expected, so that a wrong argument can never come back as NaN.
 */

export function refuse(name: string, value: unknown, expected: string): never {
  throw new RangeError(`${name} must be ${expected}, got ${show(value)}`);
}

export function mustBeFinite(name: string, value: number): void {
  if (!isWithin(value, -1e150, 1e150)) refuse(name, value, 'a finite number (up to 1e150 in size)');
}

/** A rate, a time or a ratio. The bounds keep squares and quotients of two of them finite. */
export function mustBePositive(name: string, value: number): void {
  if (!isWithin(value, 1e-150, 1e150)) refuse(name, value, 'a number above 0 (from 1e-150 to 1e150)');
}

export function mustBeNonNegative(name: string, value: number): void {
  if (value !== 0 && !isWithin(value, 1e-150, 1e150))
    refuse(name, value, 'a number, 0 or more (up to 1e150)');
}

/** A parameter of a distribution: beyond these bounds its logarithms lose the digits that a probability needs. */
export function mustBeShape(name: string, value: number): void {
  if (!isWithin(value, 1e-100, 1e15)) refuse(name, value, 'between 1e-100 and 1e15');
}

export function mustBeInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value)) refuse(name, value, 'an integer');
}

/** A number of things: an integer, `least` or more. */
export function mustBeCount(name: string, value: number, least = 0): void {
  if (!(Number.isSafeInteger(value) && value >= least)) refuse(name, value, `an integer, ${least} or more`);
}

/** A probability, 0 and 1 included; below 1e-300 a double loses its digits. */
export function mustBeShare(name: string, value: number): void {
  if (value !== 0 && !isWithin(value, 1e-300, 1)) refuse(name, value, 'between 0 and 1 (0, or from 1e-300)');
}

/** A probability other than 0 and 1, as a confidence or a significance level is. */
export function mustBeInnerShare(name: string, value: number): void {
  if (!isWithin(value, 1e-300, 1) || value === 1) refuse(name, value, 'above 0 and below 1');
}

export function isWithin(value: number, low: number, high: number): boolean {
  return typeof value === 'number' && value >= low && value <= high;
}

export function mustBeNumbers(name: string, values: readonly number[], least = 0): void {
  if (!Array.isArray(values) || values.length < least)
    refuse(name, values, `a list of ${least} or more numbers`);
  for (let i = 0; i < values.length; i += 1) mustBeFinite(`${name}[${i}]`, values[i]!);
}

export function mustBeCounts(name: string, values: readonly number[], length?: number): void {
  if (!Array.isArray(values) || values.length === 0) refuse(name, values, 'a list of counts');
  if (length !== undefined && values.length !== length) refuse(name, values, `a list of ${length} counts`);
  for (let i = 0; i < values.length; i += 1) mustBeCount(`${name}[${i}]`, values[i]!);
}

/** Weights of versions: none negative, at least one above 0, and none so small that its share has no digits left. */
export function mustBeWeights(name: string, values: readonly number[]): void {
  if (!Array.isArray(values) || values.length === 0) refuse(name, values, 'a list of weights');
  for (let i = 0; i < values.length; i += 1) mustBeNonNegative(`${name}[${i}]`, values[i]!);
  const total = values.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0 && total < Infinity)) refuse(name, values, 'weights with a positive sum');
  const faint = values.findIndex((weight) => weight > 0 && weight / total < 1e-100);
  if (faint >= 0) refuse(`${name}[${faint}]`, values[faint], `0, or at least 1e-100 of the sum ${total}`);
}

/** A sequence of 0 and 1: which requests the version got. */
export function mustBeBits(name: string, values: readonly number[], least = 0): void {
  if (!Array.isArray(values) || values.length < least)
    refuse(name, values, `a list of ${least} or more 0 and 1`);
  for (let i = 0; i < values.length; i += 1) {
    if (values[i] !== 0 && values[i] !== 1) refuse(`${name}[${i}]`, values[i], '0 or 1');
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value))
    return value.length > 8 ? `a list of ${value.length}` : `[${value.map(show).join(', ')}]`;
  return String(value);
}
