import { textWidth } from '../glyphs.ts';
import { ink } from '../palette.ts';
import { amount, named, pixel, plotWidth, type Layers, type Panel } from './chart.ts';

/** What one sign of a chart means. */
export interface LegendItem {
  readonly label: string;
  readonly colour: string;
  readonly sign: 'line' | 'marked-line' | 'band' | 'point' | 'interval' | 'area' | 'tick' | 'none';
  readonly dash?: readonly number[];
  readonly shape?: string;
  readonly opacity?: number;
}

const rowHeight = 18;
const signWidth = 24;
const gap = 16;

/** A legend of its own as a panel: signs and words in reading order, as many lines as they need. */
export function legendPanel(items: readonly LegendItem[]): Panel {
  let x = 0;
  let line = 0;
  const placed = items.map((item) => {
    const indent = item.sign === 'none' ? 0 : signWidth + 6;
    const width = indent + textWidth(item.label, 11) + gap;
    if (x > 0 && x + width - gap > plotWidth) {
      x = 0;
      line += 1;
    }
    const place = { item, x, y: line * rowHeight + rowHeight / 2, textX: x + indent };
    x += width;
    return place;
  });
  const rules = placed.flatMap(({ item, x, y }) => ruleOf(item, x, y) ?? []);
  const points = placed.flatMap(({ item, x, y }) => pointOf(item, x + signWidth / 2, y) ?? []);
  return {
    width: plotWidth,
    height: (line + 1) * rowHeight,
    view: { stroke: null },
    layer: [
      ...(rules.length === 0 ? [] : [ruleLayer(rules)]),
      ...(points.length === 0 ? [] : [pointLayer(points)]),
      {
        data: { values: placed.map(({ item, textX, y }) => ({ x: textX, y, label: item.label })) },
        mark: { type: 'text', align: 'left', baseline: 'middle', color: ink.text },
        encoding: { x: pixel('x'), y: pixel('y'), text: { field: 'label' } },
      },
    ],
  };
}

/** Rules of all signs are one layer, and so are points: what a chart costs is its layers. */
const ruleLayer = (values: readonly object[]): Layers[number] => ({
  data: { values: [...values] },
  mark: { type: 'rule' },
  encoding: {
    x: pixel('x'),
    x2: { field: 'x2' },
    y: pixel('y'),
    y2: { field: 'y2' },
    color: named('colour'),
    strokeWidth: amount('width'),
    strokeDash: named('dash'),
    opacity: amount('opacity'),
  },
});

const pointLayer = (values: readonly object[]): Layers[number] => ({
  data: { values: [...values] },
  mark: { type: 'point', filled: true },
  encoding: {
    x: pixel('x'),
    y: pixel('y'),
    shape: named('shape'),
    size: amount('size'),
    color: named('colour'),
    opacity: amount('opacity'),
  },
});

/** The line of a sign that begins at `x` and has its middle at `y`; undefined: it has none. */
function ruleOf({ sign, colour, dash = [], opacity = 1 }: LegendItem, x: number, y: number) {
  const across = { x, x2: x + signWidth, y, y2: y, colour, dash };
  const upright = (half: number) => ({
    x: x + signWidth / 2,
    x2: x + signWidth / 2,
    y: y - half,
    y2: y + half,
    colour,
    width: 2,
    dash: [],
  });
  switch (sign) {
    case 'line':
      return { ...across, width: 2, opacity };
    case 'marked-line':
      return { ...across, width: 2.5, opacity: 1 };
    case 'band':
      return { ...across, dash: [], width: 8, opacity };
    case 'interval':
      return { ...upright(7), opacity: 0.55 };
    case 'tick':
      return { ...upright(5), opacity };
    default:
      return undefined;
  }
}

/** The point of a sign whose middle is there; undefined: it has none. */
function pointOf({ sign, colour, shape = 'circle', opacity = 1 }: LegendItem, x: number, y: number) {
  switch (sign) {
    case 'marked-line':
      return { x, y, colour, shape, size: 60, opacity: 1 };
    case 'interval':
      return { x, y, colour, shape, size: 50, opacity: 1 };
    case 'area':
      return { x, y, colour, shape: 'square', size: 170, opacity };
    case 'point':
      return { x, y, colour, shape, size: 60, opacity };
    default:
      return undefined;
  }
}

/** Lines of small print as a panel. */
export function notePanel(lines: readonly string[]): Panel {
  return {
    width: plotWidth,
    height: lines.length * 16,
    view: { stroke: null },
    layer: [
      {
        data: { values: lines.map((label, i) => ({ x: 0, y: i * 16 + 8, label })) },
        mark: { type: 'text', align: 'left', baseline: 'middle', color: ink.muted },
        encoding: {
          x: pixel('x'),
          y: pixel('y'),
          text: { field: 'label' },
        },
      },
    ],
  };
}
