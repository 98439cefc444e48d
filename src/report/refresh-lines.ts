import type { RefreshSession, RunRecord, ServiceSplit } from '../record/record.ts';
import { oneLine, wrapped } from './layout.ts';
import { count, pEquals, plural } from '../words/number.ts';
import type { Paint } from './paint.ts';
import { countsText, showsText } from './table/refresh.ts';
import { keyLabel, lacksPart, splitOf } from './words.ts';

/** Signs of the strip, told apart without colour. */
const strip: Readonly<Record<string, string>> = { none: '·', black: '☆', red: '★', error: 'x' };
const pagesPerRow = 15;

/** The refreshes of one session: how many came of each version, and a sign for each page. */
export function refreshLines(
  record: RunRecord,
  session: RefreshSession,
  width: number,
  paint: Paint,
  mostPages = 120,
): string[] {
  const n = session.refreshes.length;
  if (n === 0) return [];
  const split = splitOf(record, session.service);
  const sign = (key: number, shows: string) =>
    strip[shows] ??
    (lacksPart(shows) ? '?' : undefined) ??
    String.fromCharCode(65 + (key < 0 ? 23 : key % 23));
  const lines = [
    paint.head(`${plural(n, 'refresh', 'refreshes')} by ${oneLine(session.name)}`),
    ...wrapped(
      `  ${countsText(record, session)}${session.p === null ? '' : `; ${pEquals(session.p)}`}`,
      width,
      '  ',
    ),
  ];
  const drawn = session.refreshes.slice(0, mostPages);
  const margin = `${drawn.length}  `.length;
  for (let from = 0; from < drawn.length; from += pagesPerRow) {
    const row = drawn.slice(from, from + pagesPerRow);
    const signs = row.map(({ key, shows }) => {
      const glyph = sign(key, shows);
      return shows === 'red' ? paint.red(glyph) : glyph === 'x' ? paint.bad(glyph) : glyph;
    });
    lines.push(`  ${`${from + 1}`.padStart(margin - 2)}  ${signs.join(' ')}`);
    if (row.some((refresh) => refresh.stale)) {
      lines.push(`  ${' '.repeat(margin)}${row.map(({ stale }) => (stale ? '^' : ' ')).join(' ')}`.trimEnd());
    }
  }
  const legend = new Map<string, string>();
  for (const { key, shows } of drawn) legend.set(sign(key, shows), meaning(session, split, key, shows));
  if (drawn.some((refresh) => refresh.stale)) legend.set('^', 'under the old rule');
  // A sign must not be torn from its meaning: inside an entry the blanks do not break.
  const entries = [...legend].map(([glyph, text]) => `${glyph} ${text}`.replaceAll(' ', '\u00a0'));
  lines.push(
    ...wrapped(entries.join('   '), width, '  ').map((line) => paint.dim(line.replaceAll('\u00a0', ' '))),
  );
  if (n > mostPages) lines.push(`  the first ${mostPages} of ${count(n)} are drawn`);
  return lines;
}

function meaning(
  session: RefreshSession,
  split: ServiceSplit | undefined,
  key: number,
  shows: string,
): string {
  if (shows === 'error') return 'error in its place';
  if (lacksPart(shows)) return showsText(shows);
  const name = session.keys[key];
  return name === undefined ? shows : keyLabel(name, split?.marks[key]);
}
