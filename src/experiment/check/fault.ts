import type { Judgement } from '../../verdict/judgement.ts';
import { mechanisms as mechanismsByName } from '../../verdict/mechanism/index.ts';
import type { Judged } from './judge-cases.ts';
import type { SplitWatch } from './split-watch.ts';

/** Whether the answer is a fault; whoever may stop watching at any time is held to the rule that allows it. */
export const isFault = (judged: readonly Judged[], watch: SplitWatch | undefined): boolean =>
  watch?.alarmed ?? judged.some(({ judgement }) => judgement.kind === 'fault' && !isTolerated(judgement));

/** A difference of shares that is real, but shown to be within what the user allows. An order or a client that gives it away is not. */
const isTolerated = ({ equivalence, impossible, mechanisms }: Judgement): boolean =>
  equivalence?.verdict === 'shown' &&
  impossible.length === 0 &&
  mechanisms.slice(0, 1).every((own) => mechanismsByName[own.name].needs === 'tally');
