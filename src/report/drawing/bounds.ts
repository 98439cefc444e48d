/** The box around what is drawn. It grows in place: a chart has thousands. */
export interface Bounds {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** Around nothing. */
export const noBounds = (): Bounds => ({ x1: Infinity, y1: Infinity, x2: -Infinity, y2: -Infinity });

/** From either corner to the other. */
export const boundsOf = (x1: number, y1: number, x2: number, y2: number): Bounds => ({
  x1: Math.min(x1, x2),
  y1: Math.min(y1, y2),
  x2: Math.max(x1, x2),
  y2: Math.max(y1, y2),
});

export function include(bounds: Bounds, x: number, y: number): void {
  if (x < bounds.x1) bounds.x1 = x;
  if (y < bounds.y1) bounds.y1 = y;
  if (x > bounds.x2) bounds.x2 = x;
  if (y > bounds.y2) bounds.y2 = y;
}

export function unite(bounds: Bounds, other: Bounds): void {
  if (other.x1 < bounds.x1) bounds.x1 = other.x1;
  if (other.y1 < bounds.y1) bounds.y1 = other.y1;
  if (other.x2 > bounds.x2) bounds.x2 = other.x2;
  if (other.y2 > bounds.y2) bounds.y2 = other.y2;
}

export function moved({ x1, y1, x2, y2 }: Bounds, dx: number, dy: number): Bounds {
  return { x1: x1 + dx, y1: y1 + dy, x2: x2 + dx, y2: y2 + dy };
}

export function grown({ x1, y1, x2, y2 }: Bounds, by: number): Bounds {
  return { x1: x1 - by, y1: y1 - by, x2: x2 + by, y2: y2 + by };
}
