import type { RecordedRequest } from '../../accesslog/recorded-request.ts';

/**
 * Where a choice is known from. One request leaves traces in several places, so that only the first of these that tell of a service
 * are counted, and the others are named: whoever adds a log and the counter of the same proxy takes each request for two.
 */
export const evidences = [
  'line',
  'arrival',
  'answer',
  'row',
  'tally',
  'series',
  'page',
  'number',
  'rate',
] as const;

export type Evidence = (typeof evidences)[number];

export const evidenceWords: Readonly<Record<Evidence, string>> = {
  line: 'lines of the proxies that called',
  arrival: 'lines of the pods that answered',
  answer: 'answers that clients got',
  row: 'rows of a table',
  tally: 'a list of versions',
  series: 'counters that Prometheus collected',
  page: 'counters of one proxy',
  number: 'results of a query',
  rate: 'rates',
};

/** Takes each choice as it is read: the service (`anyService` where the data names none) and the version, from which file. */
export type OnChoice = (
  service: string,
  key: string,
  request: RecordedRequest,
  source: string,
  evidence: Evidence,
  /** The key is the name of a subset, which is exact. */
  isSubset?: boolean,
) => void;
