import { responseFlag } from './response-flag.ts';

/** One route's fault, in numbers (source/extensions/filters/http/fault/fault_filter.cc). */
export interface FaultRule {
  /** 0: no delay, and then no DI either. */
  readonly delayUs: number;
  readonly delayNumerator: number;
  /** 0: no abort. */
  readonly abortStatus: number;
  readonly abortNumerator: number;
  /** Of both numerators; Istio sends parts per million. */
  readonly denominator: 100 | 10_000 | 1_000_000;
  /** Requests of this proxy that may be under a fault at once; Infinity: Envoy's default. */
  readonly maxActiveFaults: number;
}

/** What became of a request at the fault filter. */
export interface FaultDecision {
  readonly delayUs: number;
  /** 0: the request goes on to its route. */
  readonly abortStatus: number;
  /** Bits of `responseFlag`: DI, FI, both or none. */
  readonly flags: number;
  readonly reason: 'no-fault' | 'delay' | 'abort' | 'delay-then-abort' | 'too-many-active-faults';
}

/**
 * Envoy's test of a percentage: `random mod denominator < numerator`
 * (source/common/protobuf/utility.cc, evaluateFractionalPercent). `random` is a whole number below 2^53; with 32 bits and
 * a denominator of one million the share is off by less than 2.4e-4 of itself.
 */
export function inFraction(random: number, numerator: number, denominator: number): boolean {
  return random % denominator < numerator;
}

/** At the request's headers: how long it is held, 0 for not at all. */
export function faultDelayUs(rule: FaultRule, activeFaults: number, random: number): number {
  if (activeFaults >= rule.maxActiveFaults) return 0;
  return inFraction(random, rule.delayNumerator, rule.denominator) ? rule.delayUs : 0;
}

/**
 * After the delay, or at the headers of a request that was not delayed: the status to answer with, 0 to go on.
 * The limit of active faults is asked at the headers alone: a request that was delayed is under a fault already.
 */
export function faultAbortStatus(
  rule: FaultRule,
  activeFaults: number,
  delayed: boolean,
  random: number,
): number {
  if (!delayed && activeFaults >= rule.maxActiveFaults) return 0;
  return inFraction(random, rule.abortNumerator, rule.denominator) ? rule.abortStatus : 0;
}

const none: FaultDecision = { delayUs: 0, abortStatus: 0, flags: 0, reason: 'no-fault' };
const tooMany: FaultDecision = { ...none, reason: 'too-many-active-faults' };

/**
 * Both draws in their order. They are independent of each other and of the stream's own number; so a proxy of ours makes
 * both at the headers, where Envoy draws for the abort once the delay is over.
 */
export function decideFault(
  rule: FaultRule,
  activeFaults: number,
  randomDelay: number,
  randomAbort: number,
): FaultDecision {
  if (activeFaults >= rule.maxActiveFaults) return tooMany;
  const delayUs = faultDelayUs(rule, activeFaults, randomDelay);
  const abortStatus = faultAbortStatus(rule, activeFaults, delayUs > 0, randomAbort);
  if (delayUs === 0 && abortStatus === 0) return none;
  const delayFlag = delayUs > 0 ? responseFlag.DI : 0;
  const abortFlag = abortStatus > 0 ? responseFlag.FI : 0;
  const reason = delayUs === 0 ? 'abort' : abortStatus === 0 ? 'delay' : 'delay-then-abort';
  return { delayUs, abortStatus, flags: delayFlag | abortFlag, reason };
}
