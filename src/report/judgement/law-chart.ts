import { least, range, sum } from 'd3-array';
import { binomPmf, binomTest } from '../../stats/index.ts';
import type { Judgement } from '../../verdict/judgement.ts';
import { oftenText } from '../../verdict/words.ts';
import { plotWidth, poster, type Panel } from '../chart/chart.ts';
import { lawLayers, lawLegend } from '../chart/law.ts';
import { legendPanel } from '../chart/legend.ts';
import { pixelCut } from '../glyphs.ts';
import { oneLine } from '../layout.ts';
import { count, pEquals, percent, plural } from '../../words/number.ts';
import { ink, stylesOf } from '../palette.ts';
import type { JudgementChart } from './chart.ts';
import { isOpen, shownVersion } from './shown-version.ts';

/** The exact binomial law of one version's count under each rule, with the count that came. */
export function lawChart(judgement: Judgement): JudgementChart | null {
  const key = shownVersion(judgement);
  const drawn = judgement.rules
    .map(({ shares, counts }, rule) => ({
      rule,
      share: shares[key] ?? 0,
      seen: counts[key] ?? 0,
      n: sum(counts),
    }))
    .filter(({ n, share }) => n > 0 && isOpen(share))
    .map((own) => ({ ...own, p: binomTest({ k: own.seen, n: own.n, p: own.share }) }));
  if (drawn.length === 0) return null;
  const strangest = least(drawn, (own) => own.p)!;
  const { key: name } = judgement.versions[key]!;
  const shown = drawn.slice(0, mostPanels);
  const of = (own: (typeof drawn)[number]): string =>
    `${count(own.seen)} of ${count(own.n)} with ${name}, at ${percent(own.share)}, ${pEquals(own.p)}`;
  const text = drawn
    .map((own) => `${of(own)}: ${Number((own.n * own.share).toFixed(1))} would be in the middle.`)
    .join(' ');
  const title = `Is ${count(strangest.seen)} of ${count(strangest.n)} with ${name} luck? ${rarity(strangest.p)}`;
  return {
    title,
    text,
    spec: poster(
      {
        text: title,
        subtitle: `exact probability of each count of ${name} ${
          drawn.length > 1
            ? 'under each rule that was in force'
            : `in ${plural(strangest.n, 'request')} at ${percent(strangest.share)}`
        }`,
        description: text,
      },
      [
        legendPanel(lawLegend),
        ...shown.map((own): Panel => ({
          width: plotWidth,
          height: shown.length === 1 ? 230 : 130,
          ...(shown.length === 1
            ? {}
            : {
                title: {
                  text: pixelCut(oneLine(of(own)), plotWidth, 12, true),
                  anchor: 'start' as const,
                  frame: 'group' as const,
                  fontSize: 12,
                  offset: 16,
                  color: ink.text,
                },
              }),
          layer: lawLayers({
            ...columnsOf(own.n, own.share, own.seen),
            outline: null,
            axisTitle: `requests with ${pixelCut(oneLine(name), 400, 12)}`,
            colour: stylesOf(judgement.versions.map((each) => each.key))(name).colour,
          }),
        })),
      ],
      12,
    ),
  };
}

/** How often luck alone does at least as much. */
const rarity = (p: number): string =>
  p > 0.5 ? 'More often than not it strays as far' : `It strays as far in ${oftenText(p)}`;

const mostPanels = 4;
const mostColumns = 160;

/** The counts that are not next to impossible, with the one that came; evenly spaced ones where they are many. */
function columnsOf(
  n: number,
  p: number,
  seen: number,
): Pick<Parameters<typeof lawLayers>[0], 'columns' | 'step' | 'seen'> {
  const pmf = (k: number): number => binomPmf({ n, k, p });
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const spread = Math.sqrt(n * p * (1 - p));
  const low = Math.max(0, Math.min(seen, Math.floor(mode - 4.5 * spread - 3)));
  const high = Math.min(n, Math.max(seen, Math.ceil(mode + 4.5 * spread + 3)));
  const step = Math.ceil((high - low + 1) / mostColumns);
  // The grid goes through the likeliest count.
  const first = mode - Math.floor((mode - low) / step) * step;
  const columns = range(first, high + 1, step).map((k) => ({ count: k, probability: pmf(k) }));
  return { columns, step, seen: { count: seen, probability: pmf(seen) } };
}
