import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import { isHost, shortName, type Choice, type ChoiceRules } from './choice.ts';
import type { Evidence, OnChoice } from './evidence.ts';
import type { Reading } from './reading.ts';
import { failureOf, isRouteless } from './request-failure.ts';

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
  if ('leftOut' in choice) {
    reading.leave(choice.leftOut, times);
    const failure = failureOf(request);
    if (failure !== undefined && isUnrouted(request, rules))
      reading.failUnrouted(failure, times, isRouteless(request) ? (request.authority ?? '') : undefined);
  } else if (reading.seen.isRepeated(request)) {
    reading.leave(
      'that were read before (the same request id and time: a log given twice, or two that overlap)',
    );
  } else {
    reading.routed(request.authority ?? '');
    onChoice(choice.service, choice.key, request, name, evidence);
  }
}

/** A proxy answered by itself, for the service in question, before there was a cluster: no route, or one to a cluster it lacks. */
const isUnrouted = (
  { upstreamCluster, authority }: RecordedRequest,
  { host, pattern }: ChoiceRules,
): boolean =>
  upstreamCluster === undefined &&
  pattern === undefined &&
  (host === undefined ||
    (authority !== undefined && isHost(authority.replace(/:\d+$/, ''), shortName(host))));
