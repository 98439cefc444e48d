import { ln } from '../../kernel/math.ts';
import { binomTest, chiSquareGof } from '../../stats/index.ts';
import { percentTo, plural } from '../../words/number.ts';
import { best, logDraws, logMean, logUnknownDraws } from './likelihood.ts';
import type { Description, Evidence, Mechanism } from './mechanism.ts';
import { clamped, logShiftedShare, oddsRatio } from './shifted-share.ts';

/** Retries that a request may have: Istio's default. A retry stays in the drawn cluster, so it repeats the version. */
const mostRetries = 2;

/**
 * Fitted, where tries are known: `firstTries` and `retries` by key, and `pFirst`, the p-value of the first tries alone.
 * Where they are not: the `version` that fails, in a share `failing` of its tries with its interval `failingInterval`
 * (null where retries stand `adjacent`).
 */
export const retriesCounted: Mechanism = {
  because: 'each try counts as a request, and a version that fails is tried again',
  common: 1,
  needs: 'tally',
  spansRules: false,
  settledBy:
    'which try each request is (x-envoy-attempt-count at the pods), or the tally at the caller, which has a line per request',
  logLikelihood: (evidence) => {
    const { attempts, keys, sequence } = evidence;
    if (attempts !== undefined) return logKnown(evidence);
    const dispersed = logMean(keys.map((_, version) => logDispersed(evidence, version)));
    if (sequence.length === 0) return dispersed;
    const adjacent = keys.flatMap((_, version) =>
      [0.1, 0.25, 0.5, 0.75, 1].map((failing) => logAdjacent(evidence, version, failing)),
    );
    return logMean([dispersed, logMean(adjacent)]);
  },
  describe: (evidence, conf) =>
    evidence.attempts === undefined ? describeUnknown(evidence, conf) : describeKnown(evidence),
};

/** First tries are drawn; what versions the retries have is unknown. */
function logKnown(evidence: Evidence): number {
  const { first, retries } = byTry(evidence);
  return logDraws(first, evidence.rules[0]!) + logUnknownDraws(retries);
}

function byTry({ keys, sequence, attempts }: Evidence): {
  readonly first: number[];
  readonly retries: number[];
} {
  const first = keys.map(() => 0);
  const retries = keys.map(() => 0);
  sequence.forEach((key, i) => ((attempts![i]! > 1 ? retries : first)[key]! += 1));
  return { first, retries };
}

/**
 * In a busy log other requests stand between a try and the next, so that only the shares tell: with a share f of tries
 * failing, a version has 1 + f + f^2 lines per request, from 1 to 3.
 */
function logDispersed({ counts, rules }: Evidence, version: number): number {
  const share = rules[0]![version]!;
  const most = ((1 + mostRetries) * share) / (1 + mostRetries * share);
  return logShiftedShare(counts, rules[0]!, version, share, most);
}

/** In a quiet log the retries follow at once. Forward algorithm over how often the last choice was retried already. */
function logAdjacent({ sequence, rules }: Evidence, version: number, failing: number): number {
  const shares = rules[0]!;
  const retried = new Float64Array(mostRetries + 1);
  let done = 1;
  let log = 0;
  for (let i = 0; i < sequence.length; i++) {
    const key = sequence[i]!;
    let fresh = done + retried[mostRetries]!;
    for (let retry = 0; retry < mostRetries; retry++) fresh += retried[retry]! * (1 - failing);
    const drawn = fresh * shares[key]!;
    if (key === version) {
      for (let retry = mostRetries; retry > 0; retry--) retried[retry] = retried[retry - 1]! * failing;
      retried[0] = drawn;
      done = 0;
    } else {
      retried.fill(0);
      done = drawn;
    }
    let total = done;
    for (let retry = 0; retry <= mostRetries; retry++) total += retried[retry]!;
    if (!(total > 0)) return -Infinity;
    log += ln(total);
    done /= total;
    for (let retry = 0; retry <= mostRetries; retry++) retried[retry]! /= total;
  }
  return log;
}

function describeKnown(evidence: Evidence): Description {
  const { first, retries } = byTry(evidence);
  const shares = evidence.rules[0]!;
  const n = first.reduce((sum, count) => sum + count, 0);
  const pFirst =
    first.length === 2
      ? binomTest({ k: first[0]!, n, p: shares[0]! })
      : chiSquareGof({ counts: first, weights: [...shares] }).p;
  const again = retries.reduce((sum, count) => sum + count, 0);
  const tally = (counts: readonly number[]): string =>
    evidence.keys.map((key, own) => `${counts[own]} of ${key}`).join(', ');
  return {
    sentence: `${plural(again, 'line')} of ${n + again} are second or later tries (${tally(retries)}); first tries alone are ${tally(first)}, p = ${Number(pFirst.toPrecision(2))}`,
    fitted: { firstTries: first, retries, pFirst },
  };
}

function describeUnknown(evidence: Evidence, conf: number): Description {
  const { keys, counts, rules, sequence } = evidence;
  const versions = keys.map((_, key) => key);
  const adjacent = best(
    versions.flatMap((version) =>
      Array.from({ length: sequence.length === 0 ? 1 : 50 }, (_, i) => ({ version, failing: (i + 1) / 50 })),
    ),
    ({ version, failing }) => logAdjacent(evidence, version, failing),
  );
  const dispersed = best(versions, (version) => logDispersed(evidence, version));
  const isAdjacent =
    sequence.length > 0 &&
    logAdjacent(evidence, adjacent.version, adjacent.failing) > logDispersed(evidence, dispersed);
  const odds = oddsRatio(counts, rules[0]![dispersed]!, dispersed, conf);
  const version = keys[isAdjacent ? adjacent.version : dispersed]!;
  const failing = isAdjacent ? adjacent.failing : failingOf(odds.fit);
  return {
    sentence: `tries of ${version} that fail in ${percentTo(failing, 1)} of cases and are made up to ${mostRetries} times more${isAdjacent ? ', one right after the other,' : ''} would bring it`,
    fitted: {
      version,
      failing,
      failingInterval: isAdjacent ? null : odds.interval.map(failingOf),
      adjacent: isAdjacent,
    },
  };
}

/** f of 1 + f + f^2 = lines per request. */
const failingOf = (lines: number): number => clamped((Math.sqrt(Math.max(1, 4 * lines - 3)) - 1) / 2);
