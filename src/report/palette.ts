import type { RunRecord } from '../record/record.ts';

/**
 * How one key (version) looks on every chart, table and page of a report: a colour that colour-blind readers can tell apart
 * (after Okabe and Ito, "Color Universal Design", 2008; nothing as light as their yellow, which fades on white), and a dash and a shape, so that colour never stands alone.
 */
export interface KeyStyle {
  readonly colour: string;
  /** Dashes of its lines, in pixels; empty for a solid line. */
  readonly dash: readonly number[];
  /** A symbol name that Vega draws. */
  readonly shape: string;
}

/** The colours that are not data. The page swaps them (and `starBlack`) where the reader prefers dark. */
export const ink = {
  text: '#1b2733',
  muted: '#566573',
  grid: '#dfe4e8',
  background: '#ffffff',
  alarm: '#b3261e',
  /** Ground of a box. */
  card: '#f5f7f9',
  /** Streams of requests. */
  flow: '#97a5b2',
} as const;

/** Bookinfo's own drawing of a review, and the paper that it stands on, which stays light in the dark. */
export const page = {
  paper: '#fdfdfb',
  stalePaper: '#fdf0d2',
  staleEdge: '#b26a00',
  edge: '#8a96a1',
  writing: '#c3cad0',
  black: '#15181b',
  red: '#d4380d',
  error: '#a8201a',
} as const;

/** Columns of a distribution: counts that are likely, and those at least as unlikely as the one that came. */
export const bar = { common: '#d3cfe0', rare: '#75659c' } as const;

const starBlack = '#24292f';
/** The colour of a version of Bookinfo's reviews, by the stars that it draws. */
export const byMark: Readonly<Record<string, string>> = { none: '#0072b2', black: starBlack, red: '#d55e00' };
const others = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#7a5c00', '#6a3d9a', '#2b95cf', '#5b6570'];
const dashes: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [8, 3, 2, 3], [12, 4], [4, 2]];
const shapes = ['circle', 'square', 'diamond', 'triangle-up', 'triangle-down', 'cross'];

/** The data colours that are too dark or too light for a dark page, and what they become there. */
export const darkTwin: Readonly<Record<string, string>> = {
  [ink.text]: '#e6ebef',
  [ink.muted]: '#a3b1bd',
  [ink.grid]: '#333e48',
  [ink.background]: '#161c22',
  [ink.alarm]: '#ff8a80',
  [ink.card]: '#1f272f',
  [ink.flow]: '#65737f',
  [starBlack]: '#d5dde4',
  [bar.common]: '#48435c',
  [bar.rare]: '#b7a8e2',
  '#0072b2': '#4aa8e0',
  '#d55e00': '#f07f35',
  '#009e73': '#2fc49a',
  '#7a5c00': '#c9a227',
  '#6a3d9a': '#a987d8',
  '#5b6570': '#a4afba',
};

/** The style of every key of a record. A key looks the same in every service; the service in focus chooses first. */
export function palette(record: RunRecord): (key: string) => KeyStyle {
  const focusFirst = [...record.splits].sort(
    (a, b) => Number(b.service === record.focus) - Number(a.service === record.focus),
  );
  const wanted = new Map<string, string>();
  for (const split of focusFirst) {
    split.keys.forEach((key, i) => {
      const own = byMark[split.marks[i] ?? ''];
      if (own !== undefined && !wanted.has(key)) wanted.set(key, own);
    });
  }
  return stylesOf(
    [...focusFirst.flatMap((split) => split.keys), ...record.refreshes.flatMap((r) => r.keys)],
    wanted,
  );
}

/** The style of every key, in their order; some may have a colour already. */
export function stylesOf(
  keys: readonly string[],
  wanted: ReadonlyMap<string, string> = new Map(),
): (key: string) => KeyStyle {
  const colours = new Map(wanted);
  const used = new Set(colours.values());
  for (const key of keys) {
    if (colours.has(key)) continue;
    const colour = others.find((own) => !used.has(own)) ?? others[colours.size % others.length]!;
    colours.set(key, colour);
    used.add(colour);
  }
  const placeOf = new Map([...new Set(keys)].map((key, place) => [key, place]));
  return (key) => {
    const place = placeOf.get(key) ?? 0;
    return {
      colour: colours.get(key) ?? ink.muted,
      dash: dashes[place % dashes.length]!,
      shape: shapes[place % shapes.length]!,
    };
  };
}
