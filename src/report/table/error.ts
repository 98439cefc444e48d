import { sum } from 'd3-array';
import type { RunRecord } from '../../record/record.ts';
import { count, percent } from '../../words/number.ts';
import { labelOf } from '../words.ts';
import { left, right, type Table } from './table.ts';

/** Envoy's response flags (access log, `%RESPONSE_FLAGS%`) in a sentence each. */
const flagMeaning: Readonly<Record<string, string>> = {
  NC: 'the route named a cluster that the proxy did not have',
  NR: 'no route matched',
  UH: 'no healthy endpoint',
  UF: 'connection to the endpoint failed',
  UO: 'overflow: a circuit breaker was open',
  URX: 'all retries were used up',
  UT: 'the request timed out',
  UC: 'the endpoint closed the connection',
  DC: 'the caller left',
  DI: 'delayed on purpose by a fault rule',
  FI: 'aborted on purpose by a fault rule',
  LR: 'reset by the proxy itself',
  UR: 'reset by the endpoint',
  RL: 'rate limited',
};

/** Everything that went wrong, worst kind of news first; no rows when nothing did. */
export function errorTable(record: RunRecord): Table {
  const { pages } = record;
  const rows: string[][] = [];
  const add = (what: string, meaning: string, n: number, of: number) => {
    if (n > 0) rows.push([what, meaning, count(n), of > 0 ? percent(n / of, of) : '']);
  };
  add('pages with an error status', 'the browser saw a failed page', pages.failed, pages.pages);
  for (const part of pages.withErrorInBody) {
    add(
      `pages without ${part.service}`,
      'status 200, but an error where this part belongs',
      part.pages,
      pages.pages,
    );
  }
  for (const { service, flag, requests } of pages.flags) {
    add(
      `${flag} at requests to ${service}`,
      flagMeaning[flag.split(',')[0]!] ?? 'Envoy response flag',
      requests,
      0,
    );
  }
  for (const { service, requests } of pages.plainErrors) {
    add(
      `errors of ${service} itself`,
      'no flag: its application failed or did not take the request, and its sidecar (or nobody) said so',
      requests,
      0,
    );
  }
  for (const split of record.splits) {
    split.keys.forEach((key, i) => {
      const failed = sum(split.windows, (window) => window.errors[i] ?? 0);
      const asked = sum(split.windows, (window) => window.observed[i] ?? 0);
      add(
        `requests to ${split.service} ${labelOf(record, split.service, key)}`,
        'ended in an error at the caller’s proxy',
        failed,
        asked,
      );
    });
  }
  return {
    caption: 'What went wrong, and how often',
    columns: [left('What'), left('Meaning'), right('Count'), right('Share')],
    rows,
  };
}
