import type { Phase, ServiceSplit } from '../../record/record.ts';
import { chancePercent, count, missing, percent, percentRange, pEquals, span } from '../../words/number.ts';
import { ruleTest } from '../../verdict/tally-test.ts';
import { configuredText, involvedKeys, keyLabel, nowhere, tenths } from '../words.ts';
import { left, merged, right, type Table } from './table.ts';

/** Configured, effective, observed: the three splits of a service, phase by phase, each row a version. */
export function splitTable(split: ServiceSplit): Table {
  return {
    caption: `Split of ${split.service}: what was configured, what the proxies held, what requests got`,
    columns: [
      merged(left('When')),
      merged(left('Rule in force')),
      left('Version'),
      right('Configured'),
      right('Effective'),
      right('Observed'),
      right('95 % interval'),
      right('Requests'),
      merged(left('Chance?')),
    ],
    rows: split.phases.flatMap((phase) => phaseRows(split, phase)),
  };
}

function phaseRows(split: ServiceSplit, phase: Phase): string[][] {
  const [when, rule] = [span(phase.fromSeconds, phase.toSeconds), `${phase.rule} (${phase.state})`];
  if (phase.requests === 0)
    return [[when, rule, missing, missing, missing, missing, missing, '0', chanceText(phase)]];
  const rows = involvedKeys(split, phase).map((i, row) => [
    row === 0 ? when : '',
    row === 0 ? rule : '',
    keyLabel(split.keys[i]!, split.marks[i]),
    ...shareCells(split, phase, i),
    row === 0 ? chanceText(phase) : '',
  ]);
  const lost = nowhere(phase);
  if (lost > 0) rows.push(['', '', ...nowhereCells(phase.requests, lost), '']);
  return rows;
}

/** The row of the requests that came to no version: its name and the cells of `shareCells`. */
export function nowhereCells(requests: number, lost: number): string[] {
  return [
    'no destination',
    missing,
    missing,
    percent(lost / requests, requests),
    missing,
    `${count(lost)} of ${count(requests)}`,
  ];
}

/** Configured, effective, observed, interval and count of one key in one phase. */
export function shareCells(split: ServiceSplit, phase: Phase, keyIndex: number): string[] {
  const total = phase.requests;
  const observed = phase.observed[keyIndex] ?? 0;
  const interval = phase.perKey.find((entry) => entry.key === split.keys[keyIndex])?.interval ?? null;
  const effective = phase.effective?.[keyIndex];
  return [
    configuredText(split, phase, keyIndex),
    effective === undefined ? missing : percent(tenths(effective)),
    total === 0 ? missing : percent(observed / total, total),
    interval === null ? missing : percentRange(interval, total),
    `${count(observed)} of ${count(total)}`,
  ];
}

/** "p = 0.12 (exact binomial)", or why there is none. */
export function chanceText(phase: Phase): string {
  if (phase.p !== null) return `${pEquals(phase.p)}${phase.test === null ? '' : ` (${phase.test})`}`;
  if (phase.requests === 0) return 'no requests';
  const { effective, observed } = phase;
  if (!observed.some((requests) => requests > 0)) return 'nothing to draw';
  if (effective === null) return 'no rule drew: kube-proxy chose a pod';
  // Several versions had a part, and no weights decided: a balancer did, which may have its reasons.
  if (!effective.some((share) => share > 0 && share < 1)) return 'nothing to draw';
  const test = ruleTest(observed, effective);
  return `no rule drew: a balancer chose a pod${
    test === null ? '' : `; even choices stray as far in ${chancePercent(test.p)} of cases`
  }`;
}
