import { ln } from '../../kernel/math.ts';
import { plural } from '../../words/number.ts';
import { best, logMean } from './likelihood.ts';
import type { Evidence, Mechanism } from './mechanism.ts';

/** Fitted: `trap`, the version that does not let go; `caught`, the clients that it holds; `escapes` after that. */
export const absorbingCookie: Mechanism = {
  because: 'once a version has been seen it never goes away: only that version sets a cookie',
  common: 1,
  needs: 'sequence',
  spansRules: true,
  settledBy: 'client addresses, and which versions set a cookie',
  logLikelihood: (evidence) => logMean(evidence.keys.map((_, trap) => logTrap(evidence, trap))),
  describe: (evidence) => {
    const trap = best(
      evidence.keys.map((_, key) => key),
      (own) => logTrap(evidence, own),
    );
    const { sequence, clients } = evidence;
    const caught = new Set<number>();
    let escapes = 0;
    sequence.forEach((key, i) => {
      const client = clients?.[i] ?? 0;
      if (key === trap) caught.add(client);
      else if (caught.has(client)) escapes += 1;
    });
    const who = clients === undefined ? 'it' : plural(caught.size, 'client');
    return {
      sentence: `${evidence.keys[trap]} keeps ${who} once it was seen; ${plural(escapes, 'request')} got away`,
      fitted: { trap: evidence.keys[trap]!, caught: caught.size, escapes },
    };
  },
};

/** A client is drawn for until it gets `trap`; from then on it gets that in 99 of 100. */
function logTrap({ sequence, chance, clients }: Evidence, trap: number): number {
  const caught = new Set<number>();
  let sum = 0;
  for (let i = 0; i < sequence.length; i++) {
    const client = clients?.[i] ?? 0;
    const isTrap = sequence[i] === trap;
    sum += ln(caught.has(client) ? 0.01 * chance[i]! + (isTrap ? 0.99 : 0) : chance[i]!);
    if (isTrap) caught.add(client);
  }
  return sum;
}
