import { Option } from 'commander';
import type { RunRecord } from '../record/record.ts';
import type { Io } from './io.ts';

/** One screen unless all is asked for: the one answer of `run` and `report`. */
export const fullOption = (): Option =>
  new Option(
    '--full',
    'print all that is known of the run (else the answer on one screen: at most 40 lines)',
  ).default(false);

/** A run as text for the terminal, with what stands under it. */
export async function printedText(
  io: Io,
  record: RunRecord,
  full: boolean,
  under: readonly string[],
): Promise<string> {
  const options = { paint: io.paint, width: io.width };
  if (!full) return (await import('../report/screen.ts')).renderScreen(record, options, under);
  const { renderText } = await import('../report/text.ts');
  return `${renderText(record, options)}\n${under.map((line) => `${line}\n`).join('')}`;
}
