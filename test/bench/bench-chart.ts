import { median } from 'd3-array';
import type { TopLevelSpec } from 'vega-lite';
import { gallery, type Panel } from '../../src/report/chart/chart.ts';
import { ink } from '../../src/report/palette.ts';
import type { Bench, Grown } from './bench.ts';
import { nsPerEvent } from './bench-page.ts';

/** Nanoseconds an event over what grows, a panel each: a level line is what one wants. */
export function benchChart({ growth, rounds }: Bench): TopLevelSpec {
  return gallery(
    {
      text: 'What an event costs as a mesh grows',
      subtitle: `Medians of ${rounds} rounds, with the range; processor time, set-up left out`,
      description: 'Nanoseconds an event over the size of a mesh, a panel for each thing that grows.',
    },
    growth.map(panel),
    { columns: 2, panelWidth: 290, spacing: 40 },
  );
}

const panel = ({ of, points }: Grown): Panel => ({
  title: { text: of, anchor: 'start', fontSize: 11, fontWeight: 'normal', color: ink.muted },
  width: 290,
  height: 120,
  data: {
    values: points.map(({ size, costs }) => {
      const ns = costs.map(nsPerEvent);
      return { size, ns: median(ns)!, least: Math.min(...ns), most: Math.max(...ns) };
    }),
  },
  encoding: {
    x: {
      field: 'size',
      type: 'quantitative',
      scale: { type: 'log' },
      axis: { title: null, values: points.map(({ size }) => size) },
    },
  },
  layer: [
    {
      mark: { type: 'rule', color: ink.muted },
      encoding: { y: { field: 'least', type: 'quantitative' }, y2: { field: 'most' } },
    },
    {
      mark: { type: 'line', point: true, color: '#0072b2' },
      encoding: {
        y: { field: 'ns', type: 'quantitative', scale: { zero: true }, axis: { title: 'ns an event' } },
      },
    },
  ],
});
