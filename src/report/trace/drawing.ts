import { max } from 'd3-array';
import { shortHost } from '../../manifest/host.ts';
import type { TopLevelSpec } from 'vega-lite';
import type { Hop, HopTry, PageTrace } from '../../record/page-trace.ts';
import { poster } from '../chart/chart.ts';
import { textWidth } from '../glyphs.ts';
import { milliseconds, plural } from '../../words/number.ts';
import { ink } from '../palette.ts';

interface Bar {
  readonly row: number;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly what: keyof typeof colours;
}

/** What the waterfall shows: a line per try, what it spent its time on, what went wrong at its end. Times in ms since the page was opened. */
interface Waterfall {
  readonly labels: string[];
  readonly bars: Bar[];
  readonly notes: { readonly row: number; readonly at: number; readonly text: string }[];
}

/** The page as a waterfall: a line per try, from left to right what it spent its time on, what went wrong at its end. */
export function traceDrawing(trace: PageTrace): TopLevelSpec {
  const { labels, bars, notes } = waterfallOf(trace);
  const longest = Math.max(
    max(bars, (bar) => bar.to)!,
    0.001,
  );
  const unit: Unit = longest >= 2000 ? { name: 's', ms: 1000 } : { name: 'ms', ms: 1 };
  const y = lines(labels);
  const took = milliseconds((trace.root.endedMs ?? trace.root.openedMs) - trace.root.openedMs);
  return poster(
    {
      text: `Where did the ${took} of page ${trace.page} go?`,
      subtitle: `${trace.scenario}, seed ${trace.seed}; a line per try, indented by who asked`,
      description: `Waterfall of page ${trace.page}: ${plural(labels.length, 'try', 'tries')} over ${milliseconds(longest)}.`,
    },
    [
      {
        width: 560,
        height: { step: 24 },
        layer: [barLayer(bars, y, longest, unit), noteLayer(notes, y, unit)],
      },
    ],
  );
}

/** Of the axis of time. */
interface Unit {
  readonly name: string;
  readonly ms: number;
}

function waterfallOf({ root }: PageTrace): Waterfall {
  const drawn: Waterfall = { labels: [], bars: [], notes: [] };
  const walk = (hop: Hop, depth: number): void => {
    const tries = hop.tries.length === 0 ? [undefined] : hop.tries;
    tries.forEach((one, index) => drawTry(drawn, root.openedMs, hop, depth, one, index, tries.length));
    for (const call of hop.calls) walk(call, depth + 1);
  };
  walk(root, 0);
  return drawn;
}

/** A line of a try; of a request that came to no try, of that. */
function drawTry(
  { labels, bars, notes }: Waterfall,
  zero: number,
  hop: Hop,
  depth: number,
  one: HopTry | undefined,
  index: number,
  tries: number,
): void {
  const row = labels.length;
  const label = labelOf(hop, depth, one, index);
  labels.push(label);
  const isLast = index === tries - 1;
  const from = one?.pickedMs ?? hop.openedMs;
  const end = (isLast ? hop.endedMs : one?.endedMs) ?? one?.repliedMs ?? from;
  bars.push({
    row,
    label,
    from: (index === 0 ? hop.openedMs : from) - zero,
    to: end - zero,
    what: 'on its way, or at its caller',
  });
  const delay = hop.faults.find((fault) => fault.kind === 'delay' && fault.hit);
  if (delay !== undefined && index === 0) {
    const overMs = Math.min(hop.openedMs + (delay.delayMs ?? 0), end);
    bars.push({ row, label, from: hop.openedMs - zero, to: overMs - zero, what: 'held by a fault rule' });
  }
  if (one !== undefined) bars.push(...proxyBars(one, row, label, zero, end));
  if (one !== undefined) bars.push(...podBars(one, row, label, zero, end));
  const told = wentWrong(hop, one, index, isLast);
  const behind = max(bars, (bar) => (bar.row === row ? bar.to : undefined))!;
  if (told.length > 0) notes.push({ row, at: behind, text: told.join(', ') });
}

function labelOf(hop: Hop, depth: number, one: HopTry | undefined, index: number): string {
  const pod = one?.pod ?? (hop.decision?.cluster == null ? hop.service : clusterLabel(hop.decision.cluster));
  const which = hop.tries.length > 1 ? ` try ${index + 1}` : '';
  return `${'· '.repeat(depth)}${shortPod(pod)}${which}${hop.waited === 'not at all' ? ', not awaited' : ''}`;
}

function wentWrong(hop: Hop, one: HopTry | undefined, index: number, isLast: boolean): string[] {
  return [
    isLast && hop.flags !== '' ? `${hop.status === 0 ? '' : `${hop.status} `}${hop.flags}` : '',
    isLast && hop.flags === '' && hop.status !== 200 ? String(hop.status) : '',
    one?.next === 'retry' ? `${one.reset ?? one.status ?? ''}, tried again` : '',
    hop.decision?.stale === true && index === 0 ? `snapshot ${hop.decision.snapshot} (old rule)` : '',
  ].filter((text) => text !== '');
}

/** The axis of lines, in their order. */
const lines = (labels: readonly string[]) => ({
  field: 'row',
  type: 'ordinal' as const,
  sort: labels.map((_, row) => row),
  axis: {
    title: null,
    labelExpr: `${JSON.stringify(labels)}[datum.value]`,
    labelAlign: 'left' as const,
    labelPadding: Math.max(
      110,
      max(labels, (label) => 10 + textWidth(label, 11))!,
    ),
  },
});

function barLayer(bars: readonly Bar[], y: ReturnType<typeof lines>, longest: number, { name, ms }: Unit) {
  const used = whats.filter((what) => bars.some((bar) => bar.what === what));
  return {
    data: { values: bars.map((bar) => ({ ...bar, from: bar.from / ms, to: bar.to / ms })) },
    mark: {
      type: 'bar' as const,
      height: 13,
      cornerRadius: 2,
      stroke: ink.muted,
      strokeWidth: 0.6,
    },
    encoding: {
      y,
      x: {
        field: 'from',
        type: 'quantitative' as const,
        title: `${name} since the page was asked for`,
        scale: { domain: [0, (longest / ms) * 1.28], nice: false },
        axis: { tickCount: 8 },
      },
      x2: { field: 'to' },
      color: {
        field: 'what',
        type: 'nominal' as const,
        title: null,
        scale: { domain: used, range: used.map((what) => colours[what]) },
        legend: {
          orient: 'bottom' as const,
          columns: 4,
          labelLimit: 0,
          labelColor: ink.text,
          symbolType: 'square',
        },
      },
    },
  };
}

function noteLayer(notes: Waterfall['notes'], y: ReturnType<typeof lines>, { ms }: Unit) {
  return {
    data: { values: notes.map((note) => ({ ...note, at: note.at / ms })) },
    mark: {
      type: 'text' as const,
      align: 'left' as const,
      dx: 6,
      color: ink.alarm,
      fontWeight: 'bold' as const,
      fontSize: 11,
    },
    encoding: {
      y,
      x: { field: 'at', type: 'quantitative' as const },
      text: { field: 'text', type: 'nominal' as const },
    },
  };
}

const colours = {
  'on its way, or at its caller': '#dfe4e8',
  'held by a fault rule': '#7a5c00',
  'waits for a connection': '#cc79a7',
  'pause before the next try': '#009e73',
  'queued in the pod': '#d55e00',
  'in the pod': '#4aa8e0',
  'answered for nobody': '#75659c',
} as const;
const whats = Object.keys(colours) as (keyof typeof colours)[];

/** What a try spends at its caller's proxy: before a connection takes it, and after it has failed. */
function proxyBars(one: HopTry, row: number, label: string, zero: number, end: number): Bar[] {
  const bars: Bar[] = [];
  const sentMs = one.breaker === null ? (one.sentMs ?? end) : one.pickedMs;
  if (sentMs > one.pickedMs) {
    bars.push({
      row,
      label,
      from: one.pickedMs - zero,
      to: sentMs - zero,
      what: 'waits for a connection',
    });
  }
  if (one.endedMs !== null && one.backOffMs > 0) {
    const from = one.endedMs - zero;
    bars.push({ row, label, from, to: from + one.backOffMs, what: 'pause before the next try' });
  }
  return bars;
}

function podBars(one: HopTry, row: number, label: string, zero: number, end: number): Bar[] {
  const bars: Bar[] = [];
  if (one.arrivedMs !== null && one.begunMs !== null && one.begunMs > one.arrivedMs) {
    bars.push({ row, label, from: one.arrivedMs - zero, to: one.begunMs - zero, what: 'queued in the pod' });
  }
  if (one.begunMs !== null) {
    const to = one.repliedMs ?? end;
    bars.push({ row, label, from: one.begunMs - zero, to: Math.min(to, end) - zero, what: 'in the pod' });
    if (to > end) bars.push({ row, label, from: end - zero, to: to - zero, what: 'answered for nobody' });
  }
  return bars;
}

/** `reviews-v3` of `reviews-v3-6f8c9d7b5-x2x9k`: the workload is told from its pod by the last five letters. */
function shortPod(pod: string): string {
  const parts = pod.split('-');
  return parts.length > 2 ? `${parts.slice(0, -2).join('-')} …${parts.at(-1)!.slice(-3)}` : pod;
}

function clusterLabel(cluster: string): string {
  const [, , subset = '', host = ''] = cluster.split('|');
  return `${shortHost(host)}${subset === '' ? '' : ` ${subset}`}`;
}
