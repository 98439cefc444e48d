import type { Judgement } from '../../verdict/judgement.ts';
import { plotWidth, poster, type Position } from '../chart/chart.ts';
import { legendPanel } from '../chart/legend.ts';
import { count, plural } from '../../words/number.ts';
import { stylesOf } from '../palette.ts';
import type { JudgementChart } from './chart.ts';

const perRow = 40;
const rowHeight = 20;
const cellWidth = plotWidth / perRow;

/** The first choices in their order, a sign for each: what alternates, keeps to blocks or changes half-way shows at a glance. */
export function stripChart({ strip, versions, requests }: Judgement): JudgementChart | null {
  if (strip.length === 0) return null;
  const style = stylesOf(versions.map((own) => own.key));
  const cells = strip.map((key, i) => ({
    x: ((i % perRow) + 0.5) * cellWidth,
    y: (Math.floor(i / perRow) + 0.5) * rowHeight,
    ...style(versions[key]!.key),
  }));
  const pixel = (field: string): Position => ({ field, type: 'quantitative', scale: null, axis: null });
  const changes = strip.filter((key, i) => i > 0 && key !== strip[i - 1]).length;
  const which =
    strip.length < requests ? `the first ${count(strip.length)} of ${count(requests)}` : 'all of them';
  const text = `In order, ${which}: ${runsText(strip, versions)}. The version changes ${plural(changes, 'time')} from one request to the next.`;
  const title = 'In which order did they come?';
  return {
    title,
    text,
    spec: poster(
      {
        text: title,
        subtitle: `${which}, line by line; the version changes ${plural(changes, 'time')} from one request to the next`,
        description: text,
      },
      [
        legendPanel(
          versions.map(({ key }) => ({
            label: key,
            colour: style(key).colour,
            sign: 'point',
            shape: style(key).shape,
          })),
        ),
        {
          width: plotWidth,
          height: Math.ceil(strip.length / perRow) * rowHeight,
          view: { stroke: null },
          layer: [
            {
              data: { values: cells.map(({ dash: _, ...own }) => own) },
              mark: { type: 'point', size: 110, filled: true, opacity: 1 },
              encoding: {
                x: pixel('x'),
                y: pixel('y'),
                color: { field: 'colour', type: 'nominal', scale: null },
                shape: { field: 'shape', type: 'nominal', scale: null },
              },
            },
          ],
        },
      ],
    ),
  };
}

/** "v1, v3 three times, v1 ...", the first ones. */
function runsText(strip: readonly number[], versions: Judgement['versions']): string {
  const runs: { key: number; length: number }[] = [];
  for (const key of strip) {
    const last = runs.at(-1);
    if (last?.key === key) last.length += 1;
    else runs.push({ key, length: 1 });
  }
  const told = runs.slice(0, 20).map(({ key, length }) => {
    const { key: name } = versions[key]!;
    return length === 1 ? name : `${name} ×${length}`;
  });
  return `${told.join(', ')}${runs.length > told.length ? ' …' : ''}`;
}
