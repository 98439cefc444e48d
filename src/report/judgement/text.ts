import type { Judgement } from '../../verdict/judgement.ts';
import type { ShareInterval } from '../../verdict/words.ts';
import { tableLines, wrapped } from '../layout.ts';
import { plain, type Paint } from '../paint.ts';
import { mechanismText, numberLines, lookOf, versionTable } from './lines.ts';

/** A judgement for a terminal: the sentence, then the evidence. */
export function renderJudgement(
  judgement: Judgement,
  {
    paint = plain,
    width,
    interval = 'wilson',
  }: { readonly paint?: Paint; readonly width: number; readonly interval?: ShareInterval },
): string {
  const { sign, tone } = lookOf(judgement);
  const [first = '', ...rest] = wrapped(judgement.sentence, width, `${sign} `, '  ');
  // The sign is painted after wrapping, so that colour moves no line.
  const head = `${paint[tone === 'calm' ? 'warn' : tone](sign)}${first.slice(sign.length)}`;
  const blocks = [[head, ...rest]];
  if (judgement.requests > 0) {
    blocks.push(
      tableLines(versionTable(judgement, interval), width),
      numberLines(judgement).flatMap((line) => wrapped(line, width, '', '  ')),
    );
  }
  if (judgement.mechanisms.length > 0) {
    blocks.push([
      'What it looks like, likeliest first',
      ...judgement.mechanisms.flatMap((own, place) => {
        const { name, odds, why } = mechanismText(own, place);
        return [
          ...wrapped(`${name} (${odds})`, width, `  ${place + 1}. `, '     '),
          ...wrapped(why, width, '     '),
        ];
      }),
    ]);
  }
  if (judgement.settle.length > 0) {
    blocks.push([
      'What would settle more',
      ...judgement.settle.flatMap((own) => wrapped(own, width, '  - ', '    ')),
    ]);
  }
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
