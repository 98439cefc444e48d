import type { FindingRecord } from '../record/finding.ts';
import type { RunRecord } from '../record/record.ts';
import { remedyText } from '../verdict/finding/remedy.ts';
import { guessedText } from './guessed.ts';
import { plural } from '../words/number.ts';

/** "Is my shift all right?", as every report tells it. */
export interface Answer {
  readonly tone: 'good' | 'warn' | 'bad';
  readonly sign: string;
  readonly word: string;
  readonly sentence: string;
  /** What the first finding rests on; empty where nothing is wrong, as the advice is. */
  readonly evidence: readonly string[];
  /** Why, what to do, and where to look, of the first finding. */
  readonly advice: readonly string[];
  /** The other findings, one sentence each, the worst first. */
  readonly others: readonly string[];
}

const signs = {
  holds: { tone: 'good', sign: '✓', word: 'Holds' },
  'holds, but': { tone: 'warn', sign: '!', word: 'Holds, but' },
  'does not hold': { tone: 'bad', sign: '✗', word: 'Does not hold' },
} as const;

/** undefined: a stored run of a version that did not ask. */
export function answerOf(record: RunRecord): Answer | undefined {
  const { diagnosis } = record;
  if (diagnosis === null) return undefined;
  const { answer, findings } = diagnosis;
  const first = answer === 'holds' ? undefined : findings[0];
  const rest = answer === 'holds' ? findings : findings.slice(1);
  const rests = guessedText(record.guesses, folderOf(record));
  return {
    ...signs[answer],
    // A tick over guesses is one only as far as they hold.
    ...(answer === 'holds' && rests.length > 0 ? { word: 'Holds, if the guesses do' } : {}),
    sentence: first?.sentence ?? wellText(record),
    evidence: first?.evidence ?? [],
    advice: [
      ...(first === undefined
        ? []
        : [
            `Why: ${first.why}`,
            ...(first.remedies.length === 0 ? [] : [`What to do: ${remedyText(first.remedies)}`]),
            ...(first.trace === null ? [] : [`One such page: ${traceCommand(record, first.trace)}`]),
          ]),
      ...rests,
    ],
    others: rest.map(otherText),
  };
}

const folderOf = ({ scenario }: RunRecord): string => scenario.path ?? scenario.name;

const otherText = ({ sentence, remedies, level }: FindingRecord): string =>
  remedies.length === 0 || level === 'luck' || level === 'note'
    ? sentence
    : `${sentence} ${remedyText(remedies)}`;

function wellText({ pages, refreshes }: RunRecord): string {
  const late = pages.lateMs === null ? '' : `, none took longer than ${pages.lateMs / 1000} s`;
  if (pages.pages === 0 && refreshes.length === 0) return 'No page was asked for.';
  return pages.pages === 1
    ? `The page came${late}.`
    : `All ${plural(pages.pages, 'page')} came whole${late}.`;
}

/** The command that shows one page, made of the one that repeats the run. */
function traceCommand({ scenario }: RunRecord, options: string): string {
  return `${scenario.command.replace('meshshift run', 'meshshift trace')} ${options}`;
}
