import { maxIndex, sum } from 'd3-array';
import type { RefreshSession, RunRecord } from '../../record/record.ts';
import { pixelCut } from '../glyphs.ts';
import { oneLine } from '../layout.ts';
import { count, missing, pEquals, percent, plural } from '../../words/number.ts';
import { ink, palette } from '../palette.ts';
import { left, right, type Table } from '../table/table.ts';
import { labelOf } from '../words.ts';
import { plotWidth, poster, type Chart, type Layers, type Panel } from './chart.ts';
import { lawLayers, lawLegend, tie } from './law.ts';
import { legendPanel, notePanel } from './legend.ts';

/** How many pages of a session show one version: the probability of every count, and the count that came. */
export const exactDistribution: Chart = {
  name: 'exact-distribution',
  section: 'What the browser showed',
  question: 'Is what the browser showed within the luck of the draw?',
  title(record) {
    const [first] = draws(record);
    if (first === undefined) return this.question;
    const { session, seen, pages } = first;
    const p = session.p === null ? '' : ` ${rarity(session.p)}`;
    return `Is ${count(seen)} of ${count(pages)} with ${session.distributionKey!} luck?${p}`;
  },
  spec(record) {
    const all = draws(record);
    if (all.length === 0) return null;
    const shown = all.slice(0, mostPanels);
    const hasOutline = shown.some((draw) => draw.configured !== null);
    return poster(
      {
        text: this.title(record),
        subtitle: 'exact probability of each count, from the shares that the asked proxies held',
        description: this.text(record),
      },
      [
        legendPanel([
          ...lawLegend,
          ...(hasOutline
            ? [
                {
                  label: 'had every proxy held the rule',
                  colour: ink.text,
                  sign: 'line',
                  dash: [3, 2],
                } as const,
              ]
            : []),
        ]),
        ...shown.map((draw): Panel => ({
          width: plotWidth,
          height: shown.length === 1 ? 230 : 130,
          title: {
            text: pixelCut(oneLine(panelTitle(draw)), plotWidth, 12, true),
            anchor: 'start',
            frame: 'group',
            fontSize: 12,
            offset: 16,
            color: ink.text,
          },
          layer: drawLayers(record, draw),
        })),
        ...(all.length > shown.length
          ? [notePanel([`and ${plural(all.length - shown.length, 'more session')}`])]
          : []),
      ],
      12,
    );
  },
  text(record) {
    const all = draws(record);
    if (all.length === 0) return 'No session of refreshes had anything to draw.';
    return all
      .map(({ session, seen, pages, mass }) => {
        const label = labelOf(record, session.service, session.distributionKey!);
        const likeliest = maxIndex(mass);
        const [low, high] = centralRange(mass);
        const p = session.p === null ? '' : ` ${rarity(session.p)}.`;
        return `${session.name}: ${count(seen)} of ${plural(pages, 'page')} showed ${label}; the likeliest count is ${count(likeliest)} (${percent(mass[likeliest]!, 1000)}), and ${count(low)} to ${count(high)} come in 19 of 20 sessions or more.${p}`;
      })
      .join(' ');
  },
  table(record): Table {
    const all = draws(record);
    return {
      caption: 'Probability of each count of pages',
      columns: [
        left('Session'),
        right('Pages'),
        right('Probability'),
        right('As configured'),
        left('What came'),
      ],
      rows: all.flatMap(({ session, seen, mass, configured, from, to }) =>
        mass
          .slice(from, to + 1)
          .map((probability, i) => [
            session.name,
            count(from + i),
            percent(probability, 1000),
            configured === null ? missing : percent(configured[from + i] ?? 0, 1000),
            from + i === seen ? 'this one' : probability <= mass[seen]! * tie ? 'at least as unlikely' : '',
          ]),
      ),
    };
  },
};

const mostPanels = 4;

interface Draw {
  readonly session: RefreshSession;
  readonly mass: readonly number[];
  /** Set only where it differs from `mass`. */
  readonly configured: readonly number[] | null;
  readonly seen: number;
  readonly pages: number;
  /** The counts worth drawing: those that are not next to impossible, and the one that came. */
  readonly from: number;
  readonly to: number;
}

function draws(record: RunRecord): Draw[] {
  return record.refreshes.flatMap((session) => {
    const { distribution: mass, distributionKey, configuredDistribution } = session;
    if (mass === null || distributionKey === null || mass.length < 2) return [];
    const seen = session.counts[session.keys.indexOf(distributionKey)] ?? 0;
    // Less than half a per cent of all sessions apart is the same picture.
    const apart = sum(mass, (m, i) => Math.abs(m - (configuredDistribution?.[i] ?? m))) / 2;
    const differs = configuredDistribution !== null && apart > 0.005;
    const configured = differs ? configuredDistribution : null;
    const isDrawn = (i: number) => i === seen || mass[i]! > 1e-4 || (configured?.[i] ?? 0) > 1e-4;
    const drawn = mass.flatMap((_, i) => (mass.length <= 26 || isDrawn(i) ? [i] : []));
    const draw = {
      session,
      mass,
      configured,
      seen,
      pages: mass.length - 1,
      from: drawn[0]!,
      to: drawn.at(-1)!,
    };
    return [draw];
  });
}

function panelTitle({ session, seen, pages }: Draw): string {
  const p = session.p === null ? '' : `, ${pEquals(session.p)}`;
  return `${session.name}: ${count(seen)} of ${count(pages)} with ${session.distributionKey!}${p}`;
}

/** How often luck alone does at least as much: the p-value as a frequency. */
function rarity(p: number): string {
  if (p >= 0.5) return 'More than half of all sessions are at least as uneven';
  if (p >= 1e-4) return `One session in ${count(Math.round(1 / p))} is at least as uneven`;
  return 'Fewer than one session in 10,000 is as uneven';
}

/** The narrowest run of counts around the likeliest that holds 95 %. */
function centralRange(mass: readonly number[]): [number, number] {
  let low = maxIndex(mass);
  let high = low;
  let held = mass[low]!;
  while (held < 0.95 && (low > 0 || high < mass.length - 1)) {
    const below = mass[low - 1] ?? -1;
    const above = mass[high + 1] ?? -1;
    if (below >= above) held += mass[(low -= 1)]!;
    else held += mass[(high += 1)]!;
  }
  return [low, high];
}

function drawLayers(record: RunRecord, { session, mass, configured, seen, from, to }: Draw): Layers {
  const key = session.distributionKey!;
  return lawLayers({
    columns: mass.slice(from, to + 1).map((probability, i) => ({ count: from + i, probability })),
    step: 1,
    seen: { count: seen, probability: mass[seen]! },
    outline: configured?.slice(from, to + 1) ?? null,
    axisTitle: `pages with ${pixelCut(oneLine(labelOf(record, session.service, key)), 400, 12)}`,
    colour: palette(record)(key).colour,
  });
}
