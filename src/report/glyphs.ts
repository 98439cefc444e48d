import { keepUnits } from './keep-units.ts';

/** Advance widths of DejaVu Sans and its bold, in thousandths of the font size, for U+0020 to U+007E (DejaVu fonts 2.37). */
const regular = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636,
  636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295,
  295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838,
  500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521,
  392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];
const bold = [
  348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696,
  696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372,
  372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838,
  500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595,
  478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
];
/** Outside ASCII most of what we write is a dash, a sign or an accented letter. */
const other = 750;

/**
 * Width of a line of text in pixels. Charts are laid out by it instead of by a canvas, so that the same chart has the
 * same bytes in a terminal and in a page; other fonts of the stack are narrower, so nothing overlaps in them either.
 */
export function textWidth(text: string, fontSize: number, isBold = false): number {
  const widths = isBold ? bold : regular;
  let thousandths = 0;
  for (const letter of text) thousandths += widths[letter.charCodeAt(0) - 32] ?? other;
  return (thousandths * fontSize) / 1000;
}

/** Text broken into lines of at most `width` pixels, at blanks, but not before a unit; a longer word is cut with an ellipsis. */
export function pixelLines(text: string, width: number, fontSize: number, isBold = false): string[] {
  const lines: string[] = [];
  let line = '';
  for (const kept of keepUnits(text).split(' ')) {
    const word = kept.replaceAll('\u00a0', ' ');
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, fontSize, isBold) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].map((each) => pixelCut(each, width, fontSize, isBold));
}

/** Text cut to a width in pixels, with an ellipsis where something is missing. */
export function pixelCut(text: string, width: number, fontSize: number, isBold = false): string {
  if (textWidth(text, fontSize, isBold) <= width) return text;
  // Letter by letter from the left: the text may be a thousand times as long as what there is room for.
  let room = width - textWidth('…', fontSize, isBold);
  let end = 0;
  for (const letter of text) {
    room -= textWidth(letter, fontSize, isBold);
    // The first letter stands however narrow it is.
    if (room < 0 && end > 0) break;
    end += letter.length;
  }
  return `${text.slice(0, end)}…`;
}
