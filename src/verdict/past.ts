import { binomInterval } from '../stats/index.ts';
import { count, plural } from '../words/number.ts';
import { listed } from '../words/listed.ts';
import { tolerated } from './failing.ts';

/** Requests for the service that no rule with these weights chose a version for. */
export interface SeenPast {
  /** Where they went, and how many. */
  readonly ways: readonly { readonly way: string; readonly requests: number }[];
  /** Who sent them, with how many each, the most first. */
  readonly callers: readonly { readonly name: string; readonly requests: number }[];
}

export interface Past extends SeenPast {
  readonly requests: number;
  /** Together with those that were drawn. */
  readonly ofRequests: number;
  /** Shown to be more than what a run tolerates: then they lead the answer. */
  readonly leads: boolean;
}

/** What went past the weights, beside so many requests that were drawn by them, with the confidence of the verdict's "fault". */
export function pastOf(seen: SeenPast, drawn: number, fault: number): Past {
  const requests = seen.ways.reduce((sum, own) => sum + own.requests, 0);
  const ofRequests = requests + drawn;
  const [least] = binomInterval({
    k: requests,
    n: ofRequests,
    conf: 1 - fault,
    method: 'clopper-pearson',
  });
  return { ...seen, requests, ofRequests, leads: least > tolerated };
}

const mostCallers = 4;

/** "100 of 200 requests went past these weights: ..." */
export function pastText({ requests, ofRequests, ways, callers }: Past): string {
  const how = ways
    .map(({ way, requests: own }) => (ways.length === 1 ? way : `${count(own)} ${way}`))
    .join(', ');
  const names = callers.slice(0, mostCallers).map(({ name, requests: own }) => `${name} (${count(own)})`);
  if (callers.length > mostCallers) names.push(`${callers.length - mostCallers} more`);
  const who = names.length === 0 ? '' : ` They came from ${listed(names)}.`;
  return `${count(requests)} of ${plural(ofRequests, 'request')} for this service went past the weights: ${how}.${who} No rule with these weights acts on them.`;
}
