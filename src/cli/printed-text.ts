import { Option } from 'commander';
import type { RunRecord } from '../record/record.ts';
import type { Io } from './io.ts';

/** One screen unless all is asked for: the one answer of `run` and `report`. */
export const fullOption = (): Option =>
  new Option(
    '--full',
    'print all that is known of the run (else the answer on one screen: at most 40 lines)',
  ).default(false);

/** A run as text for the terminal, down to the empty line above what will stand under it. */
export async function printedText(
  io: Io,
  record: RunRecord,
  full: boolean,
  linesUnder: number,
): Promise<string> {
  const options = { paint: io.paint, width: io.width };
  if (!full) return (await import('../report/screen.ts')).renderScreen(record, options, linesUnder);
  const { renderText } = await import('../report/text.ts');
  return `${renderText(record, options)}\n`;
}
