import { config } from '../chart/chart.ts';
import { drawAxis, drawGrid, type Side } from './axis.ts';
import { boundsOf, grown, unite, type Bounds } from './bounds.ts';
import { ground, group, painted, rectangle, roles } from './markup.ts';
import { drawLayer, numberIn } from './marks.ts';
import { NotPlain, type PlainAxis, type PlainChannel, type PlainPanel } from './plain-spec.ts';
import { scaleOf, type Scale } from './scale.ts';
import { drawTitle } from './title.ts';

/** A panel that waits for its place: its SVG there, and the box that it takes up around its origin. */
export interface DrawnPanel {
  readonly bounds: Bounds;
  svgAt(x: number, y: number): string;
}

/** Axes behind, marks, title. @param name of the panel within the chart: "concat_0". */
export function drawPanel(panel: PlainPanel, name: string): DrawnPanel {
  const { width, height, layer: layers } = panel;
  const [x, y] = [axisOf(panel, 'x', [0, width]), axisOf(panel, 'y', [height, 0])];
  const plot = { width, height, scales: { x: x?.scale, y: y?.scale } };
  const axes = [x, y].filter((own) => own !== undefined);
  const grids = axes.flatMap(({ axis, scale, side }) => drawGrid(axis, scale, side, panel) ?? []);
  const guides = [...grids, ...axes.map(({ axis, scale, side }) => drawAxis(axis, scale, side, panel))];
  const drawn = [...guides, ...layers.map((own, i) => drawLayer(own, plot, `${name}_layer_${i}`))];
  const bounds = boundsOf(0, 0, width, height);
  for (const own of drawn) unite(bounds, own.bounds);
  if (panel.title !== undefined) {
    const { text, fontSize, offset, color } = panel.title;
    const { fontWeight, lineHeight } = config.title;
    const title = { lines: [text], fontSize, fontWeight, lineHeight, fill: color };
    const own = drawTitle({ title }, 0, bounds.y1, offset);
    drawn.push(own);
    unite(bounds, own.bounds);
  }
  const inner = drawn.map(({ svg }) => svg).join('');
  const isFramed = panel.view === undefined;
  const background = isFramed
    ? ` d="${rectangle(0.5, 0.5, width, height)}"${painted({ stroke: config.view.stroke })}`
    : ground(width, height);
  return {
    bounds: isFramed ? grown(bounds, 0.5) : bounds,
    svgAt: (left, top) =>
      `<g class="mark-group role-scope ${name}_group"${roles('group')}>${group(
        `translate(${left},${top})`,
        background,
        inner,
      )}</g>`,
  };
}

/** The scale and the axis that all layers of a panel share; undefined: it has none. */
function axisOf(
  { layer: layers }: PlainPanel,
  axis: 'x' | 'y',
  range: readonly [number, number],
): { scale: Scale; axis: PlainAxis; side: Side } | undefined {
  const channels = layers.flatMap(({ encoding }): PlainChannel[] => {
    const own = encoding[axis];
    return own?.field === undefined ? [] : [own];
  });
  const [first] = channels;
  if (first === undefined) return undefined;
  if (channels.some((own) => !isSame(own.scale, first.scale) || !isSame(own.axis, first.axis)))
    throw new NotPlain();
  if (first.scale === null) return undefined;
  const { type = 'linear', domain, nice = domain === undefined } = first.scale ?? {};
  // What vega would call an axis without a title, or make of a log scale to the next decade, is not known here.
  if (first.axis?.title === undefined || (type === 'log' && nice)) throw new NotPlain();
  const scale = scaleOf(type, domain ?? extentOf(layers, axis), range, nice);
  return { scale, axis: first.axis, side: axis === 'x' ? 'bottom' : 'left' };
}

/** From the least to the most of what is drawn on an axis, and 0. */
function extentOf(layers: PlainPanel['layer'], axis: 'x' | 'y'): [number, number] {
  let [least, most] = [0, 0];
  for (const { data, encoding } of layers)
    for (const channel of [axis, `${axis}2`] as const) {
      const field = encoding[channel]?.field;
      if (field === undefined) continue;
      for (const row of data.values) {
        const value = numberIn(row, field);
        if (value < least) least = value;
        if (value > most) most = value;
      }
    }
  return [least, most];
}

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
