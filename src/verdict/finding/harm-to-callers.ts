import type { CallerRecord } from '../../record/caller.ts';
import type { Harm } from '../../record/finding.ts';
import { callerText } from './caller-text.ts';
import { noHarm } from './finding.ts';

type Calls = readonly Pick<CallerRecord, 'requests'>[];

const requestsOf = (calls: Calls): number => calls.reduce((sum, own) => sum + own.requests, 0);

/** Something concerns all that some callers ask for, for a time: no harm where they ask for nothing. */
export function harmToCallers(calls: Calls, fromSeconds: number, toSeconds: number): Harm {
  const requests = requestsOf(calls);
  return {
    ...noHarm,
    requests,
    seconds: requests === 0 ? 0 : toSeconds - fromSeconds,
    fromSeconds,
    toSeconds,
  };
}

/** A sentence, and after it what those callers got whom it concerns. */
export const withAnswers = (sentence: string, calls: readonly CallerRecord[]): string =>
  [sentence, ...(requestsOf(calls) === 0 ? [] : calls.map((own) => callerText(own)))].join(' ');
