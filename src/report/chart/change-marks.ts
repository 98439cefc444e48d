import { groups, sort } from 'd3-array';
import type { RunRecord, TimelineEntry } from '../../record/record.ts';
import { moment, plural } from '../../words/number.ts';
import { pixelCut, textWidth } from '../glyphs.ts';
import { oneLine } from '../layout.ts';
import { entryText } from '../words.ts';
import { plotWidth, type Panel } from './chart.ts';
import { notePanel } from './legend.ts';

/** Changes at one moment share a letter. */
export interface ChangeMark {
  readonly letter: string;
  readonly atSeconds: number;
  readonly entries: readonly TimelineEntry[];
}

/** The changes of the timeline in their order, as many as there are letters. */
export function changeMarks(record: RunRecord): ChangeMark[] {
  const moments = groups(record.timeline, (entry) => entry.atSeconds);
  return sort(moments, ([atSeconds]) => atSeconds)
    .slice(0, 26)
    .map(([atSeconds, entries], i) => ({ letter: String.fromCharCode(65 + i), atSeconds, entries }));
}

/** Letters over their rules; those too close for reading share one label: "D–E". */
export function spreadLabels(marks: readonly ChangeMark[], end: number): { x: number; label: string }[] {
  const labels: { x: number; letters: string[] }[] = [];
  for (const { atSeconds, letter } of marks) {
    const last = labels.at(-1);
    if (last !== undefined && ((atSeconds - last.x) / end) * plotWidth < textWidth('M–M ', 11, true))
      last.letters.push(letter);
    else labels.push({ x: atSeconds, letters: [letter] });
  }
  return labels.map(({ x, letters }) => ({
    x,
    label: letters.length === 1 ? letters[0]! : `${letters[0]!}–${letters.at(-1)!}`,
  }));
}

const mostNotes = 8;

/** What each letter stands for. */
export function changeNotes(marks: readonly ChangeMark[]): Panel[] {
  if (marks.length === 0) return [];
  const lines = marks.slice(0, mostNotes).map(({ letter, atSeconds, entries }) => {
    const told = `${letter} at ${moment(atSeconds)}: ${entries.map(entryText).join(', ')}`;
    return pixelCut(oneLine(told), plotWidth, 11);
  });
  const more = marks.length - mostNotes;
  return [notePanel(more > 0 ? [...lines, `and ${plural(more, 'more change')}`] : lines)];
}
