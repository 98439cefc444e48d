import { textWidth } from '../glyphs.ts';
import { boundsOf, include, noBounds, type Bounds } from './bounds.ts';
import { attribute, element, painted, xmlText } from './markup.ts';

/** A text of a chart, at a place; several lines are below one another. */
export interface Text {
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly dx?: number | undefined;
  readonly dy?: number | undefined;
  readonly align: 'left' | 'center' | 'right';
  readonly baseline: keyof typeof baselines;
  /** Degrees: read from below to above. */
  readonly angle?: -90;
  readonly font: string;
  readonly fontSize: number;
  readonly fontWeight?: string | undefined;
  readonly lineHeight?: number;
  readonly fill: string;
  readonly opacity?: number;
}

/** How far below its place a text is written, in font sizes. */
const baselines = { top: 0.79, middle: 0.3, bottom: -0.21 } as const;
const anchors = { left: 'start', center: 'middle', right: 'end' } as const;

const dropOf = ({ baseline, fontSize }: Text): number => Math.round(baselines[baseline] * fontSize);

export function textSvg(text: Text): string {
  const { lines, x, y, dx = 0, align, angle, font, fontSize, fontWeight, fill, opacity } = text;
  const dy = (text.dy ?? 0) + dropOf(text);
  const transform =
    angle === undefined
      ? `translate(${x + dx},${y + dy})`
      : `translate(${x},${y}) rotate(${angle})${dx !== 0 || dy !== 0 ? ` translate(${dx},${dy})` : ''}`;
  const attributes =
    ` text-anchor="${anchors[align]}" transform="${transform}"` +
    attribute('font-family', font) +
    attribute('font-size', `${fontSize}px`) +
    attribute('font-weight', fontWeight) +
    painted({ fill, opacity });
  const written = lines.map((line) => xmlText(line.trim()));
  const inner =
    written.length === 1
      ? written[0]!
      : written
          .map((line, i) => element('tspan', i === 0 ? '' : ` x="0" dy="${lineHeightOf(text)}"`, line))
          .join('');
  return element('text', attributes, inner);
}

const lineHeightOf = ({ lineHeight, fontSize }: Text): number => lineHeight ?? fontSize + 2;

export function textBounds(text: Text): Bounds {
  const { lines, x, y, align, angle, fontSize, fontWeight } = text;
  const widest = Math.max(0, ...lines.map((line) => textWidth(line, fontSize, fontWeight === 'bold')));
  const left = (text.dx ?? 0) - (align === 'center' ? widest / 2 : align === 'right' ? widest : 0) + x;
  const top = (text.dy ?? 0) + dropOf(text) - Math.round(0.8 * fontSize) + y;
  const height = fontSize + lineHeightOf(text) * (lines.length - 1);
  const flat = boundsOf(left, top, left + widest, top + height);
  return angle === undefined ? flat : turned(flat, x, y);
}

/** What engines make of the cosine of -90 degrees, and vega of a text that is turned. */
const cos = 6.123233995736766e-17;
const sin = -1;

function turned({ x1, y1, x2, y2 }: Bounds, x: number, y: number): Bounds {
  const [cx, cy] = [x - x * cos + y * sin, y - x * sin - y * cos];
  const bounds = noBounds();
  for (const [px, py] of [
    [x1, y1],
    [x1, y2],
    [x2, y1],
    [x2, y2],
  ] as const)
    include(bounds, cos * px - sin * py + cx, sin * px + cos * py + cy);
  return bounds;
}
