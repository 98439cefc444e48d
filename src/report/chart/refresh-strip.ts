import { sum } from 'd3-array';
import type { Refresh, RefreshSession, RunRecord } from '../../record/record.ts';
import { pixelCut } from '../glyphs.ts';
import { oneLine } from '../layout.ts';
import { count, pEquals, plural } from '../../words/number.ts';
import { ink, page, palette } from '../palette.ts';
import { countsText, cutText, refreshTable } from '../table/refresh.ts';
import type { Table } from '../table/table.ts';
import { plotWidth, poster, type Chart, type Layers, type Panel, type Position } from './chart.ts';
import { lacksPart } from '../words.ts';
import { notePanel } from './legend.ts';
import { crossPath, foldPath, paperPath, questionPath, starColour, starsPath, writingPath } from './star.ts';

/** Each refresh as the small page that the browser showed, in order. */
export const refreshStrip: Chart = {
  name: 'refresh-strip',
  section: 'What the browser showed',
  question: 'What did the browser show, refresh by refresh?',
  title(record) {
    const session = record.refreshes[0];
    if (session === undefined) return this.question;
    const others = record.refreshes.length - 1;
    return `What did ${plural(session.refreshes.length, 'refresh', 'refreshes')} show? ${capital(countsText(record, session))}${others > 0 ? `, and ${plural(others, 'more session')}` : ''}`;
  },
  spec(record) {
    const sessions = drawnSessions(record);
    if (sessions.length === 0) return null;
    const all = sum(record.refreshes, (session) => session.refreshes.length);
    const shown = sessions.flatMap(({ pages }) => pages);
    const notes = [
      ...(shown.some((refresh) => refresh.shows === 'error')
        ? ['×: an error stood in its place; a number is the status of a page that failed as a whole']
        : []),
      ...(shown.some((refresh) => lacksPart(refresh.shows))
        ? ['?: the version answered, but without what it fetches itself (ratings)']
        : []),
      ...(shown.some((refresh) => refresh.stale)
        ? ['old rule: the proxy that chose did not yet hold what was configured']
        : []),
      ...(shown.length < all
        ? [`${count(shown.length)} of ${count(all)} pages are drawn; the counts are of all`]
        : []),
    ];
    return poster(
      { text: this.title(record), description: this.text(record) },
      [
        ...sessions.map(({ session, pages }) => sessionPanel(record, session, pages, sessions.length > 1)),
        ...(notes.length === 0 ? [] : [notePanel(notes)]),
      ],
      16,
    );
  },
  text(record) {
    if (record.refreshes.length === 0) return 'Nobody refreshed a page in this run.';
    return record.refreshes
      .map((session) => {
        const stale = session.refreshes.filter((refresh) => refresh.stale).length;
        const order = session.refreshes.slice(0, mostPages).map((refresh) => caption(session, refresh));
        const old = stale > 0 ? ` ${plural(stale, 'page')} came by an old rule.` : '';
        const p = session.p === null ? '' : ` (${pEquals(session.p)})`;
        return `${session.name}: ${countsText(record, session)}${p}.${old} In order: ${order.join(', ')}${session.refreshes.length > mostPages ? ' ...' : ''}.`;
      })
      .join(' ');
  },
  table(record): Table {
    const tables = record.refreshes.map((session) => refreshTable(record, session, mostPages));
    const [first] = tables;
    if (first === undefined) return { caption: 'Refreshes', columns: [], rows: [] };
    return {
      caption: `Refreshes, in order${record.refreshes.map((session) => cutText(session, mostPages)).find((text) => text !== '') ?? ''}`,
      columns: [{ title: 'Session', align: 'left' }, ...first.columns],
      rows: record.refreshes.flatMap((session, i) => tables[i]!.rows.map((row) => [session.name, ...row])),
    };
  },
};

const mostPages = 120;
const pagesPerRow = 15;
const cellWidth = plotWidth / pagesPerRow;
const cellHeight = 74;
const staleLine = 10;

/** The pages that fit, the first session first. */
function drawnSessions(record: RunRecord): { session: RefreshSession; pages: readonly Refresh[] }[] {
  let room = mostPages;
  return record.refreshes.flatMap((session) => {
    const pages = session.refreshes.slice(0, room);
    room -= pages.length;
    return pages.length === 0 ? [] : [{ session, pages }];
  });
}

function sessionPanel(
  record: RunRecord,
  session: RefreshSession,
  pages: readonly Refresh[],
  isNamed: boolean,
): Panel {
  const style = palette(record);
  const height = cellHeight + (pages.some((refresh) => refresh.stale) ? staleLine : 0);
  const cells = pages.map((refresh, i) => {
    const column = i % pagesPerRow;
    const row = Math.floor(i / pagesPerRow);
    const key = session.keys[refresh.key];
    return {
      x: (column + 0.5) * cellWidth,
      y: row * height + 24,
      number: `${i + 1}`,
      caption: pixelCut(oneLine(caption(session, refresh)), cellWidth - 2, 9),
      shows: refresh.shows,
      stale: refresh.stale,
      colour: key === undefined ? page.error : style(key).colour,
      shape: key === undefined ? 'cross' : style(key).shape,
    };
  });
  const rows = Math.ceil(pages.length / pagesPerRow);
  return {
    width: plotWidth,
    height: rows * height,
    view: { stroke: null },
    ...(isNamed
      ? {
          title: {
            text: pixelCut(oneLine(`${session.name}: ${countsText(record, session)}`), plotWidth, 12, true),
            anchor: 'start' as const,
            frame: 'group' as const,
            fontSize: 12,
            offset: 2,
            color: ink.text,
          },
        }
      : {}),
    layer: pageLayers(cells),
  };
}

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly number: string;
  readonly caption: string;
  readonly shows: string;
  readonly stale: boolean;
  readonly colour: string;
  readonly shape: string;
}

/** A page is 20 pixels to each side of its middle: 4 * 20 * 20 in Vega's measure of size. */
const pageSize = 1600;

function pageLayers(cells: readonly Cell[]): Layers {
  const pixel = (field: string): Position => ({ field, type: 'quantitative', scale: null, axis: null });
  const at = { x: pixel('x'), y: pixel('y') };
  const isBroken = (cell: Cell) => cell.shows === 'error';
  const outline = (shape: string, color: string, strokeWidth: number) =>
    ({ type: 'point', shape, size: pageSize, filled: false, color, strokeWidth, opacity: 1 }) as const;
  const label = (dy: number, color: string, fontSize: number) =>
    ({ type: 'text', dy, color, fontSize, baseline: 'middle' }) as const;
  const paper = { type: 'point', shape: paperPath, size: pageSize, opacity: 1 } as const;
  const stale = { strokeWidth: 1.5, strokeDash: [3, 2], stroke: page.staleEdge, fill: page.stalePaper };
  type Layer = Extract<Layers[number], { mark: unknown }>;
  /** A layer for the cells of some kind; none where there are none. */
  const some = (
    test: (cell: Cell) => boolean,
    mark: Layer['mark'],
    encoding: Layer['encoding'] = {},
  ): Layers => {
    const values = cells.filter(test).map((cell) => ({ ...cell }));
    return values.length === 0 ? [] : [{ data: { values }, mark, encoding: { ...at, ...encoding } }];
  };
  return [
    ...some(() => true, { ...paper, strokeWidth: 1, stroke: page.edge, fill: page.paper }),
    ...some((cell) => cell.stale, { ...paper, ...stale }),
    ...some(() => true, outline(foldPath, page.edge, 1)),
    ...some((cell) => !isBroken(cell), outline(writingPath, page.writing, 1.5)),
    ...Object.entries(starColour).flatMap(([shows, colour]) =>
      some((cell) => cell.shows === shows, {
        type: 'point',
        shape: starsPath,
        size: pageSize,
        filled: true,
        color: colour,
        opacity: 1,
      }),
    ),
    ...some(isBroken, outline(crossPath, page.error, 3)),
    ...some((cell) => lacksPart(cell.shows), outline(questionPath, page.error, 2)),
    // A service without stars shows its version by that version's own sign.
    ...some(
      (cell) => !known.has(cell.shows) && !lacksPart(cell.shows),
      { type: 'point', size: 110, filled: true, opacity: 1 },
      {
        color: { field: 'colour', type: 'nominal', scale: null },
        shape: { field: 'shape', type: 'nominal', scale: null },
      },
    ),
    ...some(() => true, label(28, ink.text, 9), { text: { field: 'caption' } }),
    ...some(() => true, label(39, ink.muted, 9), { text: { field: 'number' } }),
    ...some((cell) => cell.stale, label(49, ink.alarm, 9), { text: { value: 'old rule' } }),
  ];
}

const known = new Set(['none', 'black', 'red', 'error']);

/** What stands below a page: its version, or what went wrong. */
function caption(session: RefreshSession, refresh: Refresh): string {
  const key = session.keys[refresh.key];
  if (refresh.status === 0) return 'no answer';
  if (refresh.status !== 200) return `${refresh.status}`;
  if (key === undefined || refresh.shows === 'error') return refresh.shows;
  return lacksPart(refresh.shows) ? `${key}, ?` : key;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
