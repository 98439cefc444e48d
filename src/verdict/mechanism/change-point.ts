import { ln } from '../../kernel/math.ts';
import { binomInterval } from '../../stats/index.ts';
import { plural } from '../../words/number.ts';
import { changeInterval, type ChangeModel } from '../change-interval.ts';
import { best, logMean } from './likelihood.ts';
import type { Description, Evidence, Mechanism } from './mechanism.ts';
import { sharesText } from './words.ts';

/** Requests that the shortest side of an unknown change must have. */
const leastSide = 2;

/**
 * Fitted: `at` (requests before the change) with its `interval`; `atUs` and `intervalUs` where times are known; which side
 * is `asConfigured` ("before", "after" or "neither"); shares `before` and `after` with Wilson intervals. Where a change was
 * said to happen: `lateBy` requests (negative: early), with the interval of the change.
 */
export const changePoint: Mechanism = {
  because: 'the share changes once on the way: a rule arrived, or was replaced, while it was watched',
  common: 1,
  needs: 'sequence',
  spansRules: true,
  settledBy: 'when the rule was applied, and the times of the requests',
  logLikelihood: (evidence) => {
    const { sequence, rules } = evidence;
    if (rules.length > 2 || sequence.length < 2 * leastSide) return -Infinity;
    if (rules.length === 2) {
      const [old, next] = rules as [readonly number[], readonly number[]];
      const before = runningDraws(sequence, old);
      const after = runningDraws(reversed(sequence), next);
      return logMean(before.map((own, cut) => own + after[sequence.length - cut]!));
    }
    return logMean(models.map((model) => logMean(logCuts(evidence, model))));
  },
  describe: (evidence, conf) =>
    evidence.rules.length === 2 ? describeLate(evidence, conf) : describeUnknown(evidence, conf),
};

/** Which side of the change has the configured weights; the other side's are unknown. */
const models = ['before', 'after', 'neither'] as const;
type Model = (typeof models)[number];

/** ln likelihood of each cut that leaves both sides long enough. */
function logCuts({ sequence, rules }: Evidence, model: Model): Float64Array {
  const n = sequence.length;
  const backwards = reversed(sequence);
  const before =
    model === 'before' ? runningDraws(sequence, rules[0]!) : runningUnknown(sequence, rules[0]!.length);
  const after =
    model === 'after' ? runningDraws(backwards, rules[0]!) : runningUnknown(backwards, rules[0]!.length);
  return Float64Array.from(
    { length: n - 2 * leastSide + 1 },
    (_, i) => before[i + leastSide]! + after[n - i - leastSide]!,
  );
}

const reversed = (sequence: Int32Array): Int32Array => sequence.slice().reverse();

/** ln probability of each beginning of the sequence under draws from these shares. */
function runningDraws(sequence: Int32Array, shares: readonly number[]): Float64Array {
  const logs = shares.map((share) => ln(share));
  const running = new Float64Array(sequence.length + 1);
  for (let i = 0; i < sequence.length; i++) running[i + 1] = running[i]! + logs[sequence[i]!]!;
  return running;
}

/** The same under draws from unknown shares, Dirichlet(1): the next key has probability (count + 1) / (n + keys). */
function runningUnknown(sequence: Int32Array, keys: number): Float64Array {
  const counts = new Float64Array(keys);
  const running = new Float64Array(sequence.length + 1);
  for (let i = 0; i < sequence.length; i++) {
    const key = sequence[i]!;
    running[i + 1] = running[i]! + ln((counts[key]! + 1) / (i + keys));
    counts[key]! += 1;
  }
  return running;
}

/** One rule was said to be in force: it came, or went, on the way. */
function describeUnknown(evidence: Evidence, conf: number): Description {
  const { keys, rules, sequence } = evidence;
  const model = best(models, (own) => logMean(logCuts(evidence, own)));
  const sides: ChangeModel = {
    before: model === 'before' ? rules[0]! : undefined,
    after: model === 'after' ? rules[0]! : undefined,
  };
  const { at, interval } = changeInterval(sequence, keys.length, sides, conf);
  const before = observed(sequence.subarray(0, at), keys.length, conf);
  const after = observed(sequence.subarray(at), keys.length, conf);
  const rule = {
    before: 'the configured weights were in force before, and no longer after',
    after: 'the configured weights were in force only after',
    neither: 'the configured weights fit neither side',
  }[model];
  return {
    sentence: `the share changes after ${plural(at, 'request')} (between ${interval[0]} and ${interval[1]}), from ${sharesText(keys, before.shares)} to ${sharesText(keys, after.shares)}: ${rule}`,
    fitted: { at, interval, asConfigured: model, before, after, ...times(evidence, at, interval) },
  };
}

/** Two rules and the moment between them are known: the new one was late, or early. */
function describeLate(evidence: Evidence, conf: number): Description {
  const { keys, rules, ruleOf, sequence } = evidence;
  const { at, interval } = changeInterval(
    sequence,
    keys.length,
    { before: rules[0]!, after: rules[1]! },
    conf,
  );
  const said = ruleOf.indexOf(1);
  const configuredAt = said < 0 ? sequence.length : said;
  const lateBy = at - configuredAt;
  const how =
    lateBy === 0
      ? 'just when it was said to'
      : `${plural(Math.abs(lateBy), 'request')} ${lateBy > 0 ? 'later' : 'earlier'} than said`;
  return {
    sentence: `the new rule took effect after ${plural(at, 'request')} (between ${interval[0]} and ${interval[1]}), ${how}`,
    fitted: { at, interval, configuredAt, lateBy, ...times(evidence, at, interval) },
  };
}

function observed(part: Int32Array, keys: number, conf: number) {
  const counts = new Array<number>(keys).fill(0);
  for (const key of part) counts[key]! += 1;
  return {
    shares: counts.map((count) => (part.length === 0 ? 0 : count / part.length)),
    intervals: counts.map((k) => binomInterval({ k, n: part.length, conf, method: 'wilson' })),
  };
}

/** When: the first request after the change. */
function times({ timesUs }: Evidence, at: number, interval: readonly [number, number]) {
  if (timesUs === undefined || timesUs.some(Number.isNaN)) return {};
  const of = (cut: number): number => timesUs[Math.min(cut, timesUs.length - 1)]!;
  return { atUs: of(at), intervalUs: [of(interval[0]), of(interval[1])] };
}
