import { sort, sum } from 'd3-array';
import type { RunRecord, ServiceSplit } from '../../record/record.ts';
import { binomInterval } from '../../stats/interval.ts';
import { ink } from '../palette.ts';
import { changeMarks, spreadLabels, type ChangeMark } from './change-marks.ts';
import { amount, named, plotWidth, type Layers, type Position } from './chart.ts';
import { shareScale, type Bucket } from './split-buckets.ts';

/** Of the time in which a push is on its way. */
export const pushColour = '#e69f00';

/** One version's panel of the chart of shares over time. */
export interface SplitPanel {
  readonly record: RunRecord;
  readonly split: ServiceSplit;
  readonly buckets: readonly Bucket[];
  /** Which of the versions. */
  readonly keyIndex: number;
  /** In pixels. */
  readonly height: number;
  readonly style: { readonly colour: string; readonly shape: string };
  /** It bears the axis of time for all. */
  readonly isLast: boolean;
  /** Numbers of changes above it; empty: none. */
  readonly marks: readonly ChangeMark[];
}

/** What is drawn, from the back to the front. */
export function splitLayers(panel: SplitPanel): Layers {
  const { record, split, buckets, keyIndex, isLast } = panel;
  const end = record.scenario.durationSeconds;
  const time: Position = {
    field: 'x',
    type: 'quantitative',
    scale: { domain: [0, end], nice: false },
    axis: isLast
      ? { title: 'simulated time, s', grid: false, tickCount: 10 }
      : { title: null, labels: false, ticks: false, grid: false },
  };
  const { scale, axis } = shareScale(split, buckets, keyIndex);
  const share: Position = { field: 'y', type: 'quantitative', scale, axis };
  const observed = buckets.map((own) => observedIn(own, keyIndex));
  const [bottom, top] = scale.domain;
  return [
    {
      data: { values: pushSpans(record) },
      mark: { type: 'rect', color: pushColour, opacity: 0.22 },
      encoding: { x: { ...time, field: 'from' }, x2: { field: 'to' } },
    },
    {
      data: { values: [...changeRules(record, bottom, top), ...intervalRules(observed, panel.style.colour)] },
      mark: { type: 'rule' },
      encoding: {
        x: time,
        x2: { field: 'x2' },
        y: share,
        y2: { field: 'y2' },
        color: named('colour'),
        strokeWidth: amount('width'),
        strokeDash: named('dash'),
        opacity: amount('opacity'),
      },
    },
    {
      data: { values: [...heldLines(split, keyIndex, end), ...configuredLines(split, keyIndex, end)] },
      mark: { type: 'line', interpolate: 'step-after', color: panel.style.colour },
      encoding: {
        x: time,
        y: share,
        detail: named('line'),
        strokeWidth: amount('width'),
        strokeDash: named('dash'),
        opacity: amount('opacity'),
      },
    },
    {
      data: { values: observed },
      mark: {
        type: 'point',
        color: panel.style.colour,
        shape: panel.style.shape,
        filled: true,
        size: 44,
        opacity: 1,
      },
      encoding: { x: time, y: share },
    },
    ...refreshTicks(panel, time),
    ...changeLabels(panel.marks, end, time),
  ];
}

function observedIn({ fromSeconds, toSeconds, observed, requests: n }: Bucket, keyIndex: number) {
  const k = observed[keyIndex]!;
  const [low, high] = binomInterval({ k, n, conf: 0.95, method: 'wilson' });
  return {
    x: rounded((fromSeconds + toSeconds) / 2),
    y: rounded(k / n),
    low: rounded(low),
    high: rounded(high),
    from: rounded(fromSeconds),
    to: rounded(toSeconds),
  };
}

const changeRules = (record: RunRecord, bottom: number, top: number) =>
  changeMarks(record).map(({ atSeconds: x }) => ({
    x,
    x2: x,
    y: bottom,
    y2: top,
    width: 1,
    colour: ink.muted,
    dash: [2, 2],
    opacity: 0.8,
  }));

/** A cross for each bucket: as high as its interval, as wide as its time. */
function intervalRules(observed: readonly ReturnType<typeof observedIn>[], colour: string) {
  const seen = { colour, dash: [], opacity: 0.55 };
  return [
    ...observed.map(({ x, low, high }) => ({ x, x2: x, y: low, y2: high, width: 2, ...seen })),
    ...observed.map(({ from, to, y }) => ({ x: from, x2: to, y, y2: y, width: 1.5, ...seen })),
  ];
}

const heldLines = (split: ServiceSplit, keyIndex: number, end: number) =>
  held(split, keyIndex, end).map(({ x, y, run }) => ({
    x,
    y,
    line: `held ${run}`,
    width: 3,
    dash: [],
    opacity: 0.4,
  }));

const configuredLines = (split: ServiceSplit, keyIndex: number, end: number) =>
  steps(split, keyIndex, end).map(({ x, y, rule, run }) => ({
    x,
    y,
    line: `configured ${run}`,
    width: 1.5,
    dash: rule ? [5, 3] : [1, 3],
    opacity: 1,
  }));

/** On top those that got the version, at the bottom those that got another. */
function refreshTicks({ record, split, keyIndex, style, height }: SplitPanel, time: Position): Layers {
  const refreshes = fewRefreshes(record, split);
  return [true, false].flatMap((got): Layers => {
    const own = refreshes.filter(({ key }) => (split.keys[keyIndex] === key) === got);
    if (own.length === 0) return [];
    return [
      {
        data: { values: own.map(({ atSeconds }) => ({ x: atSeconds })) },
        mark: { type: 'tick', thickness: 2, size: 9, color: got ? style.colour : ink.muted, opacity: 1 },
        encoding: { x: time, y: { value: got ? 6 : height - 6 } },
      },
    ];
  });
}

function changeLabels(marks: readonly ChangeMark[], end: number, time: Position): Layers {
  if (marks.length === 0) return [];
  return [
    {
      data: { values: spreadLabels(marks, end) },
      mark: {
        type: 'text',
        align: 'center',
        baseline: 'bottom',
        color: ink.text,
        fontWeight: 'bold',
        dy: -4,
      },
      encoding: { x: time, y: { value: 0 }, text: { field: 'label' } },
    },
  ];
}

/** Requests that are few enough to be seen one by one. */
const fewRequests = 200;

/** The refreshes of a run in which hardly anybody else asked: what each of them got. */
export function fewRefreshes(
  record: RunRecord,
  split: ServiceSplit,
): { atSeconds: number; key: string | undefined }[] {
  if (sum(split.phases, (phase) => phase.requests) > fewRequests) return [];
  return record.refreshes
    .filter((session) => session.service === split.service)
    .flatMap(({ keys, refreshes }) =>
      refreshes.map(({ atSeconds, key }) => ({ atSeconds: rounded(atSeconds), key: keys[key] })),
    );
}

/** What the asked proxies held, window by window; a new `run` after a long silence, since nobody asked what was held then. */
function held(split: ServiceSplit, keyIndex: number, end: number) {
  const points: { x: number; y: number; run: number }[] = [];
  let run = 0;
  let until = 0;
  for (const { fromSeconds, toSeconds, effective } of split.windows) {
    const share = effective?.[keyIndex];
    if (share === undefined) continue;
    const y = rounded(share);
    const last = points.at(-1);
    if (last !== undefined && fromSeconds - until > end / 20) {
      points.push({ ...last, x: until });
      run += 1;
    }
    if (last?.y !== y || last.run !== run) points.push({ x: rounded(fromSeconds), y, run });
    until = rounded(toSeconds);
  }
  const last = points.at(-1);
  return last === undefined ? [] : [...points, { ...last, x: until }];
}

/** Corner points of the configured share; a new `run` wherever a rule begins or ends. */
function steps(split: ServiceSplit, keyIndex: number, end: number) {
  let run = 0;
  return split.configured.flatMap((step, i) => {
    const before = split.configured[i - 1];
    const rule = step.shares !== undefined;
    if (before !== undefined && (before.shares !== undefined) !== rule) run += 1;
    const y = (step.shares ?? step.endpointShares)[keyIndex] ?? 0;
    const until = split.configured[i + 1]?.atSeconds ?? end;
    return [
      { x: step.atSeconds, y, rule, run },
      { x: until, y, rule, run },
    ];
  });
}

/** Of the axis: three pixels. What takes shorter would be under way unseen. */
const leastVisible = 3 / plotWidth;

/** From a change until the last proxy held it; overlapping ones as one. */
function pushSpans(record: RunRecord): { from: number; to: number }[] {
  const end = record.scenario.durationSeconds;
  const spans: { from: number; to: number }[] = [];
  const byStart = sort(record.pushes, (push) => push.changedSeconds);
  for (const { changedSeconds, settledSeconds } of byStart) {
    const last = spans.at(-1);
    const to = Math.max(settledSeconds ?? end, Math.min(end, changedSeconds + leastVisible * end));
    if (last !== undefined && changedSeconds <= last.to) last.to = Math.max(last.to, to);
    else spans.push({ from: changedSeconds, to });
  }
  return spans;
}

/** Four decimals are finer than a pixel, and keep the chart's file small. */
const rounded = (value: number) => Math.round(value * 10_000) / 10_000;
