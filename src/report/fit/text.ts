import type { FitLine, FitRecord, FittedNumber } from '../../record/fit.ts';
import { plural } from '../../words/number.ts';
import { tableLines, wrapped } from '../layout.ts';
import { left, merged, right, type Table } from '../table/table.ts';

const counts = (lines: readonly FitLine[]): Readonly<Record<FitLine['verdict'], number>> => {
  const of = (verdict: FitLine['verdict']): number => lines.filter((own) => own.verdict === verdict).length;
  return { agrees: of('agrees'), differs: of('differs'), 'too few to tell': of('too few to tell') };
};

/** How far the fit may be trusted, in a sentence. */
export function fitSentence({ validation, unplayed }: FitRecord): string {
  if (validation === null) return unplayed ?? 'The fit was not compared with anything.';
  const { agrees, differs, 'too few to tell': unclear } = counts(validation.lines);
  const all = validation.lines.length;
  const minutes = (validation.seconds / 60).toFixed(validation.seconds < 600 ? 1 : 0);
  const rest = [
    differs > 0 ? `${differs} ${differs === 1 ? 'differs' : 'differ'}` : '',
    unclear > 0 ? `of ${unclear} there is too little to tell` : '',
  ].filter((own) => own !== '');
  return `In the ${minutes} minutes that the fit had not seen, ${agrees} of ${all} numbers agree with a play of the fitted system${rest.length > 0 ? `; ${rest.join(', ')}` : ''}.`;
}

export const fitTone = ({ validation }: FitRecord): 'good' | 'warn' | 'bad' => {
  if (validation === null) return 'warn';
  return validation.lines.some(({ verdict }) => verdict === 'differs') ? 'bad' : 'good';
};

/** Four digits at most. */
export function amount(value: number | null): string {
  if (value === null) return '–';
  const short = Number(value.toPrecision(Math.abs(value) >= 1000 ? 4 : 3));
  return Math.abs(short) < 1e-9 ? '0' : String(short);
}

const range = (low: number | null, high: number | null): string =>
  low === null && high === null
    ? '–'
    : `${low === null ? 'any' : amount(low)} to ${high === null ? 'any' : amount(high)}`;

export function validationTable(lines: readonly FitLine[]): Table {
  return {
    caption: 'Predicted against observed, in the part that the fit has not seen',
    columns: [
      left('What'),
      right('Observed'),
      right('Predicted'),
      right('95 % of plays'),
      right('Difference'),
      left('Verdict'),
    ],
    rows: lines.map((own) => {
      const {
        what,
        unit,
        observed,
        predicted,
        low,
        high,
        difference,
        differenceLow,
        differenceHigh,
        relative,
        verdict,
      } = own;
      const sign = (value: number): string => {
        const text = relative ? (value * 100).toFixed(1) : value.toFixed(2);
        return `${value > 0 && Number(text) !== 0 ? '+' : ''}${text.replace(/^-(0(\.0+)?)$/, '$1')}`;
      };
      const unitOf = relative ? ' %' : unit === '%' ? ' points' : ` ${unit}`;
      return [
        what,
        `${amount(observed)} ${unit}`,
        `${amount(predicted)} ${unit}`,
        range(low, high),
        `${sign(difference)}${unitOf} (${sign(differenceLow)} to ${sign(differenceHigh)})`,
        verdict,
      ];
    }),
  };
}

export function numberTable(numbers: readonly FittedNumber[]): Table {
  let before = '';
  return {
    caption: 'What was found: each number with its 95 % interval, what it rests on, and where it is from',
    columns: [merged(left('About')), left('What'), right('Value'), right('95 %'), right('n'), left('From')],
    rows: numbers.map(({ about, what, unit, value, low, high, text, n, source }) => {
      const shown = about === before ? '' : about;
      before = about;
      return [
        shown,
        what,
        text ?? `${amount(value)} ${unit}`,
        text === null ? range(low, high) : '–',
        String(n),
        source,
      ];
    }),
  };
}

/** For the terminal. */
export function fitText(record: FitRecord, width: number): string {
  const { validation, unknown, assumed } = record;
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : ['', title, ...items.flatMap((item) => wrapped(item, width, '  - ', '    '))];
  return `${[
    ...wrapped(fitSentence(record), width),
    ...(validation === null ? [] : ['', ...tableLines(narrow(validationTable(validation.lines)), width)]),
    ...(validation?.worst == null ? [] : ['', ...wrapped(validation.worst, width)]),
    ...list('Not known:', unknown),
    ...list('Made up for lack of it:', assumed),
    ...list('Read:', record.sources),
  ].join('\n')}\n`;
}

/** Without the band of the plays, and with the words of a terminal. */
const narrow = ({ caption, columns, rows }: Table): Table => {
  const kept = <T>(cells: readonly T[]): T[] => cells.filter((_, at) => at !== 3);
  return {
    caption,
    columns: kept(columns),
    rows: rows.map((row) => kept(row).map((cell) => (cell === 'too few to tell' ? 'too few' : cell))),
  };
};

const markdownTable = ({ columns, rows }: Table): string =>
  [
    `| ${columns.map(({ title }) => title).join(' | ')} |`,
    `| ${columns.map(({ align }) => (align === 'right' ? '--:' : ':--')).join(' | ')} |`,
    ...rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
  ].join('\n');

/** For a pull request. */
export function fitMarkdown(record: FitRecord): string {
  const { validation, unknown, assumed, sources } = record;
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`### ${title}`, items.map((item) => `- ${item}`).join('\n')];
  return `${[
    `## ${record.name}: fitted from what it left`,
    fitSentence(record),
    ...(validation === null ? [] : [markdownTable(validationTable(validation.lines))]),
    ...(validation?.worst == null ? [] : [validation.worst]),
    '### What was found',
    markdownTable(numberTable(record.numbers)),
    ...list('Not known', unknown),
    ...list('Made up for lack of it', assumed),
    ...list('Read', sources),
    `${plural(validation?.plays ?? 0, 'play')}. Again: \`${record.command}\``,
  ].join('\n\n')}\n`;
}
