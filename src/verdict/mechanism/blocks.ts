import { plural } from '../../words/number.ts';
import { foretoldByMisses, logMean } from './likelihood.ts';
import type { Evidence, Mechanism } from './mechanism.ts';
import { wholeWeights } from './turn.ts';

/** Streams of the proxy that a request may take: a page of Bookinfo takes about three at productpage's sidecar. */
const mostStride = 6;

/** Fitted: `stride` (numbers that each request takes), `start` (number of the first, modulo 100), `misses` of `choices`. */
export const blocks: Mechanism = {
  because: 'a counter is taken modulo the weights instead of a random number (Envoy before October 2017)',
  common: 1,
  needs: 'sequence',
  spansRules: false,
  settledBy: "the proxy's version: Envoy draws at random since October 2017",
  logLikelihood: (evidence) => {
    const misses = missesOf(evidence);
    // A version of weight 0 has no block.
    if (misses === undefined || evidence.logIndependent === -Infinity) return -Infinity;
    const foretold = foretoldByMisses(evidence.sequence.length, evidence.keys.length);
    return logMean(misses.map((own) => foretold[own]!));
  },
  describe: (evidence) => {
    const misses = missesOf(evidence)!;
    const found = misses.indexOf(Math.min(...misses));
    const stride = 1 + Math.floor(found / 100);
    const choices = evidence.sequence.length;
    return {
      sentence: `a counter that each request moves on by ${stride}; ${plural(misses[found]!, 'choice')} of ${choices} fall out of it`,
      fitted: { stride, start: found % 100, misses: misses[found]!, choices },
    };
  },
};

/** Choices that differ from a counter, by stride and by where it began; undefined where weights are no whole per cents. */
function missesOf({ rules, sequence }: Evidence): number[] | undefined {
  const weights = wholeWeights(rules[0]!);
  if (weights === undefined || weights.reduce((sum, weight) => sum + weight, 0) !== 100) return undefined;
  const misses: number[] = [];
  for (let stride = 1; stride <= mostStride; stride++) {
    const before = weights.map((_, key) => placesBefore(sequence, key, stride));
    for (let start = 0; start < 100; start++) {
      let hits = 0;
      // The key's block lies at [begin, end) of the line; the counter is there start numbers later than its places say.
      let begin = 100 - start;
      weights.forEach((weight, key) => {
        hits += before[key]![begin + weight]! - before[key]![begin]!;
        begin += weight;
      });
      misses.push(sequence.length - hits);
    }
  }
  return misses;
}

/** How often the key came at a place below each of 0 .. 200, a counter from 0 being counted modulo 100 and once more from 100 on. */
function placesBefore(sequence: Int32Array, key: number, stride: number): Float64Array {
  const at = new Float64Array(100);
  for (let i = 0, place = 0; i < sequence.length; i++) {
    if (sequence[i] === key) at[place]! += 1;
    place += stride;
    if (place >= 100) place -= 100;
  }
  const before = new Float64Array(201);
  for (let place = 0; place < 200; place++) before[place + 1] = before[place]! + at[place % 100]!;
  return before;
}
