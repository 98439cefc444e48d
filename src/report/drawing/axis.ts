import { config } from '../chart/chart.ts';
import { labelTexts } from '../chart/label-text.ts';
import { boundsOf, include, moved, noBounds, unite, type Bounds } from './bounds.ts';
import { element, ground, group, painted } from './markup.ts';
import type { Drawn } from './marks.ts';
import { formatNumber, spanFormat } from './number-format.ts';
import { NotPlain, type PlainAxis } from './plain-spec.ts';
import { tickCount, ticksOf, validTicks, type Scale } from './scale.ts';
import { textBounds, textSvg, type Text } from './text.ts';

/** On which side of its panel an axis stands. */
export type Side = 'left' | 'bottom';

const { axis: look, axisY, font } = config;
const tickSize = 5;
const labelPadding = 2;
/** Half a pixel aside, where a line of one pixel is sharp. */
const aside = 0.5;

/** The lines across a panel at the ticks of an axis; undefined: there are none. */
export function drawGrid(
  axis: PlainAxis,
  scale: Scale,
  side: Side,
  size: Readonly<Record<'width' | 'height', number>>,
): Drawn | undefined {
  if (axis.grid === false) return undefined;
  const { values } = ticksOfAxis(axis, scale);
  const places = values.map((value) => Math.round(scale(value)));
  const lines =
    side === 'left'
      ? places.map((at) => line(0, at, size.width, 0, look.gridColor))
      : places.map((at) => line(at, -size.height, 0, size.height, look.gridColor));
  const [x, y] = [0, side === 'left' ? 0 : size.height];
  const bounds = side === 'left' ? boundsOf(0, 0, 0, size.height) : boundsOf(0, 0, size.width, 0);
  return { svg: inAxis(x, y, part('rule', 'grid', lines)), bounds: moved(bounds, x, y) };
}

/** Ticks, labels, line and title of an axis. @param size of its panel, in pixels. */
export function drawAxis(
  axis: PlainAxis,
  scale: Scale,
  side: Side,
  size: Readonly<Record<'width' | 'height', number>>,
): Drawn {
  const isLeft = side === 'left';
  const hasTicks = !isLeft && axis.ticks !== false;
  const hasLabels = axis.labels !== false;
  const length = isLeft ? size.height : size.width;
  const bounds = noBounds();
  let inner = '';
  if (hasTicks || hasLabels) {
    const { values, labels } = ticksOfAxis(axis, scale);
    if (hasTicks) {
      const places = values.map((value) => Math.round(scale(value)));
      inner += part(
        'rule',
        'tick',
        places.map((at) => line(at, 0, 0, tickSize, look.tickColor)),
      );
      for (const at of places) unite(bounds, boundsOf(at - 0.5, -0.5, at + 0.5, tickSize + 0.5));
    }
    if (hasLabels) {
      const away = labelPadding + (hasTicks ? tickSize : 0);
      const texts = values.map((value, i) => labelText(labels[i]!, scale(value), away, isLeft));
      const shown = apart(texts);
      inner += part('text', 'label', shown.svg);
      unite(bounds, shown.bounds);
    }
  }
  if (!isLeft) inner += part('rule', 'domain', [line(0, 0, length, 0, look.domainColor)]);
  const reach = isLeft ? -bounds.x1 : bounds.y2;
  const least = isLeft ? (axis.minExtent ?? axisY.minExtent) : (axis.minExtent ?? 0);
  const extent = Math.max(least, Math.min(mostExtent, reach));
  include(bounds, 0, 0);
  include(bounds, isLeft ? -extent : length, isLeft ? length : extent);
  if (axis.title != null) {
    const title = titleText(axis.title, length, extent, isLeft);
    inner += part('text', 'title', [textSvg(title)]);
    // As vega has it: turned at the edge of the panel, and moved then.
    unite(bounds, moved(textBounds({ ...title, x: isLeft ? 0 : title.x }), isLeft ? title.x : 0, 0));
  }
  const y = isLeft ? 0 : size.height;
  return { svg: inAxis(0, y, inner), bounds: moved(bounds, 0, y) };
}

/** Labels may take up so much; a title comes closer than longer ones. */
const mostExtent = 200;

function ticksOfAxis(
  axis: PlainAxis,
  scale: Scale,
): { values: readonly number[]; labels: readonly string[] } {
  const { format, labelExpr } = axis;
  const wanted = axis.tickCount ?? axis.values?.length;
  if (wanted === undefined) throw new NotPlain();
  // vega-lite: whole numbers have no ticks between.
  const count = tickCount(scale, wanted, axis.tickMinStep ?? (format === 'd' ? 1 : undefined));
  const values = axis.values === undefined ? ticksOf(scale, count) : validTicks(scale, axis.values, count);
  const textOf =
    labelExpr === undefined ? undefined : labelTexts.find(({ expr }) => expr === labelExpr)?.text;
  if (textOf === undefined && (labelExpr !== undefined || scale.isLog)) throw new NotPlain();
  const written =
    textOf ??
    (format === undefined
      ? spanFormat(scale.domain[0], scale.domain[1], count)
      : (value: number) => formatNumber(format, value));
  return { values, labels: values.map(written) };
}

function labelText(label: string, at: number, away: number, isLeft: boolean): Text {
  const { labelColor: fill, labelFontSize: fontSize } = look;
  return isLeft
    ? { lines: [label], x: -away, y: at, align: 'right', baseline: 'middle', font, fontSize, fill }
    : { lines: [label], x: at, y: away, align: 'center', baseline: 'top', font, fontSize, fill };
}

/** Labels that would touch the one before are hidden, but never the first alone is left. */
function apart(texts: readonly Text[]): { svg: string[]; bounds: Bounds } {
  const boxes = texts.map(textBounds);
  const written = texts.flatMap((_, i) => {
    const { x1, x2, y1, y2 } = boxes[i]!;
    return x2 - x1 > 1 && y2 - y1 > 1 ? [i] : [];
  });
  const hidden = new Set<number>();
  let left = written;
  if (left.length >= 3 && touchesAny(left, boxes)) {
    do left = thinned(left, boxes, hidden);
    while (left.length >= 3 && touchesAny(left, boxes));
    const last = written.at(-1)!;
    if (left.length < 3 && hidden.has(last)) {
      if (left.length > 1) hidden.add(left.at(-1)!);
      hidden.delete(last);
    }
  }
  const bounds = noBounds();
  for (const i of written.length === 0 ? texts.keys() : written) if (!hidden.has(i)) unite(bounds, boxes[i]!);
  return { svg: texts.map((text, i) => textSvg({ ...text, opacity: hidden.has(i) ? 0 : 1 })), bounds };
}

const touches = (a: Bounds, b: Bounds): boolean =>
  look.labelSeparation > Math.max(b.x1 - a.x2, a.x1 - b.x2, b.y1 - a.y2, a.y1 - b.y2);

const touchesAny = (indices: readonly number[], boxes: readonly Bounds[]): boolean =>
  indices.some((index, i) => i > 0 && touches(boxes[indices[i - 1]!]!, boxes[index]!));

function thinned(indices: readonly number[], boxes: readonly Bounds[], hidden: Set<number>): number[] {
  let before: number | undefined;
  return indices.filter((index) => {
    if (before !== undefined && touches(boxes[before]!, boxes[index]!)) {
      hidden.add(index);
      return false;
    }
    before = index;
    return true;
  });
}

function titleText(title: string, length: number, extent: number, isLeft: boolean): Text {
  const { titleColor: fill, titleFontSize: fontSize, titleFontWeight: fontWeight, titlePadding } = look;
  const own = { lines: [title], align: 'center', font, fontSize, fontWeight, fill, opacity: 1 } as const;
  return isLeft
    ? { ...own, x: -(extent + titlePadding), y: length / 2, angle: -90, baseline: 'bottom' }
    : { ...own, x: length / 2, y: extent + titlePadding, baseline: 'top' };
}

const line = (x: number, y: number, dx: number, dy: number, stroke: string): string =>
  `<line transform="translate(${x},${y})" x2="${dx}" y2="${dy}"${painted({ stroke, strokeWidth: 1, opacity: 1 })}/>`;

const part = (type: string, name: string, inner: readonly string[]): string =>
  element('g', ` class="mark-${type} role-axis-${name}" pointer-events="none"`, inner.join(''));

const inAxis = (x: number, y: number, inner: string): string =>
  `<g class="mark-group role-axis" aria-hidden="true">${group(
    `translate(${x + aside},${y + aside})`,
    ground(0, 0),
    inner,
    true,
  )}</g>`;
