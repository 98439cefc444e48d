import { flagText } from '../response-flag.ts';
import { withOutcome, type OutcomeCause } from '../response-outcome.ts';

/** Flags as the access log shows them, causes in the order in which they came: "URX,UF", "DI,FI", "-" for none. */
export function loggedFlags(causes: Iterable<OutcomeCause>): string {
  let flags = 0;
  for (const cause of causes) flags = withOutcome(flags, cause);
  return flags === 0 ? '-' : flagText(flags);
}
