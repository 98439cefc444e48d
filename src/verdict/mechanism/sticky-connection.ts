import { ln } from '../../kernel/math.ts';
import { percentTo } from '../../words/number.ts';
import { best, logMean } from './likelihood.ts';
import type { Evidence, Mechanism } from './mechanism.ts';

/** Fitted: `again`, the share of choices that only repeat the one before, and `designEffect` = (1 + again) / (1 - again). */
export const stickyConnection: Mechanism = {
  because: 'a version tends to follow itself: a connection or a session is pinned for a while',
  common: 1,
  needs: 'sequence',
  spansRules: true,
  settledBy: 'the protocol and the connection of each request: a rule for TCP chooses once per connection',
  logLikelihood: (evidence) =>
    logMean([0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99].map((again) => logSticky(evidence, again))),
  describe: (evidence) => {
    const again = best(
      Array.from({ length: 99 }, (_, i) => (i + 1) / 100),
      (own) => logSticky(evidence, own),
    );
    const designEffect = (1 + again) / (1 - again);
    const effective = Math.max(1, Math.round(evidence.sequence.length / designEffect));
    return {
      sentence: `about ${percentTo(again, 1)} of choices only repeat the one before, so that the ${evidence.sequence.length} tell as much as ${effective} independent ones`,
      fitted: { again, designEffect },
    };
  },
};

/**
 * Each choice repeats the one before with probability `again`, else it is drawn. A connection is a client's: where clients are
 * known, the choice before is that client's own.
 */
function logSticky({ sequence, chance, clients }: Evidence, again: number): number {
  const last = new Map<number, number>();
  let sum = 0;
  for (let i = 0; i < sequence.length; i++) {
    const client = clients?.[i] ?? -1;
    const before = last.get(client);
    sum +=
      before === undefined
        ? ln(chance[i]!)
        : ln((1 - again) * chance[i]! + (sequence[i] === before ? again : 0));
    last.set(client, sequence[i]!);
  }
  return sum;
}
