import { rollup } from 'd3-array';
import type { Sweep, SweepMeasure, SweepPoint, SweepRun } from '../../record/sweep.ts';
import { plural } from '../../words/number.ts';
import { csvLines } from '../csv.ts';
import { tableLines, wrapped } from '../layout.ts';
import { left, right, type Table } from '../table/table.ts';
import { amount, intervalText, meanText } from './amount.ts';

/** The answer of a sweep for a terminal: how often it holds, what else has to be known, and the measures. */
export function sweepText(sweep: Sweep, width: number): string {
  const { sentence, reasons } = sweepAnswer(sweep);
  const isOne = sweep.varied.length === 0;
  const table = isOne
    ? withoutLast(measureTable(sweep, sweep.points[0]!))
    : (besideIfRoom(sweep, width) ?? fitting(sweep, width));
  return `${[
    ...wrapped(sentence, width, `${doesHold(sweep) ? '✓' : '✗'} `, '  '),
    ...reasons.flatMap((own) => wrapped(own, width, '  - ', '    ')),
    '',
    ...tableLines(table, width),
    ...wrapped(table.caption, width),
  ].join('\n')}\n`;
}

/** Few settings stand beside one another, where there is room for their columns; undefined: there is none. */
function besideIfRoom(sweep: Sweep, width: number): Table | undefined {
  if (sweep.points.length > mostShown) return undefined;
  const table = besideTable(sweep);
  return tableLines(table, Infinity).every((line) => line.length <= width) ? table : undefined;
}

/** With as many measures as there is room for. */
function fitting(sweep: Sweep, width: number): Table {
  const shown = shownMeasures(sweep);
  for (let count = shown.length; count > 1; count--) {
    const table = settingTable(sweep, shown.slice(0, count));
    if (tableLines(table, Infinity).every((line) => line.length <= width)) return table;
  }
  return settingTable(sweep, shown);
}

/** On a terminal there is no room for what each measure means: the page says it. */
const withoutLast = ({ caption, columns, rows }: Table): Table => ({
  caption,
  columns: columns.slice(0, -1),
  rows: rows.map((row) => row.slice(0, -1)),
});

/** Every run of every setting holds, and none is missing. */
export const doesHold = ({ points, missing }: Sweep): boolean =>
  missing === 0 && points.every(({ runs }) => runs.every(({ answer }) => answer !== 'does not hold'));

export function sweepAnswer(sweep: Sweep): {
  readonly sentence: string;
  readonly reasons: readonly string[];
} {
  const { scenario, points, replications, missing, precision } = sweep;
  const runs = points.flatMap((own) => own.runs);
  const bad = runs.filter(({ answer }) => answer === 'does not hold');
  const but = runs.filter(({ answer }) => answer === 'holds, but');
  const ended = runs.filter((own) => own.ended !== null);
  const unmet = runs.filter(({ values }) => values['expected'] === 0);
  const reasons = [
    ...(bad.length === 0 ? [] : [`What is worst where it does not hold: ${worstText(bad)}.`]),
    ...(but.length === 0 ? [] : [`In ${plural(but.length, 'run')} it holds, but: ${worstText(but)}.`]),
    ...(unmet.length === 0
      ? []
      : [
          `${plural(unmet.length, 'run')} of ${runs.length} ${unmet.length === 1 ? 'does' : 'do'} not meet what the scenario expects.`,
        ]),
    ...(ended.length === 0
      ? []
      : [
          `${plural(ended.length, 'run')} spent the budget before ${ended.length === 1 ? 'its' : 'their'} end, and ${ended.length === 1 ? 'its' : 'their'} measures are of a shorter time: ${ended[0]!.ended!}`,
        ]),
    ...(missing === 0
      ? []
      : [
          `${plural(runs.length, 'run')} of ${points.length * replications} are in it. If limits of time or memory took the others, those are the heavy ones.`,
        ]),
    ...(precision === null || precision.reached
      ? []
      : [
          `${precision.measure} is not known to ${amount('share', precision.relative)} of itself at every setting.`,
        ]),
  ];
  return { sentence: sentenceOf(scenario.name, points, runs, bad), reasons };
}

function sentenceOf(
  name: string,
  points: readonly SweepPoint[],
  runs: readonly SweepRun[],
  bad: readonly SweepRun[],
): string {
  if (runs.length === 0) return `${name}: no run is done.`;
  const good = runs.length - bad.length;
  if (points.length === 1)
    return bad.length === 0
      ? `${name} holds in ${runs.length === 1 ? 'its one run' : `all ${runs.length} runs`}.`
      : `${name} does not hold in ${bad.length} of ${plural(runs.length, 'run')}.`;
  const holding = points.filter(({ runs: own }) => own.every(({ answer }) => answer !== 'does not hold'));
  if (bad.length === 0) return `${name} holds at all ${points.length} settings, in all ${runs.length} runs.`;
  const worst = points.reduce((one, other) => (badShare(other) > badShare(one) ? other : one));
  const badRuns = worst.runs.filter(({ answer }) => answer === 'does not hold').length;
  return `${name} holds in every run at ${holding.length} of ${points.length} settings, in ${good} of ${plural(runs.length, 'run')}; the worst is ${settingText(worst)}, where ${badRuns} of ${worst.runs.length} do not hold.`;
}

const badShare = ({ runs }: SweepPoint): number =>
  runs.length === 0 ? 0 : runs.filter(({ answer }) => answer === 'does not hold').length / runs.length;

export const settingText = ({ settings }: SweepPoint): string =>
  settings.length === 0 ? 'as written' : settings.join(' ');

/** "no-subset in 7 runs, late in 2 runs" */
function worstText(runs: readonly SweepRun[]): string {
  const codes = rollup(
    runs,
    (own) => own.length,
    ({ worst }) => worst ?? 'nothing found',
  );
  return [...codes]
    .sort(([, one], [, other]) => other - one)
    .map(([code, count]) => `${code} in ${plural(count, 'run')}`)
    .join(', ');
}

/** So many stand side by side on a terminal. */
const mostShown = 6;

/** What differs between settings, the harm first; whether it holds always. */
export function shownMeasures(sweep: Sweep): SweepMeasure[] {
  return sweep.measures
    .filter((own, place) => own.name === 'holds' || differs(sweep, place))
    .sort((one, other) => rank(one) - rank(other))
    .slice(0, mostShown);
}

/** The harm first. */
const order = ['holds', 'expected', 'broken', 'late', 'overload', 'p99', 'pods', 'pod-hours', 'p50'];

const rank = ({ name }: SweepMeasure): number => {
  const at = order.indexOf(name);
  return at === -1 ? order.length : at;
};

const differs = ({ points }: Sweep, place: number): boolean =>
  new Set(points.map(({ summaries }) => summaries[place]?.mean)).size > 1;

/** What somebody who changes a setting looks at first, whether it differs or not. */
const always = new Set(['holds', 'expected', 'broken', 'late', 'p99', 'pods', 'pod-hours']);

/** A column a setting: what is set, whether it holds, what is worst, and the numbers that matter or differ. */
function besideTable(sweep: Sweep): Table {
  const { varied, points, measures, replications } = sweep;
  const shown = measures
    .filter((own, place) => always.has(own.name) || differs(sweep, place))
    .sort((one, other) => rank(one) - rank(other));
  const hidden = measures.filter((own) => !shown.includes(own)).map(({ name }) => name);
  const rows = [
    // The first setting stands in the head.
    ...varied.slice(1).map(({ path }, place) => [path, ...points.map((own) => own.values[place + 1]!)]),
    ['worst finding', ...points.map(({ runs }) => findingText(runs))],
    ...shown.map((own) => [
      own.name,
      ...points.map(({ summaries }) => meanText(own, summaries[measures.indexOf(own)] ?? null)),
    ]),
  ];
  return {
    caption:
      `${meansText(replications)} ${hidden.length === 0 ? '' : `About the same at all settings: ${hidden.join(', ')}.`}`.trim(),
    columns: [left(varied[0]!.path), ...points.map((own) => right(own.values[0]!))],
    rows,
  };
}

/** The worst finding of most runs, and of how many where they differ. */
function findingText(runs: readonly SweepRun[]): string {
  const counts = [
    ...rollup(
      runs,
      (own) => own.length,
      ({ worst }) => worst ?? 'none',
    ),
  ].sort(([, one], [, other]) => other - one);
  const [most] = counts;
  if (most === undefined) return '';
  return counts.length === 1 ? most[0] : `${most[0]} (${most[1]} of ${runs.length})`;
}

const meansText = (replications: number): string =>
  replications === 1
    ? 'One run each, with the same chance at every setting: more (--runs 10) say how far luck goes.'
    : `Mean of ${plural(replications, 'run')} each ± half of its 95 % interval (Student). A replication has the same chance at every setting.`;

/** A line a setting. */
export function settingTable(sweep: Sweep, shown: readonly SweepMeasure[]): Table {
  const { varied, points, measures, replications } = sweep;
  const hidden = measures.filter((own) => !shown.includes(own)).map(({ name }) => name);
  return {
    caption: `${meansText(replications)}${hidden.length === 0 ? '' : ` Not shown, as all settings have about the same or there is no room: ${hidden.join(', ')}; sweep.csv has them.`}`,
    columns: [...varied.map(({ path }) => left(path)), ...shown.map(({ name }) => right(name))],
    rows: points.map(({ values, summaries }) => [
      ...values,
      ...shown.map((own) => meanText(own, summaries[measures.indexOf(own)] ?? null)),
    ]),
  };
}

/** A line a measure, for one setting. */
export const measureTable = ({ measures, replications }: Sweep, { summaries }: SweepPoint): Table => ({
  caption: `${plural(replications, 'run')}, each with a seed of its own. Intervals hold the mean with 95 % (Student; Wilson for what a run does or does not).`,
  columns: [
    left('measure'),
    right('mean'),
    right('95 % interval'),
    right('least'),
    right('most'),
    left('of'),
  ],
  rows: measures.flatMap((own, place) => {
    const summary = summaries[place];
    if (summary === null || summary === undefined) return [];
    return [
      [
        own.name,
        own.unit === 'yes' ? meanText(own, summary) : amount(own.unit, summary.mean),
        intervalText(own, summary),
        ...(own.unit === 'yes'
          ? ['', '']
          : [amount(own.unit, summary.least), amount(own.unit, summary.most)]),
        own.text,
      ],
    ];
  }),
});

/** Every setting and measure as a line of numbers, for other programs. */
export function sweepCsv({ varied, points, measures }: Sweep): string {
  const head = [
    ...varied.map(({ path }) => path),
    'measure',
    'unit',
    'runs',
    'mean',
    'low',
    'high',
    'least',
    'most',
  ];
  const rows = points.flatMap(({ values, summaries }) =>
    measures.flatMap(({ name, unit }, place) => {
      const own = summaries[place];
      if (own === null || own === undefined) return [];
      const { runs, mean, low, high, least, most } = own;
      return [[...values, name, unit, runs, mean, low ?? '', high ?? '', least, most]];
    }),
  );
  return csvLines([head, ...rows].map((row) => row.map(String)));
}
