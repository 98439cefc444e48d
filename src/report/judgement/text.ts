import type { Judgement } from '../../verdict/judge.ts';
import type { ShareInterval } from '../../verdict/words.ts';
import { tableLines, wrapped } from '../layout.ts';
import { mechanismText, numberLines, verdictLook, versionTable } from './lines.ts';

/** A judgement for a terminal: the sentence, then the evidence. */
export function renderJudgement(
  judgement: Judgement,
  {
    colour,
    width,
    interval = 'wilson',
  }: { readonly colour: boolean; readonly width: number; readonly interval?: ShareInterval },
): string {
  const { sign } = verdictLook[judgement.kind];
  const paint = { chance: 32, 'too few to tell': 33, fault: 31 }[judgement.kind];
  const [first = '', ...rest] = wrapped(judgement.sentence, width, `${sign} `, '  ');
  // The sign is painted after wrapping, so that colour moves no line.
  const head = colour ? `\u001b[${paint}m${sign}\u001b[0m${first.slice(sign.length)}` : first;
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
