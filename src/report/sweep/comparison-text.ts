import type { ComparedMeasure, Comparison } from '../../record/comparison.ts';
import { percentTo, plural } from '../../words/number.ts';
import { tableLines, wrapped } from '../layout.ts';
import { left, right, type Table } from '../table/table.ts';
import { differenceText, meanText } from './amount.ts';

/** Two scenarios side by side for a terminal: what changed first, then all measures. */
export function comparisonText(comparison: Comparison, width: number): string {
  const table = comparisonTable(comparison);
  return `${[
    ...wrapped(comparisonSentence(comparison), width, `${comparison.changed ? '≠' : '='} `, '  '),
    '',
    ...tableLines(table, width),
    ...wrapped(table.caption, width),
  ].join('\n')}\n`;
}

function comparisonSentence({ a, b, measures, replications, missing }: Comparison): string {
  const changed = measures.filter((own) => own.changed);
  const held =
    a.holds === b.holds
      ? `both hold in ${a.holds} of ${plural(replications, 'run')}`
      : `A holds in ${a.holds}, B in ${b.holds} of ${plural(replications, 'run')}`;
  const left = missing === 0 ? '' : ` ${plural(missing, 'run')} ${missing === 1 ? 'is' : 'are'} missing.`;
  if (measures.every(({ a: one, b: other, difference }) => isSame(one.mean, other.mean, difference)))
    return `No difference at all: every pair of runs came to the same measures; ${held}.${left}`;
  if (changed.length === 0)
    return `No difference is shown in ${plural(replications, 'pair')} of runs; ${held}. That is no proof that there is none: the intervals say how large it may be.${left}`;
  return `B differs from A in ${changed.map(changeText).join(', ')}; ${held}.${left}`;
}

const isSame = (one: number, other: number, { low, high }: ComparedMeasure['difference']): boolean =>
  one === other && (low ?? 0) === 0 && (high ?? 0) === 0;

const changeText = ({ name, unit, difference }: ComparedMeasure): string =>
  `${name} (${differenceText(unit, difference.mean)})`;

const comparisonTable = ({ measures, confidence, replications, a, b }: Comparison): Table => ({
  caption: `A: ${sideText(a)}. B: ${sideText(b)}. ${plural(replications, 'pair')} of runs with one seed each; intervals of ${percentTo(confidence, 2)} each, so that all together hold with 95 % (Student, of the differences within pairs).`,
  columns: [left('measure'), right('A'), right('B'), right('B − A'), left('interval'), left('')],
  rows: measures.map((own) => [
    own.name,
    meanText(own, own.a),
    meanText(own, own.b),
    differenceText(own.unit, own.difference.mean),
    own.difference.low === null || own.difference.high === null
      ? '–'
      : own.difference.low === own.difference.high
        ? 'in every pair'
        : `${differenceText(own.unit, own.difference.low)} to ${differenceText(own.unit, own.difference.high)}`,
    own.changed ? 'differs' : '',
  ]),
});

const sideText = ({ name, settings }: Comparison['a']): string => [name, ...settings].join(' ');
