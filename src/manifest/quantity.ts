/**
 * Durations as Go writes them (`1h2m`, `1.5s`), percentages, and Kubernetes' quantities (`250m`, `128Mi`). All are
 * read digit by digit: a float on the way would turn 100us into 99.99999999999999.
 */

const durationUnitsNs = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** Go's time.Duration is an int64 of nanoseconds: about 292 years. */
const longestNs = 9_223_372_036_854_775_807n;

/** `1h30m`, `1.5s`, `100us`, `0` to whole microseconds, as Go's time.ParseDuration reads them. Less than 0 and parts of a microsecond are refused. */
export function parseDuration(text: string): { readonly us: number } | { readonly problem: string } {
  const ns = parseDurationNs(text);
  if (typeof ns === 'string') return { problem: ns };
  if (ns < 0n) return { problem: `invalid duration "${text}": must not be negative` };
  if (ns % 1_000n !== 0n)
    return { problem: `invalid duration "${text}": whole microseconds are the finest unit` };
  return { us: Number(ns / 1_000n) };
}

/** The same in whole nanoseconds, or what is wrong, in Go's words. */
export function parseDurationNs(text: string): bigint | string {
  const sign = /^[+-]/.test(text) ? text[0]! : '';
  const body = text.slice(sign.length);
  if (body === '0') return 0n;
  if (body === '') return `invalid duration "${text}"`;
  const part = /(\d*)(\.\d*)?([^\d.]*)/y;
  let totalNs = 0n;
  while (part.lastIndex < body.length) {
    const [all, whole, fraction = '', unit] = part.exec(body)!;
    if (all === '' || (whole === '' && fraction.length < 2)) return `invalid duration "${text}"`;
    if (unit === '') return `missing unit in duration "${text}"`;
    const unitNs = durationUnitsNs.get(unit!);
    if (unitNs === undefined) return `unknown unit "${unit}" in duration "${text}"`;
    if (whole!.length > 19) return `invalid duration "${text}"`;
    totalNs += BigInt(whole === '' ? 0 : whole!) * unitNs + fractionOf(fraction.slice(1, 19), unitNs);
    if (totalNs > longestNs) return `invalid duration "${text}"`;
  }
  return sign === '-' ? -totalNs : totalNs;
}

/** 0.digits of a unit, cut (not rounded) to a whole number as Go does. */
const fractionOf = (digits: string, unit: bigint): bigint =>
  digits === '' ? 0n : (BigInt(digits) * unit) / powerOfTen(digits.length);

/** Microseconds as Go's Duration.String would print them, with two differences: `m0s` and `h0m` are left out. */
export function formatDuration(us: number): string {
  if (us < 0) return `-${formatDuration(-us)}`;
  if (us === 0) return '0s';
  if (us < 1_000) return `${trim(us, 1)}us`;
  if (us < 1_000_000) return `${trim(us, 1_000)}ms`;
  const hours = Math.floor(us / 3_600_000_000);
  const minutes = Math.floor((us % 3_600_000_000) / 60_000_000);
  const restUs = us % 60_000_000;
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${restUs > 0 ? `${trim(restUs, 1_000_000)}s` : ''}`;
}

/** A quotient without trailing zeros; a part of a microsecond is kept to three digits. */
function trim(us: number, unitUs: number): string {
  const digits = unitUs === 1_000_000 ? 6 : 3;
  return (us / unitUs).toFixed(digits).replace(/\.?0+$/, '');
}

/** `0.5%` to the share 0.005. The sign is required: 0.5 alone could mean either. */
export function parsePercent(text: string): { readonly share: number } | { readonly problem: string } {
  const found = /^(\d+(?:\.\d+)?|\.\d+) ?%$/.exec(text);
  if (found === null) {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    // 0.1 is more often a tenth than a thousandth.
    const hint =
      value > 0 && value < 1
        ? `; write "${Number((value * 100).toPrecision(12))}%", or "${text}%" if that is meant`
        : value >= 0
          ? `; write "${text}%"`
          : '';
    return {
      problem: `invalid percentage "${text}": expected a number with its sign, such as 99% or 0.5%${hint}`,
    };
  }
  // Shifting the point in the digits keeps 0.1% at the double nearest to 0.001; dividing would not always.
  const share = Number(`${found[1]}e-2`);
  return share <= 1 ? { share } : { problem: `invalid percentage "${text}": more than 100%` };
}

const decimalExponents = new Map<string, number>([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);

const binaryExponents = new Map<string, bigint>([
  ['Ki', 10n],
  ['Mi', 20n],
  ['Gi', 30n],
  ['Ti', 40n],
  ['Pi', 50n],
  ['Ei', 60n],
]);

/** A quantity as the fraction that it is; both parts are whole, the second is above 0. */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A Kubernetes quantity (apimachinery pkg/api/resource/quantity.go). Kubernetes' own words where it is none. */
function parseQuantity(text: string): Fraction | { readonly problem: string } {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:([numkMGTPE]|[KMGTPE]i)?|[eE]([+-]?\d{1,2}))$/.exec(text);
  if (found === null || (found[2] === '' && (found[3] ?? '') === '') || text.length > 64) {
    const hint = /^\d+(\.\d+)?K$/.test(text) ? `; "k" is 1000 and "Ki" is 1024` : '';
    return {
      problem: `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$': "${text}"${hint}`,
    };
  }
  const [, sign, whole = '', fraction = '', suffix = '', exponent] = found;
  let numerator = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  let denominator = powerOfTen(fraction.length);
  const ten = exponent === undefined ? decimalExponents.get(suffix) : Number(exponent);
  if (ten === undefined) numerator <<= binaryExponents.get(suffix)!;
  else if (ten >= 0) numerator *= powerOfTen(ten);
  else denominator *= powerOfTen(-ten);
  return { numerator, denominator };
}

/** Whole units of 1/perUnit, rounded up (away from 0), as Quantity.Value and MilliValue do. */
function roundedUp({ numerator, denominator }: Fraction, perUnit: bigint): number {
  const size = (numerator < 0n ? -numerator : numerator) * perUnit;
  const units = Number((size + denominator - 1n) / denominator);
  return numerator < 0n ? -units : units;
}

function parseAmount(
  text: string,
  perUnit: bigint,
): { readonly value: number } | { readonly problem: string } {
  const parsed = parseQuantity(text);
  if ('problem' in parsed) return parsed;
  if (parsed.numerator < 0n) return { problem: 'must be greater than or equal to 0' };
  return { value: roundedUp(parsed, perUnit) };
}

/** What is wrong with the form of a quantity; undefined where it is one. Its sign is not looked at. */
export function quantityProblem(text: string): string | undefined {
  const parsed = parseQuantity(text);
  return 'problem' in parsed ? parsed.problem : undefined;
}

/** `100`, `10k`, `250m`, `-1` in thousandths, rounded up; undefined for what is no quantity. */
export function quantityMilli(text: string): number | undefined {
  const parsed = parseQuantity(text);
  return 'problem' in parsed ? undefined : roundedUp(parsed, 1_000n);
}

/** `0.05` and `50m`, in units of 1/perUnit, as the double nearest to them; undefined for what is no quantity. */
export function quantityNumber(text: string, perUnit = 1n): number | undefined {
  const parsed = parseQuantity(text);
  return 'problem' in parsed ? undefined : Number(parsed.numerator * perUnit) / Number(parsed.denominator);
}

/** Whether the first quantity is above the second, compared exactly; false where one is no quantity. */
export function quantityAbove(first: string, second: string): boolean {
  const [a, b] = [parseQuantity(first), parseQuantity(second)];
  if ('problem' in a || 'problem' in b) return false;
  return a.numerator * b.denominator > b.numerator * a.denominator;
}

/** `250m`, `0.5`, `2` to millicores. */
export function parseCpu(text: string): { readonly millicores: number } | { readonly problem: string } {
  const parsed = parseAmount(text, 1_000n);
  return 'value' in parsed ? { millicores: parsed.value } : parsed;
}

/** `128Mi`, `1Gi`, `500k` to bytes. `1K` is refused: Kubernetes knows k and Ki. */
export function parseMemory(text: string): { readonly bytes: number } | { readonly problem: string } {
  const parsed = parseAmount(text, 1n);
  return 'value' in parsed ? { bytes: parsed.value } : parsed;
}

const powerOfTen = (exponent: number): bigint => BigInt(`1${'0'.repeat(exponent)}`);
