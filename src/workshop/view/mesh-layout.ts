import type { DeskEdge, DeskService } from '../../experiment/session/desk.ts';

/** Who calls whom. */
export type Call = Pick<DeskEdge, 'from' | 'fromVersion' | 'to' | 'version'>;

export const isSameCall = (one: Call, other: Call): boolean =>
  one.to === other.to &&
  one.from === other.from &&
  one.version === other.version &&
  one.fromVersion === other.fromVersion;

export const nameOfCall = ({ from, fromVersion, to, version }: Call): string =>
  `${from} ${fromVersion} > ${to} ${version}`;

/** Where everything of the mesh stands, in the units of the drawing. It rests on names alone, so that nothing shifts as rates change. */
export interface MeshLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  /** Frames around the versions of one service. */
  readonly frames: readonly (Rectangle & { readonly name: string })[];
  readonly wires: readonly Wire[];
}
interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Box extends Rectangle {
  readonly name: string;
  readonly version: string;
}
/** A Bézier curve from the caller to the called: four points. */
export interface Wire extends Call {
  /** How many calls lie before this one. */
  readonly depth: number;
  readonly curve: readonly [
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    x2: number,
    y2: number,
    x3: number,
    y3: number,
  ];
}

/** A service with all its versions: what is placed as one. */
interface Unit {
  readonly name: string;
  readonly versions: readonly string[];
}

const boxHeight = 62;
const gap = 10;
const frameHead = 20;
const framePad = 7;
const margin = 4;
/** A badge hangs out of the upper right corner of its box. */
const overhang = 9;

/** Layers from left to right by who calls whom; or, where there is little width, from top to bottom. */
export function meshLayout(
  services: readonly Pick<DeskService, 'name' | 'version'>[],
  edges: readonly Call[],
  isNarrow: boolean,
): MeshLayout {
  const layers = layersOf(unitsOf(services, edges), edges);
  const placed = isNarrow ? inRows(layers) : inColumns(layers);
  const wires = edges.flatMap((edge) => {
    const start = anchorOf(placed, edge.from, edge.fromVersion);
    const end = anchorOf(placed, edge.to, edge.version);
    if (start === undefined || end === undefined) return [];
    const depth = layers.findIndex((units) => units.some((unit) => unit.name === edge.from));
    const { from, fromVersion, to, version } = edge;
    return [{ from, fromVersion, to, version, depth, curve: curveOf(start, end, isNarrow) }];
  });
  return { ...placed, wires };
}

function unitsOf(services: readonly Pick<DeskService, 'name' | 'version'>[], edges: readonly Call[]): Unit[] {
  const versions = new Map<string, Set<string>>();
  const add = (name: string, version: string): void => {
    const own = versions.get(name) ?? new Set();
    if (version !== '') own.add(version);
    versions.set(name, own);
  };
  for (const { name, version } of services) add(name, version);
  for (const { from, fromVersion, to, version } of edges) {
    add(from, fromVersion);
    add(to, version);
  }
  return [...versions].map(([name, own]) => ({ name, versions: [...own] }));
}

/** Longest way from one that nobody calls; a call back to one that is already on the way counts for nothing. */
function layersOf(units: readonly Unit[], edges: readonly Call[]): Unit[][] {
  const callers = new Map(
    units.map(({ name }) => [
      name,
      new Set(edges.filter((edge) => edge.to === name).map((edge) => edge.from)),
    ]),
  );
  const depths = new Map<string, number>();
  const depthOf = (name: string, way: readonly string[]): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const before = [...(callers.get(name) ?? [])].filter(
      (caller) => caller !== name && !way.includes(caller),
    );
    const depth = before.reduce((most, caller) => Math.max(most, depthOf(caller, [...way, name]) + 1), 0);
    if (way.length === 0) depths.set(name, depth);
    return depth;
  };
  const isApart = ({ name }: Unit): boolean => !edges.some(({ from, to }) => from === name || to === name);
  const layers: Unit[][] = [];
  for (const unit of units) if (!isApart(unit)) (layers[depthOf(unit.name, [])] ??= []).push(unit);
  // Whoever calls nobody and is not called stands with the last.
  for (const unit of units.filter(isApart)) (layers[Math.max(0, layers.length - 1)] ??= []).push(unit);
  return Array.from(layers, (layer) => layer ?? []).filter((layer) => layer.length > 0);
}

type Placed = Omit<MeshLayout, 'wires'>;

const unitHeight = ({ versions }: Unit): number =>
  versions.length === 0
    ? boxHeight
    : frameHead + versions.length * boxHeight + (versions.length - 1) * gap + 2 * framePad;

function inColumns(layers: readonly (readonly Unit[])[]): Placed {
  const between = 46;
  const width = Math.max(560, layers.length * 92 + (layers.length - 1) * between);
  const column = (width - 2 * margin - (layers.length - 1) * between) / Math.max(1, layers.length);
  const heights = layers.map((units) => units.reduce((sum, unit) => sum + unitHeight(unit) + 14, -14));
  const height = Math.max(0, ...heights) + overhang + 2 * margin;
  const boxes: Box[] = [];
  const frames: (Rectangle & { name: string })[] = [];
  layers.forEach((units, i) => {
    const x = margin + i * (column + between);
    let y = overhang + (height - overhang - heights[i]!) / 2;
    for (const unit of units) {
      const { name, versions } = unit;
      const own = unitHeight(unit);
      if (versions.length === 0) {
        boxes.push({ name, version: '', x, y, width: column, height: boxHeight });
      } else {
        const frame = { name, x: x - framePad, y, width: column + 2 * framePad, height: own };
        frames.push(frame);
        versions.forEach((version, j) => {
          const top = y + frameHead + framePad + j * (boxHeight + gap);
          boxes.push({ name, version, x, y: top, width: column, height: boxHeight });
        });
      }
      y += own + 14;
    }
  });
  return { width, height, boxes, frames };
}

/** So many boxes stand side by side on a phone. */
const mostInRow = 4;

function inRows(layers: readonly (readonly Unit[])[]): Placed {
  const width = 340;
  const between = 8;
  const boxes: Box[] = [];
  const frames: (Rectangle & { name: string })[] = [];
  let y = overhang + margin;
  for (const units of layers) {
    const all = units.flatMap(({ name, versions }) =>
      (versions.length === 0 ? [''] : versions).map((version) => ({ name, version })),
    );
    const rows = Array.from({ length: Math.ceil(all.length / mostInRow) }, (_, i) =>
      all.slice(i * mostInRow, (i + 1) * mostInRow),
    );
    for (const row of rows) {
      // Between boxes of one service there is less room than between services, whose frames stand out.
      const isSame = row.map(({ name }, i) => row[i + 1]?.name === name);
      const room = isSame.slice(0, -1).reduce((sum, same) => sum + (same ? between : between + framePad), 0);
      const own = Math.min(150, (width - 2 * (margin + framePad) - room) / row.length);
      const hasFrame = row.some(({ version }) => version !== '');
      const top = y + (hasFrame ? frameHead + framePad : 0);
      let x = (width - own * row.length - room) / 2;
      row.forEach((box, i) => {
        boxes.push({ ...box, x, y: top, width: own, height: boxHeight });
        if (box.version !== '' && row[i - 1]?.name !== box.name) {
          const count = row.filter(({ name }) => name === box.name).length;
          frames.push({
            name: box.name,
            x: x - framePad,
            y,
            width: own * count + between * (count - 1) + 2 * framePad,
            height: frameHead + boxHeight + 2 * framePad,
          });
        }
        x += own + (isSame[i] ? between : between + framePad);
      });
      y = top + boxHeight + (hasFrame ? framePad : 0) + 14;
    }
    y += 20;
  }
  return { width, height: y - 34 + margin, boxes, frames };
}

/** The box, or the frame around all versions. */
const anchorOf = ({ boxes, frames }: Placed, name: string, version: string): Rectangle | undefined =>
  (version === '' ? frames.find((frame) => frame.name === name) : undefined) ??
  boxes.find((box) => box.name === name && box.version === version);

function curveOf(start: Rectangle, end: Rectangle, isNarrow: boolean): Wire['curve'] {
  if (isNarrow) {
    const x0 = start.x + start.width / 2;
    const y0 = start.y + start.height;
    const x3 = end.x + end.width / 2;
    const y3 = end.y;
    const bend = Math.max(12, Math.abs(y3 - y0) / 2);
    return [x0, y0, x0, y0 + bend, x3, y3 - bend, x3, y3];
  }
  const x0 = start.x + start.width;
  const y0 = start.y + start.height / 2;
  const x3 = end.x;
  const y3 = end.y + end.height / 2;
  const bend = Math.max(18, Math.abs(x3 - x0) / 2);
  return [x0, y0, x0 + bend, y0, x3 - bend, y3, x3, y3];
}

/** A point of a wire, 0 <= t <= 1. */
export function pointOn({ curve }: Wire, t: number): { readonly x: number; readonly y: number } {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = curve;
  const u = 1 - t;
  const a = u * u * u;
  const b = 3 * u * u * t;
  const c = 3 * u * t * t;
  const d = t * t * t;
  return { x: a * x0 + b * x1 + c * x2 + d * x3, y: a * y0 + b * y1 + c * y2 + d * y3 };
}

/** What the `d` of a path says. */
export const pathOf = ({ curve: [x0, y0, ...rest] }: Wire): string =>
  `M${x0.toFixed(1)},${y0.toFixed(1)}C${rest.map((n) => n.toFixed(1)).join(',')}`;
