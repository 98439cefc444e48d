import type { Judgement } from '../../verdict/judgement.ts';
import { failingOf, type Failing } from '../../verdict/failing.ts';
import { evidenceLevels } from '../../verdict/rule-of-evidence.ts';
import type { Reading } from './reading.ts';
import { mechanisms as mechanismsByName } from '../../verdict/mechanism/index.ts';
import type { Judged } from './judge-cases.ts';
import type { SplitWatch } from './split-watch.ts';

/** Whether a version is shown to fail more than a run tolerates, or to answer otherwise than the others, or requests that no version was chosen for, or that went past the weights. */
export const isFailing = (judged: readonly Judged[], unrouted: Failing | null): boolean =>
  unrouted?.leads === true ||
  judged.some(
    ({ judgement: { failing, together, differing, past } }) =>
      past?.leads === true || failing.some(({ leads }) => leads) || together !== null || differing.length > 0,
  );

/** What failed before a version was chosen, of all requests for the services in question. */
export function unroutedOf(judged: readonly Judged[], { unrouted }: Reading, conf: number): Failing | null {
  const all = [...unrouted.values()].reduce((sum, own) => sum + own, 0);
  const chosen = judged.reduce((sum, own) => sum + own.judgement.requests, 0);
  return failingOf(null, all + chosen, unrouted, evidenceLevels({ conf }).fault);
}

/** Whether the split is a fault; whoever may stop watching at any time is held to the rule that allows it. */
export const isFault = (judged: readonly Judged[], watch: SplitWatch | undefined): boolean =>
  watch?.alarmed ?? judged.some(({ judgement }) => judgement.kind === 'fault' && !isTolerated(judgement));

/** A difference of shares that is real, but shown to be within what the user allows. An order or a client that gives it away is not. */
const isTolerated = ({ equivalence, impossible, mechanisms }: Judgement): boolean =>
  equivalence?.verdict === 'shown' &&
  impossible.length === 0 &&
  mechanisms.slice(0, 1).every((own) => mechanismsByName[own.name].needs === 'tally');
