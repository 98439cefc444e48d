import { max, sum } from 'd3-array';
import type { RunRecord } from '../../record/record.ts';
import type { CallRecord, StepRecord } from '../../record/step.ts';
import { count, percent, plural, span } from '../../words/number.ts';
import { pixelCut, textWidth } from '../glyphs.ts';
import { oneLine } from '../layout.ts';
import { ink, palette } from '../palette.ts';
import { splitOf } from '../words.ts';
import { callerName, edgeName, edgesOf, errorText, givenText, lengthOf, rateText, totals } from './calls.ts';
import { amount, named, pixel, type Layers } from './chart.ts';
import { gapBetween, headHeight, isFrom, lanesOf, rowHeight, type Box } from './topology-boxes.ts';

export const panelWidth = 336;

/** What a panel is drawn of; pixels from its upper left corner. */
export interface Drawing {
  /** Of the boxes, in their order. */
  readonly grounds: readonly Ground[];
  /** Where calls arrive. */
  readonly arrows: readonly Point[];
  readonly words: Words[];
  readonly lines: Line[];
  readonly dots: { readonly at: Point; readonly colour: string }[];
  /** Signs of pods that were full. */
  readonly full: Point[];
}

/** Pixels. */
type Point = readonly [x: number, y: number];

interface Ground {
  readonly from: Point;
  readonly to: Point;
  readonly colour: string;
}

interface Words {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly colour: string;
  readonly align: 'left' | 'right';
  readonly bold: boolean;
}

interface Line {
  readonly points: readonly Point[];
  readonly colour: string;
  readonly width: number;
}

const laneWidth = 11;
const mostLanes = 6;
const rightEdge = panelWidth - 10;

/** One step of the rules. @param fastest requests/s of the busiest call of all steps: the thickest line */
export function topologyPanel(
  record: RunRecord,
  step: StepRecord,
  boxes: readonly Box[],
  fastest: number,
): Drawing {
  const lanes = lanesOf(boxes, record);
  const laneCount = Math.min(mostLanes, 1 + (max(lanes.values()) ?? 0));
  const gutter = 14 + laneWidth * laneCount;
  const drawing: Drawing = {
    grounds: boxes.map((box) => ({
      from: [gutter, box.top],
      to: [panelWidth, box.top + box.height],
      colour: box.service === record.focus ? ink.muted : ink.grid,
    })),
    arrows: boxes
      .filter((box) => step.calls.some((call) => call.service === box.service))
      .map((box) => [gutter - 5, box.top + headHeight / 2]),
    words: [],
    lines: [],
    dots: [],
    full: [],
  };
  const thickness = (requests: number): number => 1 + (6 * requests) / lengthOf(step) / fastest;
  say(drawing, 0, 9, pixelCut(oneLine(stepTitle(record, step)), panelWidth, 12, true), { bold: true });
  // Lines from box to box lie below those within.
  for (const box of boxes) {
    const lane = laneWidth * (((lanes.get(box) ?? 0) % mostLanes) + 0.5);
    for (const call of edgesOf(step).filter((own) => isFrom(box, own))) {
      const to = boxes.find((own) => own.service === call.service);
      if (to === undefined || to === box) continue;
      const points = around(gutter, box.top + box.height, lane, to.top + headHeight / 2);
      flow(drawing, points, call, ink.flow, thickness(call.requests));
    }
  }
  for (const box of boxes) {
    headOf(drawing, record, step, box, gutter);
    rowsOf(drawing, record, step, box, gutter, thickness);
  }
  return drawing;
}

/** Pixels that a panel is high; all of one record are the same. */
export const panelHeight = (boxes: readonly Box[]): number => max(boxes, (box) => box.top + box.height)! + 4;

function say(to: Drawing, x: number, y: number, label: string, rest: Partial<Words> = {}): void {
  to.words.push({ x, y, label, colour: ink.text, align: 'left', bold: false, ...rest });
}

/** A line as thick as its requests, with a red one in it as thick as its errors. */
function flow(
  { lines }: Drawing,
  points: Line['points'],
  { requests, failed }: Pick<CallRecord, 'requests' | 'failed'>,
  colour: string,
  width: number,
): void {
  lines.push({ points, colour, width });
  if (failed > 0)
    lines.push({ points, colour: ink.alarm, width: Math.max(1.2, (width * failed) / requests) });
}

/** "60–120 s: v1 50 %, v3 50 %" */
function stepTitle(record: RunRecord, step: StepRecord): string {
  const phases = splitOf(record, record.focus)?.phases ?? [];
  const phase = phases.findLast(
    (own) => own.fromSeconds < step.toSeconds - 1e-6 && own.toSeconds > step.fromSeconds + 1e-6,
  );
  const when = span(step.fromSeconds, step.toSeconds);
  return phase === undefined ? when : `${when}: ${phase.rule}`;
}

/** Name, pods where there is one version, requests/s and errors; and who they came from. */
function headOf(drawing: Drawing, record: RunRecord, step: StepRecord, box: Box, gutter: number): void {
  const calls = step.calls.filter((own) =>
    box.service === undefined ? isFrom(box, own) : own.service === box.service,
  );
  const requests = sum(calls, (own) => own.requests);
  const failed = sum(calls, (own) => own.failed);
  const y = box.top + headHeight / 2;
  const x = gutter + 10;
  const told = requests === 0 ? 'no calls' : `${rateText(requests, step)}${errors({ requests, failed })}`;
  say(drawing, rightEdge, y, told, {
    align: 'right',
    colour: failed > 0 ? ink.alarm : requests === 0 ? ink.muted : ink.text,
  });
  const room = rightEdge - x - textWidth(told, 11) - 8;
  const name = pixelCut(oneLine(box.name), room, 12, true);
  say(drawing, x, y, name, { bold: true });
  if (box.service !== undefined && box.versions.length === 0) {
    const dotsX = x + textWidth(name, 12, true) + 8;
    const [workloads = new Set<string>()] = box.workloadsOf.values();
    podDots(drawing, record, step, workloads, ink.muted, dotsX, y, room - (dotsX - x));
  }
  if (!box.hasCallerLine) return;
  const from = [...totals(calls, edgeName).values()].map(
    (own) => `${own.gateway ? 'visitors' : callerName(own)} ${rateText(own.requests, step)}${errors(own)}`,
  );
  if (from.length === 0) return;
  const line = pixelCut(oneLine(`from ${from.join('; ')}`), rightEdge - x, 11);
  say(drawing, x, box.top + headHeight + 4, line, { colour: ink.muted });
}

const errors = (own: Pick<CallRecord, 'requests' | 'failed'>): string =>
  own.failed > 0 ? `, ${errorText(own)}` : '';

/** The versions of a service, the stream of requests parting to them. */
function rowsOf(
  drawing: Drawing,
  record: RunRecord,
  step: StepRecord,
  box: Box,
  gutter: number,
  thickness: (requests: number) => number,
): void {
  const style = palette(record);
  const split = box.service === undefined ? undefined : splitOf(record, box.service);
  const calls = step.calls.filter((own) => own.service === box.service);
  const all = sum(calls, (own) => own.requests);
  const headEnd = box.top + headHeight + (box.hasCallerLine ? 14 : 0);
  const x = gutter + 58;
  const rows = box.versions.map((version, row) => {
    const own = calls.filter((call) => call.version === version);
    const requests = sum(own, (call) => call.requests);
    const failed = sum(own, (call) => call.failed);
    const colour = version === null ? ink.alarm : style(version).colour;
    return { version, requests, failed, colour, y: headEnd + (row + 0.5) * rowHeight - 2 };
  });
  // Side by side on their way down, the last to part at the left.
  let streamX = gutter + 12;
  for (const own of [...rows].reverse()) {
    if (own.requests === 0) continue;
    const width = thickness(own.requests);
    flow(drawing, bend(streamX + width / 2, headEnd - 2, x - 9, own.y), own, own.colour, width);
    streamX += width + 0.5;
  }
  for (const { version, requests, failed, colour, y } of rows) {
    const share = shareText(givenText(split, version, step), requests, all);
    say(drawing, rightEdge, y - 7, share, { align: 'right' });
    const room = rightEdge - x - textWidth(share, 11) - 8;
    say(drawing, x, y - 7, pixelCut(oneLine(version ?? 'nowhere'), room, 11, true), { bold: true, colour });
    const rate = requests === 0 ? '' : `${rateText(requests, step)}${errors({ requests, failed })}`;
    say(drawing, rightEdge, y + 8, rate, { align: 'right', colour: failed > 0 ? ink.alarm : ink.muted });
    const workloads = box.workloadsOf.get(version) ?? new Set();
    podDots(drawing, record, step, workloads, colour, x, y + 8, rightEdge - x - textWidth(rate, 11) - 8);
  }
}

function shareText(given: string | undefined, requests: number, all: number): string {
  const got = all === 0 ? undefined : percent(requests / all, all);
  if (requests === 0 && (given === undefined || given === '0 %')) return 'nothing';
  if (got === undefined) return given === undefined ? 'nothing' : `given ${given}`;
  return given === undefined ? `got ${got}` : `given ${given}, got ${got}`;
}

const dotWidth = 10;
const mostDots = 16;

/** The ready pods of workloads: a dot each, or one and a number. */
function podDots(
  drawing: Drawing,
  { pods }: RunRecord,
  step: StepRecord,
  workloads: ReadonlySet<string>,
  colour: string,
  x: number,
  y: number,
  room: number,
): void {
  const ready = sum(step.ready, (own) => (workloads.has(own.workload) ? own.pods : 0));
  const wasFull = pods.filter(
    (own) =>
      workloads.has(own.workload) &&
      (own.overFromSeconds ?? Infinity) < step.toSeconds &&
      (own.overToSeconds ?? 0) > step.fromSeconds,
  );
  const full = Math.min(ready, wasFull.length);
  const dot = (i: number, isFull: boolean): void => {
    const at: Point = [x + 4 + i * dotWidth, y];
    if (isFull) drawing.full.push(at);
    else drawing.dots.push({ at, colour });
  };
  if (ready <= mostDots && ready * dotWidth <= room) {
    for (let i = 0; i < ready; i++) dot(i, i >= ready - full);
    return;
  }
  dot(0, full === ready);
  if (full > 0 && full < ready) dot(1, true);
  const after = x + (full > 0 && full < ready ? 2 : 1) * dotWidth + 4;
  const told = `${plural(ready, 'pod')}${full > 0 && full < ready ? `, ${count(full)} full` : ''}`;
  say(drawing, after, y, pixelCut(told, room - (after - x), 11), { colour: ink.muted });
}

/** Out of the foot of a box, through its lane, and in at the head of another. */
function around(x: number, fromY: number, lane: number, toY: number): Line['points'] {
  const underY = fromY + gapBetween / 2;
  const down = toY >= underY ? 1 : -1;
  const turn = Math.min(7, x - lane, Math.abs(toY - underY) / 2);
  return [
    ...corner([x + 18, fromY], [x + 18, underY], [x + 11, underY]),
    ...corner([lane + turn, underY], [lane, underY], [lane, underY + down * turn]),
    ...corner([lane, toY - down * turn], [lane, toY], [lane + turn, toY]),
    [x - 7, toY],
  ];
}

/** From the head of a box down, and over to one of its versions. */
const bend = (x: number, fromY: number, toX: number, toY: number): Line['points'] => [
  [x, fromY],
  ...corner([x, toY - 9], [x, toY], [x + 9, toY]),
  [toX, toY],
];

/** A quadratic Bézier curve in five points. */
const corner = (from: Point, over: Point, to: Point): Point[] =>
  [0, 0.25, 0.5, 0.75, 1].map((t) => {
    const at = (axis: 0 | 1): number =>
      (1 - t) * (1 - t) * from[axis] + 2 * t * (1 - t) * over[axis] + t * t * to[axis];
    return [at(0), at(1)];
  });

const rounded = (value: number): number => Math.round(value * 10) / 10;

/**
 * Everything of one kind in all panels is one layer, whatever it looks like: what a chart costs is its layers.
 *
 * @param cornerOf the upper left corner of a panel, by its index
 */
export function topologyLayers(panels: readonly Drawing[], cornerOf: (panel: number) => Point): Layers {
  const everywhere = <T, R>(
    of: (panel: Drawing) => readonly T[],
    placed: (own: T, corner: Point) => R,
  ): R[] => panels.flatMap((panel, i) => of(panel).map((own) => placed(own, cornerOf(i))));
  const signs = (of: (panel: Drawing) => readonly Point[], rest: object) =>
    everywhere(of, (at, corner) => ({ ...moved(at, corner), ...rest }));
  const at = { x: pixel('x'), y: pixel('y') };
  return [
    {
      data: {
        values: everywhere(
          ({ grounds }) => grounds,
          ({ from, to, colour }, corner) => {
            const { x: x2, y: y2 } = moved(to, corner);
            return { ...moved(from, corner), x2, y2, colour };
          },
        ),
      },
      mark: { type: 'rect', cornerRadius: 6, fill: ink.card, strokeWidth: 1.2 },
      encoding: { ...at, x2: { field: 'x2' }, y2: { field: 'y2' }, stroke: named('colour') },
    },
    {
      data: {
        values: everywhere(
          ({ lines }) => lines,
          ({ points, colour, width }, [x, y]) => ({
            x,
            y,
            path: `M${points.map((own) => own.map(rounded).join(',')).join('L')}`,
            colour,
            width: rounded(width),
          }),
        ),
      },
      // Paths in pixels from the corner, as Vega scales a shape by half the square root of its size.
      mark: { type: 'point', size: 4, filled: false, opacity: 1, strokeJoin: 'round' },
      encoding: { ...at, shape: named('path'), stroke: named('colour'), strokeWidth: amount('width') },
    },
    {
      data: {
        values: [
          ...signs(({ arrows }) => arrows, { shape: 'triangle-right', size: 70, colour: ink.muted }),
          ...everywhere(
            ({ dots }) => dots,
            (dot, corner) => ({ ...moved(dot.at, corner), shape: 'circle', size: 46, colour: dot.colour }),
          ),
          ...signs(({ full }) => full, { shape: 'square', size: 58, colour: ink.alarm }),
        ],
      },
      mark: { type: 'point', filled: true, opacity: 1 },
      encoding: { ...at, shape: named('shape'), size: amount('size'), color: named('colour') },
    },
    {
      data: {
        values: everywhere(
          ({ words }) => words.filter(({ label }) => label !== ''),
          ({ x, y, ...rest }, corner) => ({ ...moved([x, y], corner), ...rest }),
        ),
      },
      mark: {
        type: 'text',
        baseline: 'middle',
        align: { expr: 'datum.align' },
        fontWeight: { expr: "datum.bold ? 'bold' : 'normal'" },
      },
      encoding: { ...at, text: { field: 'label' }, color: named('colour') },
    },
  ];
}

const moved = ([x, y]: Point, [left, top]: Point) => ({ x: rounded(left + x), y: rounded(top + y) });
