import { textWidth } from '../glyphs.ts';
import { ink } from '../palette.ts';
import { plotWidth, type Layers, type Panel } from './chart.ts';

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
  const pixel = (field: string) => ({ field, type: 'quantitative', scale: null, axis: null }) as const;
  const signs = placed.flatMap(({ item, x: from, y }): Layers => {
    const { colour, opacity = 1 } = item;
    const middle = {
      data: { values: [{ x: from + signWidth / 2, y }] },
      encoding: { x: pixel('x'), y: pixel('y') },
    };
    const across = {
      data: { values: [{ x: from, x2: from + signWidth, y }] },
      encoding: { x: pixel('x'), x2: { field: 'x2' }, y: pixel('y') },
    };
    switch (item.sign) {
      case 'line':
        return [
          {
            ...across,
            mark: {
              type: 'rule',
              color: colour,
              strokeWidth: 2,
              strokeDash: [...(item.dash ?? [])],
              opacity,
            },
          },
        ];
      case 'marked-line':
        return [
          {
            ...across,
            mark: { type: 'rule', color: colour, strokeWidth: 2.5, strokeDash: [...(item.dash ?? [])] },
          },
          {
            ...middle,
            mark: {
              type: 'point',
              shape: item.shape ?? 'circle',
              size: 60,
              color: colour,
              filled: true,
              opacity: 1,
            },
          },
        ];
      case 'band':
        return [{ ...across, mark: { type: 'rule', color: colour, strokeWidth: 8, opacity } }];
      case 'area':
        return [
          {
            ...middle,
            mark: { type: 'point', shape: 'square', size: 170, color: colour, filled: true, opacity },
          },
        ];
      case 'point':
        return [
          {
            ...middle,
            mark: {
              type: 'point',
              shape: item.shape ?? 'circle',
              size: 60,
              color: colour,
              filled: true,
              opacity,
            },
          },
        ];
      case 'interval':
        return [
          {
            data: { values: [{ x: from + signWidth / 2, y: y - 7, y2: y + 7 }] },
            encoding: { x: pixel('x'), y: pixel('y'), y2: { field: 'y2' } },
            mark: { type: 'rule', color: colour, strokeWidth: 2, opacity: 0.55 },
          },
          {
            ...middle,
            mark: {
              type: 'point',
              shape: item.shape ?? 'circle',
              size: 50,
              color: colour,
              filled: true,
              opacity: 1,
            },
          },
        ];
      case 'tick':
        return [
          {
            data: { values: [{ x: from + signWidth / 2, y: y - 5, y2: y + 5 }] },
            encoding: { x: pixel('x'), y: pixel('y'), y2: { field: 'y2' } },
            mark: { type: 'rule', color: colour, strokeWidth: 2, opacity },
          },
        ];
      case 'none':
        return [];
    }
  });
  return {
    width: plotWidth,
    height: (line + 1) * rowHeight,
    view: { stroke: null },
    layer: [
      ...signs,
      {
        data: { values: placed.map(({ item, textX, y }) => ({ x: textX, y, label: item.label })) },
        mark: { type: 'text', align: 'left', baseline: 'middle', color: ink.text },
        encoding: { x: pixel('x'), y: pixel('y'), text: { field: 'label' } },
      },
    ],
  };
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
          x: { field: 'x', type: 'quantitative', scale: null, axis: null },
          y: { field: 'y', type: 'quantitative', scale: null, axis: null },
          text: { field: 'label' },
        },
      },
    ],
  };
}
