import { describe, expect, test } from 'vitest';
import { Chance } from '../../../src/kernel/chance.ts';
import {
  decideFault,
  faultAbortStatus,
  faultDelayUs,
  inFraction,
  type FaultRule,
} from '../../../src/mesh/envoy/fault.ts';
import { isMirrored } from '../../../src/mesh/envoy/mirror.ts';
import { flagText } from '../../../src/mesh/envoy/response-flag.ts';
import { intervalOf, moduloTotal } from '../../../src/mesh/envoy/weighted-cluster.ts';

const rule = (own: Partial<FaultRule>): FaultRule => ({
  delayUs: 0,
  delayNumerator: 0,
  abortStatus: 0,
  abortNumerator: 0,
  denominator: 1_000_000,
  maxActiveFaults: Infinity,
  ...own,
});

describe('the percentage test', () => {
  test.each([
    { random: 0, numerator: 1, denominator: 100, hit: true, because: '0 < 1' },
    { random: 99, numerator: 99, denominator: 100, hit: false, because: 'strictly below' },
    { random: 199, numerator: 100, denominator: 100, hit: true, because: 'all are hit' },
    { random: 0, numerator: 0, denominator: 1_000_000, hit: false, because: 'none is hit' },
    { random: 1_000_999, numerator: 1000, denominator: 1_000_000, hit: true, because: '999 < 1000: 0.1 %' },
    { random: 1_001_000, numerator: 1000, denominator: 1_000_000, hit: false, because: '1000 is not' },
  ])('$random of $numerator/$denominator: $hit, $because', ({ random, numerator, denominator, hit }) => {
    expect(inFraction(random, numerator, denominator)).toBe(hit);
  });
});

describe('a fault rule', () => {
  const both = rule({
    delayUs: 7_000_000,
    delayNumerator: 500_000,
    abortStatus: 500,
    abortNumerator: 500_000,
  });
  test.each([
    { delay: 499_999, abort: 499_999, reason: 'delay-then-abort', flags: 'DI,FI', status: 500 },
    { delay: 499_999, abort: 500_000, reason: 'delay', flags: 'DI', status: 0 },
    { delay: 500_000, abort: 499_999, reason: 'abort', flags: 'FI', status: 500 },
    { delay: 500_000, abort: 500_000, reason: 'no-fault', flags: '', status: 0 },
  ])('draws delay and abort apart: $delay and $abort give $reason', (row) => {
    const decision = decideFault(both, 0, row.delay, row.abort);
    expect(decision.reason).toBe(row.reason);
    expect(flagText(decision.flags)).toBe(row.flags);
    expect(decision.abortStatus).toBe(row.status);
    expect(decision.delayUs).toBe(row.flags.startsWith('DI') ? 7_000_000 : 0);
  });

  test('a delay of 0 is no delay and leaves no flag', () => {
    expect(decideFault(rule({ delayNumerator: 1_000_000 }), 0, 5, 5)).toEqual({
      delayUs: 0,
      abortStatus: 0,
      flags: 0,
      reason: 'no-fault',
    });
  });

  test('with as many faults active as are allowed, a request passes untouched', () => {
    const limited = { ...both, maxActiveFaults: 2 };
    expect(decideFault(limited, 1, 0, 0).reason).toBe('delay-then-abort');
    expect(decideFault(limited, 2, 0, 0)).toMatchObject({ flags: 0, reason: 'too-many-active-faults' });
    expect([faultDelayUs(limited, 2, 0), faultAbortStatus(limited, 2, false, 0)]).toEqual([0, 0]);
    // It was let in when it was delayed, and counts among the active ones itself.
    expect(faultAbortStatus(limited, 2, true, 0)).toBe(500);
  });

  test('a delay and an abort of half the requests hit a quarter together, within five standard errors', () => {
    const draw = new Chance('1').stream('fault/test');
    const trials = 20_000;
    let together = 0;
    for (let i = 0; i < trials; i += 1) {
      if (decideFault(both, 0, draw.uint32(), draw.uint32()).reason === 'delay-then-abort') together += 1;
    }
    // sqrt(n p q) = sqrt(20000 * 3/16) = 61.
    expect(Math.abs(together - trials / 4)).toBeLessThan(5 * 61);
  });
});

describe('mirroring', () => {
  test.each([
    { high: 0, low: 9, numerator: 10, denominator: 100, mirrored: true, because: '9 < 10' },
    { high: 0, low: 10, numerator: 10, denominator: 100, mirrored: false, because: '10 is not' },
    // 2^32 mod 100 = 96, so (1 * 2^32 + 4) mod 100 = 0.
    { high: 1, low: 4, numerator: 1, denominator: 100, mirrored: true, because: 'all 64 bits count' },
    { high: 1, low: 3, numerator: 1, denominator: 100, mirrored: false, because: 'all 64 bits count' },
    { high: 7, low: 7, numerator: 1_000_000, denominator: 1_000_000, mirrored: true, because: '100 %' },
    { high: 0, low: 0, numerator: 0, denominator: 1_000_000, mirrored: false, because: '0 %' },
  ])('of id $high:$low with $numerator/$denominator: $mirrored, $because', (row) => {
    expect(isMirrored(row.high, row.low, row.numerator, row.denominator)).toBe(row.mirrored);
  });

  const clusterOf = (high: number, low: number): number =>
    intervalOf(new Float64Array([30, 60, 100]), moduloTotal(high, low, 100));

  test('10 of 100 beside weights 30/30/40 copies requests of the first cluster alone', () => {
    const id = new Chance('1').stream('mirror/hundred');
    const copied = [0, 0, 0];
    for (let i = 0; i < 10_000; i += 1) {
      const high = id.uint32();
      const low = id.uint32();
      if (isMirrored(high, low, 10, 100)) copied[clusterOf(high, low)]! += 1;
    }
    expect(copied.slice(1)).toEqual([0, 0]);
    expect(copied[0]).toBeGreaterThan(0);
  });

  test('the same share in parts per million copies each cluster by its weight', () => {
    const copied = [0, 0, 0];
    // Every residue of a million once: 100000 are copied, and 100 divides 100000.
    for (let low = 0; low < 1_000_000; low += 1) {
      if (isMirrored(0, low, 100_000, 1_000_000)) copied[clusterOf(0, low)]! += 1;
    }
    expect(copied).toEqual([30_000, 30_000, 40_000]);
  });
});
