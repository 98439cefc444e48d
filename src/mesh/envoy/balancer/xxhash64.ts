/** A number of 64 bits as two halves without sign. */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

/**
 * The value of a hash policy: xxHash64 with seed 0 of a header's value, a cookie's value, or the source address as text
 * (Envoy, source/common/http/hash_policy.cc). A request without that header, cookie or address has no hash, and the
 * balancer then takes a random one.
 */
export function hashOf(text: string): Hash64 {
  return xxHash64(text);
}

/** Turned left by so many of its 64 bits. */
export function turnedLeft(hash: Hash64, bits: number): Hash64 {
  let turned = hash;
  for (let bit = 0; bit < bits; bit += 1) {
    turned = {
      high: ((turned.high << 1) | (turned.low >>> 31)) >>> 0,
      low: ((turned.low << 1) | (turned.high >>> 31)) >>> 0,
    };
  }
  return turned;
}

/** Bit by bit exclusive or. */
export const laidOver = (a: Hash64 | undefined, b: Hash64): Hash64 =>
  a === undefined ? b : { high: (a.high ^ b.high) >>> 0, low: (a.low ^ b.low) >>> 0 };

/**
 * XXH64 of bytes, or of text as UTF-8 (Y. Collet, "xxHash fast digest algorithm", version 0.1.1, section XXH64).
 * @param seed 32 bits without sign.
 */
export function xxHash64(input: string | Uint8Array, seed = 0): Hash64 {
  const bytes = typeof input === 'string' ? utf8.encode(input) : input;
  const length = bytes.length;
  let at = 0;

  if (length >= 32) {
    // Four lanes of eight bytes each; their accumulators begin at seed + P1 + P2, seed + P2, seed, seed - P1.
    add(P1_HIGH, P1_LOW, P2_HIGH, P2_LOW);
    add(high, low, 0, seed);
    laneHigh[0] = high;
    laneLow[0] = low;
    add(P2_HIGH, P2_LOW, 0, seed);
    laneHigh[1] = high;
    laneLow[1] = low;
    laneHigh[2] = 0;
    laneLow[2] = seed;
    add(MINUS_P1_HIGH, MINUS_P1_LOW, 0, seed);
    laneHigh[3] = high;
    laneLow[3] = low;
    for (; at + 32 <= length; at += 32) {
      for (let lane = 0; lane < 4; lane += 1) {
        const from = at + 8 * lane;
        round(laneHigh[lane]!, laneLow[lane]!, word(bytes, from + 4), word(bytes, from));
        laneHigh[lane] = high;
        laneLow[lane] = low;
      }
    }
    let sumHigh = 0;
    let sumLow = 0;
    for (let lane = 0; lane < 4; lane += 1) {
      rotate(laneHigh[lane]!, laneLow[lane]!, TURNS[lane]!);
      add(sumHigh, sumLow, high, low);
      sumHigh = high;
      sumLow = low;
    }
    for (let lane = 0; lane < 4; lane += 1) {
      round(0, 0, laneHigh[lane]!, laneLow[lane]!);
      multiply(sumHigh ^ high, sumLow ^ low, P1_HIGH, P1_LOW);
      add(high, low, P4_HIGH, P4_LOW);
      sumHigh = high;
      sumLow = low;
    }
  } else {
    add(P5_HIGH, P5_LOW, 0, seed);
  }
  add(high, low, 0, length);
  let hashHigh = high;
  let hashLow = low;

  for (; at + 8 <= length; at += 8) {
    round(0, 0, word(bytes, at + 4), word(bytes, at));
    rotate(hashHigh ^ high, hashLow ^ low, 27);
    multiply(high, low, P1_HIGH, P1_LOW);
    add(high, low, P4_HIGH, P4_LOW);
    hashHigh = high;
    hashLow = low;
  }
  if (at + 4 <= length) {
    multiply(0, word(bytes, at), P1_HIGH, P1_LOW);
    rotate(hashHigh ^ high, hashLow ^ low, 23);
    multiply(high, low, P2_HIGH, P2_LOW);
    add(high, low, P3_HIGH, P3_LOW);
    hashHigh = high;
    hashLow = low;
    at += 4;
  }
  for (; at < length; at += 1) {
    multiply(0, bytes[at]!, P5_HIGH, P5_LOW);
    rotate(hashHigh ^ high, hashLow ^ low, 11);
    multiply(high, low, P1_HIGH, P1_LOW);
    hashHigh = high;
    hashLow = low;
  }

  // hash ^= hash >> 33, times P2, ^= >> 29, times P3, ^= >> 32.
  multiply(hashHigh, hashLow ^ (hashHigh >>> 1), P2_HIGH, P2_LOW);
  multiply(high ^ (high >>> 29), low ^ ((low >>> 29) | (high << 3)), P3_HIGH, P3_LOW);
  return { high, low: (low ^ high) >>> 0 };
}

const utf8 = new TextEncoder();

// The five primes of the specification, in halves.
const P1_HIGH = 0x9e3779b1;
const P1_LOW = 0x85ebca87;
const P2_HIGH = 0xc2b2ae3d;
const P2_LOW = 0x27d4eb4f;
const P3_HIGH = 0x165667b1;
const P3_LOW = 0x9e3779f9;
const P4_HIGH = 0x85ebca77;
const P4_LOW = 0xc2b2ae63;
const P5_HIGH = 0x27d4eb2f;
const P5_LOW = 0x165667c5;
/** 2^64 - P1. */
const MINUS_P1_HIGH = ~P1_HIGH >>> 0;
const MINUS_P1_LOW = -P1_LOW >>> 0;
const TURNS = [1, 7, 12, 18];

const laneHigh = new Uint32Array(4);
const laneLow = new Uint32Array(4);

/** The result of the arithmetic below, which thus allocates nothing. */
let high = 0;
let low = 0;

function add(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const sum = aLow + bLow;
  low = sum >>> 0;
  high = (aHigh + bHigh + (sum > 0xffffffff ? 1 : 0)) >>> 0;
}

/** Modulo 2^64: the low halves as pieces of 16 bits, so that each product fits. Halves may have a sign, as in `rotate`. */
function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const a0 = aLow & 0xffff;
  const a1 = aLow >>> 16;
  const b0 = bLow & 0xffff;
  const b1 = bLow >>> 16;
  const first = a0 * b0;
  const middle = a0 * b1 + (first >>> 16);
  const second = a1 * b0 + (middle & 0xffff);
  low = ((second << 16) | (first & 0xffff)) >>> 0;
  const carried = a1 * b1 + (middle >>> 16) + (second >>> 16);
  high = (carried + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) >>> 0;
}

/** To the left, by 1 .. 31 bits. */
function rotate(aHigh: number, aLow: number, bits: number): void {
  high = ((aHigh << bits) | (aLow >>> (32 - bits))) >>> 0;
  low = ((aLow << bits) | (aHigh >>> (32 - bits))) >>> 0;
}

/** One lane's step: rotate(accumulator + input * P2, 31) * P1. */
function round(accHigh: number, accLow: number, inputHigh: number, inputLow: number): void {
  multiply(inputHigh, inputLow, P2_HIGH, P2_LOW);
  add(accHigh, accLow, high, low);
  rotate(high, low, 31);
  multiply(high, low, P1_HIGH, P1_LOW);
}

/** Four bytes, the lowest first. */
function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
