import { config } from '../chart/chart.ts';
import { boundsOf, grown, include, moved, noBounds, unite, type Bounds } from './bounds.ts';
import { element, ground, group, painted, rectangle, roles, type Paint } from './markup.ts';
import { NotPlain, type Channel, type PlainLayer, type PlainMark, type Row } from './plain-spec.ts';
import type { Scale } from './scale.ts';
import { rounded, signOf } from './symbol.ts';
import { textBounds, textSvg, type Text } from './text.ts';

/** Something drawn: its SVG, and the box that it takes up. */
export interface Drawn {
  readonly svg: string;
  readonly bounds: Bounds;
}

/** Where marks are drawn: the size of their panel, and its scales; undefined: it has none. */
export interface Plot {
  readonly width: number;
  readonly height: number;
  readonly scales: Readonly<Record<'x' | 'y', Scale | undefined>>;
}

/** The marks of a layer: one a row of its data, or a line through all. @param name of the layer within the chart. */
export function drawLayer(layer: PlainLayer, plot: Plot, name: string): Drawn {
  const { type } = layer.mark;
  if (type === 'line') return drawLines(layer, plot, name);
  const draw = { rule: drawRule, rect: drawRect, tick: drawTick, point: drawPoint, text: drawText }[type];
  const bounds = noBounds();
  let svg = '';
  for (const row of layer.data.values) {
    const own = draw(layer, plot, row);
    svg += own.svg;
    unite(bounds, own.bounds);
  }
  return { svg: marksOf(vegaTypes[type], `${name}_marks`, svg), bounds };
}

const vegaTypes = { rule: 'rule', rect: 'rect', tick: 'rect', point: 'symbol', text: 'text' } as const;

const marksOf = (type: string, name: string, inner: string): string =>
  element('g', ` class="mark-${type} role-mark ${name}"${roles(type)}`, inner);

type Draw = (layer: PlainLayer, plot: Plot, row: Row) => Drawn;

/** A number of a row, which vega would leave out where it is none. */
export function numberIn(row: Row, field: string): number {
  const value = row[field];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new NotPlain();
  return value;
}

/** The place that a row has on an axis, in pixels; undefined: the layer does not say. */
function placeOf({ encoding }: PlainLayer, { scales }: Plot, row: Row, channel: 'x' | 'x2' | 'y' | 'y2') {
  const own = encoding[channel];
  if (own === undefined) return undefined;
  if (own.field === undefined) {
    if (typeof own.value !== 'number') throw new NotPlain();
    return own.value;
  }
  const value = numberIn(row, own.field);
  const axis = channel === 'x' || channel === 'x2' ? 'x' : 'y';
  if (encoding[axis]?.scale === null) return value;
  const scale = scales[axis];
  if (scale === undefined) throw new NotPlain();
  return scale(value);
}

/** From where to where a rule or a rectangle reaches on an axis; all the way where the layer does not say. */
function reach(layer: PlainLayer, plot: Plot, row: Row, axis: 'x' | 'y'): [number, number | undefined] {
  const from = placeOf(layer, plot, row, axis);
  if (from === undefined) return axis === 'x' ? [plot.width, 0] : [0, plot.height];
  return [from, placeOf(layer, plot, row, `${axis}2`)];
}

/** A colour or shape that a row says, or else the mark. */
function sayingOf({ encoding }: PlainLayer, row: Row, channel: Channel): string | undefined {
  const own = encoding[channel];
  if (own === undefined) return undefined;
  const said = own.field === undefined ? own.value : row[own.field];
  if (typeof said !== 'string' || (own.scale !== null && channel !== 'text')) throw new NotPlain();
  return said;
}

function strokeOf(layer: PlainLayer, row: Row): Paint {
  const { mark } = layer;
  const { strokeWidth, strokeJoin, strokeDash, opacity } = mark;
  const stroke = sayingOf(layer, row, 'color') ?? mark.color ?? mark.stroke;
  if (stroke === undefined) throw new NotPlain();
  return { stroke, strokeWidth, strokeJoin, strokeDash, opacity };
}

/** How far a stroke reaches beyond its path: half its width, and at sharp corners up to the limit of a mitre. */
function outset({ stroke, strokeWidth = 1, strokeJoin, opacity }: Paint, hasCorners: boolean): number {
  if (stroke === undefined || opacity === 0) return 0;
  return hasCorners && strokeJoin === undefined ? (mitreLimit * strokeWidth) / 2 : strokeWidth / 2;
}

const mitreLimit = 4;

const drawRule: Draw = (layer, plot, row) => {
  const [x, x2 = x] = reach(layer, plot, row, 'x');
  const [y, y2 = y] = reach(layer, plot, row, 'y');
  const paint = strokeOf(layer, row);
  return {
    svg: `<line transform="translate(${x},${y})" x2="${x2 - x}" y2="${y2 - y}"${painted(paint)}/>`,
    bounds: grown(boundsOf(x, y, x2, y2), outset(paint, false)),
  };
};

function box(x: number, y: number, width: number, height: number, mark: PlainMark, paint: Paint): Drawn {
  const radius = Math.min(mark.cornerRadius ?? 0, Math.min(width, height) / 2);
  const outline = radius > 0 ? roundedBox(x, y, width, height, radius) : rectangle(x, y, width, height);
  return {
    svg: `<path d="${outline}"${painted(paint)}/>`,
    bounds: grown(boundsOf(x, y, x + width, y + height), outset(paint, false)),
  };
}

const drawRect: Draw = (layer, plot, row) => {
  const { mark } = layer;
  const [x, x2] = reach(layer, plot, row, 'x');
  const [y, y2] = reach(layer, plot, row, 'y');
  const fill = mark.fill ?? mark.color;
  if (x2 === undefined || y2 === undefined || fill === undefined) throw new NotPlain();
  const { strokeWidth, strokeDash, opacity } = mark;
  const stroke = sayingOf(layer, row, 'stroke') ?? mark.stroke;
  const [left, top] = [Math.min(x, x2), Math.min(y, y2)];
  return box(left, top, Math.max(x, x2) - left, Math.max(y, y2) - top, mark, {
    fill,
    stroke,
    strokeWidth,
    strokeDash,
    opacity,
  });
};

const drawTick: Draw = (layer, plot, row) => {
  const { color, opacity, size, thickness } = layer.mark;
  const [x, y] = [placeOf(layer, plot, row, 'x'), placeOf(layer, plot, row, 'y')];
  if (
    x === undefined ||
    y === undefined ||
    size === undefined ||
    thickness === undefined ||
    opacity === undefined
  )
    throw new NotPlain();
  return box(x - thickness / 2, y - size / 2, thickness, size, layer.mark, { fill: color, opacity });
};

/** What is left of a Bézier handle that makes a quarter of a circle (vega's number). */
const handle = 0.448084975506;

function roundedBox(x: number, y: number, width: number, height: number, r: number): string {
  const [x2, y2] = [x + width, y + height];
  const c = handle * r;
  return (
    `M${x + r},${y}L${x2 - r},${y}C${x2 - c},${y},${x2},${y + c},${x2},${y + r}` +
    `L${x2},${y2 - r}C${x2},${y2 - c},${x2 - c},${y2},${x2 - r},${y2}` +
    `L${x + r},${y2}C${x + c},${y2},${x},${y2 - c},${x},${y2 - r}` +
    `L${x},${y + r}C${x},${y + c},${x + c},${y},${x + r},${y}Z`
  );
}

const drawPoint: Draw = (layer, plot, row) => {
  const { mark } = layer;
  const [x, y] = [placeOf(layer, plot, row, 'x'), placeOf(layer, plot, row, 'y')];
  const { size, opacity, strokeDash, yOffset = 0 } = mark;
  if (x === undefined || y === undefined || size === undefined || opacity === undefined) throw new NotPlain();
  const colour = sayingOf(layer, row, 'color') ?? mark.color;
  const isFilled = mark.filled === true;
  const fill = mark.fill ?? (isFilled ? colour : undefined);
  const stroke = mark.stroke ?? (isFilled ? undefined : colour);
  if (fill === undefined && stroke === undefined) throw new NotPlain();
  const paint = { fill, stroke, strokeWidth: mark.strokeWidth ?? pointStroke, strokeDash, opacity };
  const { outline, bounds } = signOf(sayingOf(layer, row, 'shape') ?? mark.shape ?? 'circle', size);
  const top = y + yOffset;
  return {
    svg: `<path transform="translate(${x},${top})" d="${outline}"${painted(paint)}/>`,
    bounds: moved(grown(bounds, outset(paint, true)), x, top),
  };
};

/** The width of a point's stroke where the mark names none. */
const pointStroke = 2;

const drawText: Draw = (layer, plot, row) => {
  const { align = 'center', baseline = 'middle', fontSize = config.text.fontSize, ...mark } = layer.mark;
  const [x, y] = [placeOf(layer, plot, row, 'x'), placeOf(layer, plot, row, 'y')];
  const said = sayingOf(layer, row, 'text');
  if (x === undefined || y === undefined || said === undefined) throw new NotPlain();
  const { dy, fontWeight } = mark;
  const fill = sayingOf(layer, row, 'color') ?? mark.color ?? config.text.color;
  const { font } = config.text;
  const text: Text = { lines: [said], x, y, dy, align, baseline, font, fontSize, fontWeight, fill };
  return { svg: textSvg(text), bounds: textBounds(text) };
};

/** A line through all rows, or one for each value of `detail`, each in a group of its own. */
function drawLines(layer: PlainLayer, plot: Plot, name: string): Drawn {
  const { detail } = layer.encoding;
  const rows = layer.data.values;
  if (detail === undefined) return drawLine(layer, plot, rows, name);
  const { width, height } = plot;
  const lines = new Map<unknown, Row[]>();
  for (const row of rows) {
    const value = row[detail.field ?? ''];
    const own = lines.get(value);
    if (own === undefined) lines.set(value, [row]);
    else own.push(row);
  }
  const bounds = noBounds();
  let svg = '';
  for (const own of lines.values()) {
    const line = drawLine(layer, plot, own, name);
    svg += group('translate(0,0)', ground(width, height), line.svg);
    unite(bounds, line.bounds);
    unite(bounds, boundsOf(0, 0, width, height));
  }
  const attributes = ` class="mark-group role-scope ${name}_pathgroup"${roles('group')}`;
  return { svg: element('g', attributes, svg), bounds };
}

function drawLine(layer: PlainLayer, plot: Plot, rows: readonly Row[], name: string): Drawn {
  const { mark, encoding } = layer;
  const order = encoding.order?.field;
  const points = rows.map((row) => {
    const [x, y] = [placeOf(layer, plot, row, 'x'), placeOf(layer, plot, row, 'y')];
    if (x === undefined || y === undefined) throw new NotPlain();
    return { x, y, rank: order === undefined ? x : numberIn(row, order) };
  });
  points.sort((a, b) => a.rank - b.rank);
  const bounds = noBounds();
  const [first] = points;
  if (first === undefined) return { svg: marksOf('line', `${name}_marks`, ''), bounds };
  for (const { x, y } of points) include(bounds, x, y);
  const paint = strokeOf(layer, rows[0]!);
  const { interpolate } = mark;
  let outline = `M${rounded(first.x)},${rounded(first.y)}`;
  for (let i = 1; i < points.length; i += 1) {
    const [{ x: x0, y: y0 }, { x, y }] = [points[i - 1]!, points[i]!];
    if (interpolate === 'step-after') outline += `L${rounded(x)},${rounded(y0)}`;
    if (interpolate === 'step-before') outline += `L${rounded(x0)},${rounded(y)}`;
    outline += `L${rounded(x)},${rounded(y)}`;
  }
  if (points.length === 1) outline += 'Z';
  const path = `<path d="${outline}"${painted(paint)}/>`;
  return { svg: marksOf('line', `${name}_marks`, path), bounds: grown(bounds, outset(paint, true)) };
}
