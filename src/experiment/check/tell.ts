import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import {
  elsewhere,
  isHost,
  noCluster,
  noMatch,
  shortName,
  type Choice,
  type ChoiceRules,
  type LeftOut,
} from './choice.ts';
import type { Evidence, OnChoice } from './evidence.ts';
import type { Reading } from './reading.ts';
import { failureOf } from './request-failure.ts';
import { identityIn } from './seen-requests.ts';

/** Hands a request on with its choice, unless it tells of none or was read before. */
export function tell(
  name: string,
  request: RecordedRequest,
  choice: Choice,
  evidence: Evidence,
  rules: ChoiceRules,
  reading: Reading,
  onChoice: OnChoice,
): void {
  const { times = 1 } = request;
  reading.requests += times;
  if (!('leftOut' in choice)) {
    const identity = identityIn(request);
    if (reading.seen.isRepeated(request, identity)) {
      reading.leave(readBefore);
    } else {
      if (identity === undefined) reading.same.add(name, request);
      reading.routed(request, name, evidence);
      onChoice(choice.service, choice.key, request, name, evidence, choice.isSubset);
    }
    return;
  }
  const { leftOut } = choice;
  if (elsewhere.has(leftOut)) reading.routedElsewhere(request.authority);
  const failure = isBeforeChoice(leftOut, request) ? failureOf(request) : undefined;
  if (failure !== undefined && reading.seen.isRepeated(request, identityIn(request))) {
    reading.leave(readBefore);
    return;
  }
  reading.leave(leftOut, times);
  if (choice.past !== undefined) reading.past.add(choice.past, leftOut, name, request);
  if (failure !== undefined) reading.failUnchosen(failure, request, isOwn(request, rules));
}

const readBefore: LeftOut =
  'that were read before (the same request id and time: a log given twice, or two that overlap)';

/** A proxy answered by itself, before there was a cluster: no route, or one to a cluster it lacks; or before what a pattern looks for. */
const isBeforeChoice = (leftOut: LeftOut, { upstreamCluster }: RecordedRequest): boolean =>
  leftOut === noMatch.leftOut || (leftOut === noCluster.leftOut && upstreamCluster === undefined);

/** Whether its authority is the host in question by its name; undefined where no host is given. */
const isOwn = ({ authority }: RecordedRequest, { host }: ChoiceRules): boolean | undefined =>
  host === undefined
    ? undefined
    : authority !== undefined && isHost(authority.replace(/:\d+$/, '').toLowerCase(), shortName(host));
