import { ln } from '../../kernel/math.ts';
import { binomInterval } from '../../stats/index.ts';
import { percentTo } from '../../words/number.ts';
import { best, logDraws, logMean } from './likelihood.ts';
import type { Evidence, Mechanism } from './mechanism.ts';
import { clamped, logShiftedShare } from './shifted-share.ts';

/**
 * Fitted: the `version` that gets copies, the share `mirrored` of requests with its interval `mirroredInterval` (null where
 * copies stand `adjacent`).
 */
export const mirrorsCounted: Mechanism = {
  because: 'copies of requests that are mirrored to a version count as its requests',
  common: 1,
  needs: 'tally',
  spansRules: false,
  settledBy:
    'whether the host of a request ends in -shadow (a mirrored copy), or the tally at the caller, where copies are not counted',
  logLikelihood: (evidence) => {
    const { keys, sequence } = evidence;
    const dispersed = logMean(keys.map((_, version) => logDispersed(evidence, version)));
    if (sequence.length === 0) return dispersed;
    const adjacent = logMean(
      keys.flatMap((_, version) =>
        // All requests are mirrored unless the rule says otherwise.
        [1, 1, 1, 0.5, 0.25, 0.1].map((mirrored) => logAdjacent(evidence, version, mirrored)),
      ),
    );
    return logMean([dispersed, adjacent]);
  },
  describe: (evidence, conf) => {
    const { keys, counts, rules, sequence } = evidence;
    const versions = keys.map((_, key) => key);
    const adjacent = best(
      versions.flatMap((version) =>
        Array.from({ length: sequence.length === 0 ? 1 : 50 }, (_, i) => ({
          version,
          mirrored: (i + 1) / 50,
        })),
      ),
      ({ version, mirrored }) => logAdjacent(evidence, version, mirrored),
    );
    const dispersed = best(versions, (version) => logDispersed(evidence, version));
    const isAdjacent =
      sequence.length > 0 &&
      logAdjacent(evidence, adjacent.version, adjacent.mirrored) > logDispersed(evidence, dispersed);
    const version = keys[isAdjacent ? adjacent.version : dispersed]!;
    const n = counts.reduce((sum, count) => sum + count, 0);
    const share = rules[0]![dispersed]!;
    // Of the share s seen, (p + m) / (1 + m) = s.
    const mirroredOf = (seen: number): number => clamped((seen - share) / (1 - seen));
    const mirrored = isAdjacent ? adjacent.mirrored : mirroredOf(counts[dispersed]! / n);
    const interval = binomInterval({ k: counts[dispersed]!, n, conf, method: 'wilson' });
    const most = (share + 1) / 2;
    const bound =
      !isAdjacent && counts[dispersed]! / n > most
        ? `would bring ${version} to ${percentTo(most, 1)} at most`
        : 'would bring it';
    return {
      sentence: `${percentTo(mirrored, 1)} of requests mirrored to ${version} and counted there${isAdjacent ? ', each right after the original,' : ''} ${bound}`,
      fitted: {
        version,
        mirrored,
        mirroredInterval: isAdjacent ? null : interval.map(mirroredOf),
        adjacent: isAdjacent,
      },
    };
  },
};

/** Copies stand anywhere, so that only the shares tell: (p + m) / (1 + m), half of the belief being that all are mirrored. */
function logDispersed({ counts, rules }: Evidence, version: number): number {
  const shares = rules[0]!;
  const share = shares[version]!;
  return logMean([
    logShiftedShare(counts, shares, version, share, (share + 1) / 2),
    logDraws(
      counts,
      shares.map((own, key) => (own + (key === version ? 1 : 0)) / 2),
    ),
  ]);
}

/** A copy follows its original at once. Forward algorithm: was the last line an original, whose copy may follow? */
function logAdjacent({ sequence, rules }: Evidence, version: number, mirrored: number): number {
  const shares = rules[0]!;
  // The log may begin between an original and its copy.
  let original = 0.5;
  let copy = 0.5;
  let log = 0;
  for (let i = 0; i < sequence.length; i++) {
    const key = sequence[i]!;
    const copied = key === version ? original * mirrored : 0;
    const drawn = (copy + original * (1 - mirrored)) * shares[key]!;
    const total = copied + drawn;
    if (!(total > 0)) return -Infinity;
    log += ln(total);
    original = drawn / total;
    copy = copied / total;
  }
  return log;
}
