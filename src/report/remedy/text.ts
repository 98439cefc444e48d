import type { Difference, PlayedRemedy, Remedied, RemedyOutcome } from '../../record/remedied.ts';
import { count, plural } from '../../words/number.ts';
import { tableLines, wrapped } from '../layout.ts';
import type { Paint } from '../paint.ts';
import { left, right, type Table } from '../table/table.ts';

const signs = {
  helps: { sign: '✓', tone: 'good' },
  'helps in part': { sign: '~', tone: 'warn' },
  'does not help': { sign: '✗', tone: 'bad' },
  'makes it worse': { sign: '✗', tone: 'bad' },
} as const;

/** What became of the remedies, for a terminal: which to take, each with its numbers, and what could not be played. */
export function remedyText(
  remedied: Remedied,
  folder: string | undefined,
  { paint, width: columns }: { readonly paint: Paint; readonly width: number },
): string {
  const width = Math.max(48, columns);
  const { played, notPlayed, seeds, more } = remedied;
  const sections = [
    wrapped(answerText(remedied), width, '', '  ').map(paint.head),
    ...played.map((own, index) => [
      // The one that was played is the answer, which stands above.
      ...(played.length === 1 && remedied.best === 0
        ? []
        : wrapped(`${index + 1}. ${own.code}: ${own.remedy}`, width, '', '   ').map(paint.head)),
      ...playedLines(own, folder, width, paint),
    ]),
    notPlayed.length === 0
      ? []
      : [
          paint.head('Not played'),
          ...notPlayed.flatMap(({ code, remedy, because }) =>
            wrapped(`${code}: ${remedy} (${because})`, width, '  - ', '    '),
          ),
        ],
    [
      ...(played.length === 0
        ? []
        : wrapped(
            `Each is played alone: ${plural(seeds.length, 'run')} before and after with the same arrivals and draws${seeds.length > 1 ? '; differences are means over the seeds with 95 % intervals (Student)' : ''}.`,
            width,
          ).map(paint.dim)),
      ...(more === 0
        ? []
        : wrapped(
            `${plural(more, 'more remedy', 'more remedies')}: --most ${played.length + more}.`,
            width,
          ).map(paint.dim)),
    ],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Which to take, in a sentence. */
function answerText({ played, best, notPlayed, diagnosis, interrupted }: Remedied): string {
  const taken = best === null ? undefined : played[best];
  if (taken !== undefined) {
    return `Take ${played.length === 1 ? 'the remedy' : `remedy ${best! + 1}`} (for ${taken.code}): ${taken.remedy}`;
  }
  if (interrupted) return 'Stopped before a remedy was found to help.';
  if (played.length > 0) return `None of ${plural(played.length, 'remedy', 'remedies')} helps.`;
  if (notPlayed.length > 0) return 'No remedy can be played: what is wrong is not for a manifest to mend.';
  return diagnosis.answer === 'holds'
    ? 'The run holds: there is nothing to mend.'
    : 'Nothing that was found has a remedy.';
}

function playedLines(own: PlayedRemedy, folder: string | undefined, width: number, paint: Paint): string[] {
  const { sign, tone } = signs[own.verdict];
  const [first = '', ...rest] = wrapped(`${sign} ${own.sentence}`, width - 2, '', '  ');
  return [
    `  ${paint[tone](first)}`,
    ...rest.map((line) => `  ${line}`),
    ...tableLines(outcomeTable(own), width - 4).map(
      (line, row) => `    ${row === 0 ? paint.dim(line) : line}`,
    ),
    ...(folder === undefined ? [] : commandLines(own, folder)),
  ];
}

function commandLines({ apply, remove, folder: own }: PlayedRemedy, folder: string): string[] {
  return [
    ...(remove === '' ? [] : [`  Delete: kubectl delete -f ${folder}/${own}/kubectl/delete.yaml`]),
    ...(apply === '' ? [] : [`  Apply:  kubectl apply -f ${folder}/${own}/kubectl/apply.yaml`]),
    `  Replay: meshshift run ${folder}/${own}`,
  ];
}

const mean = (of: readonly RemedyOutcome[], what: 'failed' | 'late' | 'harm'): string => {
  const value = of.reduce((sum, own) => sum + own[what], 0) / of.length;
  return Number.isInteger(value) || value >= 10 ? count(value) : value.toFixed(1);
};

const outcomeTable = ({ before, after, unit, harm, failed, late, code }: PlayedRemedy): Table => ({
  caption: '',
  columns: [left('per run'), right('before'), right('after'), right('difference [95 %]')],
  rows: [
    ...(unit === 'runs' || unit === 'pages'
      ? []
      : [[`${unit} of ${code}`, mean(before, 'harm'), mean(after, 'harm'), differenceText(harm)]]),
    ['pages failed', mean(before, 'failed'), mean(after, 'failed'), differenceText(failed)],
    ['pages late', mean(before, 'late'), mean(after, 'late'), differenceText(late)],
    // Where nothing was and nothing is, nothing is told.
  ].filter(([, was, is]) => was !== '0' || is !== '0'),
});

const signed = (value: number): string => {
  const size = Math.abs(value);
  const text = Number.isInteger(size) || size >= 10 ? count(size) : size.toFixed(1);
  return Number(text) === 0 ? '0' : `${value < 0 ? '−' : '+'}${text}`;
};

const differenceText = ({ mean, low, high }: Difference): string =>
  low === null || high === null || low === high
    ? signed(mean)
    : `${signed(mean)} [${signed(low)} to ${signed(high)}]`;
