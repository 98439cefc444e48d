import { max, min } from 'd3-array';
import type { Capacity, CapacityWindow, WorkloadCapacity } from '../../record/capacity.ts';
import type { RunRecord } from '../../record/record.ts';
import { count, milliseconds, missing, span } from '../../words/number.ts';
import { ink, palette, type KeyStyle } from '../palette.ts';
import { left, right, type Table } from '../table/table.ts';
import { plotWidth, poster, type Chart, type Layers, type Panel, type Position } from './chart.ts';
import { legendPanel } from './legend.ts';
import { latencyAxis } from './log-axis.ts';

/** Replicas, CPU, requests in the pods and pages over time: did the pods keep up? */
export const capacity: Chart = {
  name: 'capacity',
  section: 'Capacity',
  question: 'Did the pods keep up?',
  title({ capacity: own }) {
    if (own === null) return `${this.question} It was not asked`;
    return `${this.question} ${own.verdict.keptUp ? 'Yes' : 'No'}`;
  },
  spec(record) {
    const own = record.capacity;
    if (own === null) return null;
    const shown = drawn(record, own);
    if (shown.length === 0) return null;
    const panels = [
      replicasPanel(record, shown),
      utilizationPanel(own, shown),
      inSystemPanel(shown),
      latencyPanel(own),
      troublePanel(own),
    ].filter((panel) => panel !== null);
    return poster(
      {
        text: this.title(record),
        subtitle: own.verdict.sentence,
        description: this.text(record),
      },
      [
        legendPanel([
          ...shown.map(({ workload, style }) => ({
            label: workload.name,
            colour: style.colour,
            sign: 'line' as const,
            dash: style.dash,
          })),
          { label: 'wanted, where not ready', colour: ink.muted, sign: 'line', dash: [2, 2] },
          { label: 'change in the timeline', colour: ink.grid, sign: 'line' },
        ]),
        ...panels.map((panel, index) => withTime(record, panel, index === panels.length - 1)),
      ],
      8,
    );
  },
  text({ capacity: own }) {
    return own === null
      ? 'Pods only stood there in this run.'
      : [own.verdict.sentence, ...own.verdict.reasons].join(' ');
  },
  table(record): Table {
    const own = record.capacity;
    const columns = [
      left('From–to'),
      left('Workload'),
      ...['Wanted', 'Ready', 'CPU of requests', 'In the pods', 'Mean time', 'Turned away'].map(right),
    ];
    const caption = 'Pods over time';
    if (own === null) return { caption, columns, rows: [] };
    const every = Math.max(1, Math.ceil((own.workloads[0]?.windows.length ?? 0) / 60));
    const rows = (own.workloads[0]?.windows ?? []).flatMap((_, index) =>
      index % every === every - 1
        ? own.workloads.flatMap((workload) => {
            const window = workload.windows[index];
            return window === undefined ? [] : [rowOf(workload, window)];
          })
        : [],
    );
    return { caption, columns, rows };
  },
};

const rowOf = ({ name }: WorkloadCapacity, own: CapacityWindow): string[] => [
  span(own.fromSeconds, own.toSeconds),
  name,
  count(own.wanted),
  count(own.ready),
  own.utilization === null ? missing : `${(own.utilization * 100).toFixed(0)} %`,
  own.inSystem.toFixed(1),
  milliseconds(own.meanMs),
  count(own.turnedAway),
];

interface Drawn {
  readonly workload: WorkloadCapacity;
  readonly style: KeyStyle;
}

const most = 6;

/** The versions of the service in focus; where it has none here, the workloads that were busiest. */
function drawn(record: RunRecord, { workloads }: Capacity): Drawn[] {
  const style = palette(record);
  const versions = workloads.filter((own) => own.version !== null);
  const scaled = workloads.filter(
    (own) => own.version === null && new Set(own.windows.map((window) => window.wanted)).size > 1,
  );
  return [...versions, ...scaled]
    .slice(0, most)
    .map((workload) => ({ workload, style: style(workload.version ?? workload.name) }));
}

interface TimePanel {
  readonly title: string;
  readonly height: number;
  readonly layers: (time: Position) => Layers;
}

/** A panel with the time axis that all share, and the changes of the timeline behind it. */
function withTime(record: RunRecord, { title, height, layers }: TimePanel, isLast: boolean): Panel {
  const time: Position = {
    field: 'x',
    type: 'quantitative',
    scale: { domain: [0, record.scenario.durationSeconds], nice: false },
    axis: isLast
      ? { title: 'simulated time, s', grid: false, tickCount: 10 }
      : { title: null, labels: false, ticks: false, grid: false },
  };
  return {
    width: plotWidth,
    height,
    title: { text: title, anchor: 'start', frame: 'group', fontSize: 12, offset: 4, color: ink.text },
    layer: [
      {
        data: { values: record.timeline.map((own) => ({ x: own.atSeconds })) },
        mark: { type: 'rule', color: ink.muted, opacity: 0.35, strokeWidth: 1 },
        encoding: { x: time },
      },
      ...layers(time),
    ],
  };
}

const value = (title: string | null, more: Partial<Position> = {}): Position => ({
  field: 'y',
  type: 'quantitative',
  axis: { title, tickCount: 4 },
  ...more,
});

/** Pods come whole. */
const pods = value(null, { axis: { title: null, tickCount: 4, tickMinStep: 1, format: ',d' } });

function replicasPanel(record: RunRecord, shown: readonly Drawn[]): TimePanel {
  return {
    title: 'ready pods',
    height: 92,
    layers: (time) =>
      shown.flatMap(({ workload, style }): Layers => [
        {
          data: { values: stairs(record, workload.windows, (own) => own.wanted) },
          mark: {
            type: 'line',
            interpolate: 'step-after',
            color: style.colour,
            strokeDash: [2, 2],
            strokeWidth: 1,
          },
          encoding: { x: time, y: pods },
        },
        line(
          time,
          pods,
          style,
          stairs(record, workload.windows, (own) => own.ready),
          true,
        ),
      ]),
  };
}

/** A staircase: what a window found at its end holds until the next end. */
function stairs(
  record: RunRecord,
  windows: readonly CapacityWindow[],
  of: (window: CapacityWindow) => number,
): { x: number; y: number }[] {
  const first = windows[0];
  if (first === undefined) return [];
  return [
    { x: first.fromSeconds, y: of(first) },
    ...windows.map((own) => ({ x: own.toSeconds, y: of(own) })),
    { x: record.scenario.durationSeconds, y: of(windows.at(-1)!) },
  ];
}

const line = (
  time: Position,
  y: Position,
  { colour, dash }: KeyStyle,
  values: readonly { x: number; y: number }[],
  isStep = false,
): Layers[number] => ({
  data: { values: [...values] },
  mark: {
    type: 'line',
    color: colour,
    strokeWidth: 2,
    strokeDash: [...dash],
    ...(isStep ? { interpolate: 'step-after' as const } : {}),
  },
  encoding: { x: time, y },
});

const middle = ({ fromSeconds, toSeconds }: { fromSeconds: number; toSeconds: number }): number =>
  (fromSeconds + toSeconds) / 2;

function utilizationPanel(own: Capacity, shown: readonly Drawn[]): TimePanel | null {
  const used = shown.filter(({ workload }) => workload.windows.some((window) => window.utilization !== null));
  if (used.length === 0) return null;
  const targets = own.autoscalers.flatMap(({ cpuTargets = [] }) => cpuTargets);
  const y = value(null, {
    axis: { title: null, tickCount: 4, labelExpr: "round(datum.value * 100) + ' %'" },
  });
  return {
    title: `CPU used of what the ready pods ask for${targets.length > 0 ? '; dashed: the autoscalers’ target' : ''}`,
    height: 92,
    layers: (time) => [
      {
        data: { values: [...new Set(targets)].map((target) => ({ y: target })) },
        mark: { type: 'rule', color: ink.muted, strokeDash: [5, 3] },
        encoding: { y },
      },
      ...used.map(({ workload, style }) =>
        line(
          time,
          y,
          style,
          workload.windows.flatMap((window) =>
            window.utilization === null ? [] : [{ x: middle(window), y: window.utilization }],
          ),
        ),
      ),
    ],
  };
}

function inSystemPanel(shown: readonly Drawn[]): TimePanel {
  return {
    title: 'requests in the pods, waiting or at work (square-root scale)',
    height: 92,
    layers: (time) =>
      shown.map(({ workload, style }) =>
        line(
          time,
          value(null, { scale: { type: 'sqrt' } }),
          style,
          workload.windows.map((own) => ({ x: middle(own), y: own.inSystem })),
        ),
      ),
  };
}

function latencyPanel({ pages, lateMs }: Capacity): TimePanel | null {
  const asked = pages.filter((own) => own.pages > 0);
  if (asked.length === 0) return null;
  const least = Math.max(
    0.01,
    min(asked, (own) => own.p50Ms)!,
  );
  const y = value(
    null,
    latencyAxis(
      least,
      Math.max(
        lateMs,
        max(asked, (own) => own.p99Ms)!,
      ),
      6,
    ),
  );
  const plain = { colour: ink.text, dash: [], shape: 'circle' } as const;
  return {
    title: 'time until the page is there: p50 thin, p99 thick; dashed: late',
    height: 92,
    layers: (time) => [
      {
        data: { values: [{ y: lateMs }] },
        mark: { type: 'rule', color: ink.alarm, strokeDash: [5, 3] },
        encoding: { y },
      },
      {
        data: { values: asked.map((own) => ({ x: middle(own), y: Math.max(own.p50Ms, 0.01) })) },
        mark: { type: 'line', color: ink.muted, strokeWidth: 1 },
        encoding: { x: time, y },
      },
      line(
        time,
        y,
        plain,
        asked.map((own) => ({ x: middle(own), y: Math.max(own.p99Ms, 0.01) })),
      ),
    ],
  };
}

function troublePanel({ pages }: Capacity): TimePanel | null {
  if (pages.every((own) => own.failed + own.late === 0)) return null;
  const rate = (of: (own: (typeof pages)[number]) => number) =>
    pages.map((own) => ({
      x: own.fromSeconds,
      x2: own.toSeconds,
      y: of(own) / (own.toSeconds - own.fromSeconds),
    }));
  const y = value('per second');
  return {
    title: 'pages that were late (amber) or failed (red)',
    height: 70,
    layers: (time) => [
      {
        data: { values: rate((own) => own.late + own.failed) },
        mark: { type: 'rect', clip: true, color: '#e69f00' },
        encoding: { x: time, x2: { field: 'x2' }, y, y2: { datum: 0 } },
      },
      {
        data: { values: rate((own) => own.failed) },
        mark: { type: 'rect', clip: true, color: ink.alarm },
        encoding: { x: time, x2: { field: 'x2' }, y, y2: { datum: 0 } },
      },
    ],
  };
}
