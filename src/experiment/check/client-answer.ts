import { errorAnswers } from '../../accesslog/error-answer.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import type { Choice, ChoiceRules } from './choice.ts';
import type { OnChoice } from './evidence.ts';
import type { Reading } from './reading.ts';
import { failureOf } from './request-failure.ts';
import { tell } from './tell.ts';

/**
 * Hands on what a client got. Where it shows no version and failed, it failed before one was seen.
 * @param failure what it shows of a failure; else its status tells
 * @param isOwn whether it is of the site whose versions are told
 */
export function tellAnswer(
  name: string,
  request: RecordedRequest,
  choice: Choice,
  rules: ChoiceRules,
  reading: Reading,
  onChoice: OnChoice,
  { failure, isOwn = true }: { readonly failure?: string | undefined; readonly isOwn?: boolean } = {},
): void {
  if (!('leftOut' in choice)) {
    tell(name, request, choice, 'answer', rules, reading, onChoice);
    return;
  }
  const { times = 1 } = request;
  reading.requests += times;
  reading.leave(choice.leftOut, times);
  const why = failure ?? shownFailure(choice) ?? statusFailure(request);
  if (isOwn && why !== undefined) reading.failUnrouted(why, times);
}

/** Tells all failures that a client printed in place of answers. @returns whether there are any */
export function tellErrors(
  text: string,
  name: string,
  rules: ChoiceRules,
  reading: Reading,
  onChoice: OnChoice,
): boolean {
  const failures = errorAnswers(text);
  for (const failure of failures)
    tellAnswer(name, { startUs: Number.NaN, line: 0 }, { leftOut: errorShown }, rules, reading, onChoice, {
      failure,
    });
  return failures.length > 0;
}

/** Whether a page is of the site that is asked about, though it shows no version. */
export const isOfSite = (choice: Choice): boolean =>
  !('leftOut' in choice) ||
  choice.leftOut === errorShown ||
  choice.leftOut === 'whose page does not tell the version (its ratings had failed)';

const errorShown = 'that showed an error in place of the reviews';

const shownFailure = (choice: Choice): string | undefined =>
  'leftOut' in choice && choice.leftOut === errorShown ? '"Error fetching product reviews"' : undefined;

function statusFailure(request: RecordedRequest): string | undefined {
  const failure = failureOf(request);
  return failure === '0' ? 'no answer' : failure;
}
