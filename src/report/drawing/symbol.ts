import { boundsOf, include, noBounds, type Bounds } from './bounds.ts';
import { NotPlain } from './plain-spec.ts';

/** A sign of a point: its outline, and what it takes up. */
export interface Sign {
  readonly outline: string;
  readonly bounds: Bounds;
}

/** How far the corners of an equilateral triangle lie from its middle line. */
const halfSqrt3 = Math.sqrt(3) / 2;

/** Corners around the middle, in halves of the width. */
const corners: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  diamond: [
    [-1, 0],
    [0, -1],
    [1, 0],
    [0, 1],
  ],
  'triangle-up': [
    [0, -halfSqrt3],
    [-1, halfSqrt3],
    [1, halfSqrt3],
  ],
  'triangle-down': [
    [0, halfSqrt3],
    [-1, -halfSqrt3],
    [1, -halfSqrt3],
  ],
  'triangle-right': [
    [halfSqrt3, 0],
    [-halfSqrt3, -1],
    [-halfSqrt3, 1],
  ],
  'triangle-left': [
    [-halfSqrt3, 0],
    [halfSqrt3, -1],
    [halfSqrt3, 1],
  ],
};
const crossed = (r: number): (readonly [number, number])[] => {
  const s = r / 2.5;
  return [
    [-r, -s],
    [-r, s],
    [-s, s],
    [-s, r],
    [s, r],
    [s, s],
    [r, s],
    [r, -s],
    [s, -s],
    [s, -r],
    [-s, -r],
    [-s, -s],
  ];
};

/** Three decimals, as d3-shape writes paths. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000;

const point = (x: number, y: number): string => `${rounded(x)},${rounded(y)}`;

/** @param size as vega has it: the area of the square around it. @param shape a name, or a path in a box from -1 to 1. */
export function signOf(shape: string, size: number): Sign {
  const r = Math.sqrt(size) / 2;
  const own = corners[shape];
  if (own !== undefined) return polygon(own.map(([x, y]) => [x * r, y * r]));
  switch (shape) {
    case 'circle': {
      const arc = (x: number): string => `A${point(r, r)},0,1,1,${point(x, 0)}`;
      return { outline: `M${point(r, 0)}${arc(-r)}${arc(r)}`, bounds: boundsOf(-r, -r, r, r) };
    }
    case 'square': {
      const w = Math.sqrt(size);
      const outline = `M${point(-w / 2, -w / 2)}h${rounded(w)}v${rounded(w)}h${rounded(-w)}Z`;
      return { outline, bounds: boundsOf(-w / 2, -w / 2, -w / 2 + w, -w / 2 + w) };
    }
    case 'cross':
      return polygon(crossed(r));
    default:
      return pathOf(shape, r);
  }
}

function polygon(points: readonly (readonly [number, number])[]): Sign {
  const bounds = noBounds();
  for (const [x, y] of points) include(bounds, x, y);
  return { outline: `M${points.map(([x, y]) => point(x, y)).join('L')}Z`, bounds };
}

/** Straight lines only. */
function pathOf(path: string, scale: number): Sign {
  if (!/^(?:[ML]-?[\d.]+,-?[\d.]+|Z)+$/.test(path)) throw new NotPlain();
  const bounds = noBounds();
  const outline = path.replace(/([ML])([^,]+),([^MLZ]+)/g, (_, command: string, x: string, y: string) => {
    const at = [Number(x) * scale, Number(y) * scale] as const;
    include(bounds, ...at);
    return `${command}${point(...at)}`;
  });
  return { outline, bounds };
}
