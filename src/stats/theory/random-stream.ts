import { mustBeCount, refuse } from '../argument.ts';

const M1 = 4294967087;
const M2 = 4294944443;

type Triple = readonly [number, number, number];
type Matrix = readonly (readonly [bigint, bigint, bigint])[];

/** One step of each of the two recurrences, as a matrix on (x_{n-3}, x_{n-2}, x_{n-1}). */
const STEP1: Matrix = [
  [0n, 1n, 0n],
  [0n, 0n, 1n],
  [BigInt(M1) - 810728n, 1403580n, 0n],
];
const STEP2: Matrix = [
  [0n, 1n, 0n],
  [0n, 0n, 1n],
  [BigInt(M2) - 1370589n, 0n, 527612n],
];

/**
 * `count` uniforms of MRG32k3a from the six-number seed, after `stream` jumps of 2^127 and `substream` jumps of 2^76
 * (P. L'Ecuyer, Operations Research 47, 1999; L'Ecuyer, Simard, Chen, Kelton, Operations Research 50, 2002). Each lies
 * strictly between 0 and 1. The same numbers as R's "L'Ecuyer-CMRG" with nextRNGStream and nextRNGSubStream.
 * @throws RangeError unless the seed is six integers, the first three below 4294967087 and not all 0, the others below
 * 4294944443 and not all 0; stream, substream and count are counts, count at most 1e8.
 */
export function mrg32k3a({
  seed,
  stream,
  substream,
  count,
}: {
  readonly seed: readonly number[];
  readonly stream: number;
  readonly substream: number;
  readonly count: number;
}): number[] {
  mustBeSeed(seed);
  mustBeCount('stream', stream);
  mustBeCount('substream', substream);
  mustBeCount('count', count);
  if (count > 1e8) refuse('count', count, 'at most 100000000');
  const steps = (BigInt(stream) << 127n) + (BigInt(substream) << 76n);
  let [a0, a1, a2] = jump(STEP1, steps, M1, [seed[0]!, seed[1]!, seed[2]!]);
  let [b0, b1, b2] = jump(STEP2, steps, M2, [seed[3]!, seed[4]!, seed[5]!]);
  const uniforms: number[] = [];
  for (let i = 0; i < count; i += 1) {
    // Every product stays below 2^53.
    const a = modulo(1403580 * a1 - 810728 * a0, M1);
    const b = modulo(527612 * b2 - 1370589 * b0, M2);
    [a0, a1, a2] = [a1, a2, a];
    [b0, b1, b2] = [b1, b2, b];
    uniforms.push((a <= b ? a - b + M1 : a - b) / (M1 + 1));
  }
  return uniforms;
}

function modulo(x: number, m: number): number {
  const rest = x % m;
  return rest < 0 ? rest + m : rest;
}

/** The state after that many steps. */
function jump(step: Matrix, steps: bigint, modulus: number, state: Triple): Triple {
  const m = BigInt(modulus);
  let [x, y, z] = state.map(BigInt) as [bigint, bigint, bigint];
  let power = step;
  for (let left = steps; left > 0n; left >>= 1n) {
    if (left & 1n)
      [x, y, z] = power.map((row) => (row[0] * x + row[1] * y + row[2] * z) % m) as [bigint, bigint, bigint];
    power = multiply(power, power, m);
  }
  return [Number(x), Number(y), Number(z)];
}

function multiply(a: Matrix, b: Matrix, m: bigint): Matrix {
  const cell = (row: readonly [bigint, bigint, bigint], j: 0 | 1 | 2) =>
    (row[0] * b[0]![j] + row[1] * b[1]![j] + row[2] * b[2]![j]) % m;
  return a.map((row) => [cell(row, 0), cell(row, 1), cell(row, 2)]);
}

function mustBeSeed(seed: readonly number[]): void {
  if (!Array.isArray(seed) || seed.length !== 6) refuse('seed', seed, 'a list of six integers');
  seed.forEach((value, i) => {
    const modulus = i < 3 ? M1 : M2;
    if (!(Number.isInteger(value) && value >= 0 && value < modulus)) {
      refuse(`seed[${i}]`, value, `an integer in 0 .. ${modulus - 1}`);
    }
  });
  if (seed.slice(0, 3).every((value) => value === 0)) refuse('seed', seed, 'other than 0 in its first three');
  if (seed.slice(3).every((value) => value === 0)) refuse('seed', seed, 'other than 0 in its last three');
}
