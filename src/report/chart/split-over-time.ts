import { maxIndex, range, sort, sum } from 'd3-array';
import type { RunRecord, ServiceSplit } from '../../record/record.ts';
import { binomInterval } from '../../stats/interval.ts';
import { levelsOf } from '../../verdict/rule-of-evidence.ts';
import { pixelCut } from '../glyphs.ts';
import { oneLine } from '../layout.ts';
import { count, missing, moment, pEquals, percent, percentRange, span } from '../../words/number.ts';
import { ink, palette } from '../palette.ts';
import { left, right, type Table } from '../table/table.ts';
import { keyLabel, splitOf, stepAt, tenths } from '../words.ts';
import {
  amount,
  named,
  plotWidth,
  poster,
  type Chart,
  type Layers,
  type Panel,
  type Position,
} from './chart.ts';
import { legendPanel } from './legend.ts';
import { changeMarks, changeNotes, spreadLabels, type ChangeMark } from './change-marks.ts';
import { bucketsOf, shareScale, type Bucket } from './split-buckets.ts';

/** Configured, effective and observed share of each version of the service in focus, a panel per version. */
export const splitOverTime: Chart = {
  name: 'split-over-time',
  section: 'Over time',
  question: 'Did the traffic follow its weights?',
  title(record) {
    return `Did ${record.focus} follow its weights? ${hasStrayed(record) ? answer[record.verdict.kind] : answer.unanswered}`;
  },
  spec(record) {
    const split = splitOf(record, record.focus);
    if (split === undefined || split.keys.length === 0) return null;
    const buckets = bucketsOf(split);
    if (buckets.length === 0) return null;
    const style = palette(record);
    const marks = changeMarks(record);
    const keys = mostUsed(split, 6);
    const height = keys.length <= 2 ? 150 : keys.length === 3 ? 112 : 84;
    const noRule = split.configured.some((step) => step.shares === undefined);
    return poster(
      { text: this.title(record), subtitle: subtitle(record, split), description: this.text(record) },
      [
        legendPanel([
          ...(split.configured.some((step) => step.shares !== undefined)
            ? [{ label: 'configured', colour: ink.text, sign: 'line', dash: [5, 3] } as const]
            : []),
          ...(noRule
            ? [
                {
                  label: 'no rule: share of endpoints',
                  colour: ink.muted,
                  sign: 'line',
                  dash: [1, 3],
                } as const,
              ]
            : []),
          { label: 'effective: what the proxies held', colour: ink.muted, sign: 'line', opacity: 0.5 },
          { label: 'observed, 95 % interval', colour: ink.text, sign: 'interval' },
          ...(fewRefreshes(record, split).length > 0
            ? [
                {
                  label: 'a refresh: on top where it got the version',
                  colour: ink.muted,
                  sign: 'tick',
                } as const,
              ]
            : []),
          ...(record.pushes.length > 0
            ? [{ label: 'push on its way', colour: amber, sign: 'area', opacity: 0.35 } as const]
            : []),
        ]),
        ...keys.map((keyIndex, row): Panel => {
          const key = split.keys[keyIndex]!;
          return {
            width: plotWidth,
            height,
            title: {
              text: pixelCut(oneLine(keyLabel(key, split.marks[keyIndex])), plotWidth, 12, true),
              anchor: 'start',
              frame: 'group',
              fontSize: 12,
              offset: row === 0 && marks.length > 0 ? 14 : 5,
              color: style(key).colour,
            },
            layer: keyLayers(
              record,
              split,
              buckets,
              keyIndex,
              height,
              style(key),
              row === keys.length - 1,
              row === 0 ? marks : [],
            ),
          };
        }),
        ...changeNotes(marks),
      ],
      10,
    );
  },
  text(record) {
    const split = splitOf(record, record.focus);
    if (split === undefined) return 'The run had no split to follow.';
    const asked = split.phases.filter((phase) => phase.requests > 0);
    if (asked.length === 0) return `No request reached ${split.service}.`;
    return asked
      .slice(0, 20)
      .map((phase) => {
        const n = phase.requests;
        const shares = split.keys.map((key, i) => {
          const interval = phase.perKey.find((entry) => entry.key === key)?.interval ?? null;
          const k = phase.observed[i] ?? 0;
          const reach = interval === null ? '' : ` (95 % interval ${percentRange(interval, n)})`;
          return `${key} got ${count(k)} of ${count(n)}${n === 0 ? '' : `, ${percent(k / n, n)}${reach}`}`;
        });
        const p = phase.p === null ? '' : `; ${pEquals(phase.p)}`;
        return `${span(phase.fromSeconds, phase.toSeconds)}, ${phase.state}, ${phase.rule}: ${shares.join('; ')}${p}.`;
      })
      .join(' ');
  },
  table(record): Table {
    const split = splitOf(record, record.focus);
    const columns = [
      left('From–to'),
      left('Version'),
      ...['Configured', 'Effective', 'Observed', '95 % interval', 'Requests'].map(right),
    ];
    const caption = `Share of each version of ${record.focus} over time`;
    if (split === undefined) return { caption, columns, rows: [] };
    const rows = bucketsOf(split).flatMap((bucket) =>
      split.keys.map((key, i) => {
        const n = bucket.requests;
        const k = bucket.observed[i]!;
        const step = stepAt(split, bucket.fromSeconds);
        return [
          span(bucket.fromSeconds, bucket.toSeconds),
          keyLabel(key, split.marks[i]),
          step?.shares === undefined ? 'no rule' : percent(step.shares[i] ?? 0),
          bucket.effective === null ? missing : percent(tenths(bucket.effective[i]!)),
          percent(k / n, n),
          percentRange(binomInterval({ k, n, conf: 0.95, method: 'wilson' }), n),
          `${count(k)} of ${count(n)}`,
        ];
      }),
    );
    return { caption, columns, rows };
  },
};

const amber = '#e69f00';
const answer = {
  chance: 'Yes, as far as chance lets it',
  propagation: 'Not until every proxy held the new ones',
  fault: 'No',
  none: 'There was nothing to follow',
  unanswered: 'Yes, but proxies answered some requests with errors',
} as const;

/** A fault may lie in the draws, or in what came of requests that were drawn as they should be. */
function hasStrayed(record: RunRecord): boolean {
  const split = splitOf(record, record.focus);
  const tested = (split?.phases ?? []).filter(({ p }) => p !== null);
  if (record.verdict.kind !== 'fault' || tested.length === 0) return true;
  const { fault } = levelsOf(record);
  return (
    tested.some(({ p }) => p! <= fault) ||
    record.refreshes.some(({ verdict, errors }) => verdict.kind === 'fault' && errors === 0)
  );
}

/** What is wrong, where something is; else how the last rule was followed. */
function subtitle(record: RunRecord, split: ServiceSplit): string {
  const { kind, sentence } = record.verdict;
  return kind === 'fault' || kind === 'propagation' ? sentence : latestFinding(split);
}

/** "v3 at 62–100 s: 11 of 15 = 73 % [48–89 %], configured 50 %": the last settled phase with a draw speaks for the run. */
function latestFinding(split: ServiceSplit): string {
  const asked = split.phases.filter((phase) => phase.requests > 0);
  const phase = asked.findLast((each) => each.p !== null && each.state === 'settled') ?? asked.at(-1);
  if (phase === undefined) return '';
  const drawn = split.keys.findLastIndex(
    (_, i) => (phase.configured?.[i] ?? 0) > 0 && (phase.configured?.[i] ?? 0) < 1,
  );
  const keyIndex = drawn < 0 ? maxIndex(phase.observed) : drawn;
  const n = phase.requests;
  const k = phase.observed[keyIndex] ?? 0;
  const interval = phase.perKey[keyIndex]?.interval ?? null;
  const step = stepAt(split, phase.fromSeconds);
  const expected =
    step?.shares === undefined
      ? `no rule, ${percent(tenths(step?.endpointShares[keyIndex] ?? 0))} of the endpoints`
      : `configured ${percent(step.shares[keyIndex] ?? 0)}`;
  const reach = interval === null ? '' : `, 95 % interval ${percentRange(interval, n)}`;
  const p = phase.p === null ? '' : `; ${pEquals(phase.p)}`;
  return `${split.keys[keyIndex]!} from ${moment(phase.fromSeconds)} to ${moment(phase.toSeconds)}: ${count(k)} of ${count(n)} = ${percent(n === 0 ? 0 : k / n, n)}${reach}; ${expected}${p}`;
}

function keyLayers(
  record: RunRecord,
  split: ServiceSplit,
  buckets: readonly Bucket[],
  keyIndex: number,
  height: number,
  style: { readonly colour: string; readonly shape: string },
  isLast: boolean,
  marks: readonly ChangeMark[],
): Layers {
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
  const lines = [
    ...held(split, keyIndex, end).map(({ x, y, run }) => ({
      x,
      y,
      line: `held ${run}`,
      width: 3,
      dash: [],
      opacity: 0.4,
    })),
    ...steps(split, keyIndex, end).map(({ x, y, rule, run }) => ({
      x,
      y,
      line: `configured ${run}`,
      width: 1.5,
      dash: rule ? [5, 3] : [1, 3],
      opacity: 1,
    })),
  ];
  const observed = buckets.map(({ fromSeconds, toSeconds, observed: ofKeys, requests: n }) => {
    const k = ofKeys[keyIndex]!;
    const [low, high] = binomInterval({ k, n, conf: 0.95, method: 'wilson' });
    return {
      x: rounded((fromSeconds + toSeconds) / 2),
      y: rounded(k / n),
      low: rounded(low),
      high: rounded(high),
      from: rounded(fromSeconds),
      to: rounded(toSeconds),
    };
  });
  const seen = { colour: style.colour, dash: [], opacity: 0.55 };
  const upright = observed.map(({ x, low, high }) => ({ x, x2: x, y: low, y2: high, width: 2, ...seen }));
  const flat = observed.map(({ from, to, y }) => ({ x: from, x2: to, y, y2: y, width: 1.5, ...seen }));
  const [bottom, top] = scale.domain;
  const changes = changeMarks(record).map(({ atSeconds: x }) => ({
    x,
    x2: x,
    y: bottom,
    y2: top,
    width: 1,
    colour: ink.muted,
    dash: [2, 2],
    opacity: 0.8,
  }));
  const shades = pushSpans(record);
  const refreshes = fewRefreshes(record, split);
  return [
    {
      data: { values: shades },
      mark: { type: 'rect', color: amber, opacity: 0.22 },
      encoding: { x: { ...time, field: 'from' }, x2: { field: 'to' } },
    },
    {
      data: { values: [...changes, ...upright, ...flat] },
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
      data: { values: lines },
      mark: { type: 'line', interpolate: 'step-after', color: style.colour },
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
      mark: { type: 'point', color: style.colour, shape: style.shape, filled: true, size: 44, opacity: 1 },
      encoding: { x: time, y: share },
    },
    ...[true, false].flatMap((got): Layers => {
      const own = refreshes.filter(({ key }) => (split.keys[keyIndex] === key) === got);
      if (own.length === 0) return [];
      return [
        {
          data: { values: own.map(({ atSeconds }) => ({ x: atSeconds })) },
          mark: { type: 'tick', thickness: 2, size: 9, color: got ? style.colour : ink.muted, opacity: 1 },
          encoding: { x: time, y: { value: got ? 6 : height - 6 } },
        },
      ];
    }),
    ...(marks.length === 0
      ? []
      : [
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
          } as const,
        ]),
  ];
}

/** Requests that are few enough to be seen one by one. */
const fewRequests = 200;

/** The refreshes of a run in which hardly anybody else asked: what each of them got. */
function fewRefreshes(
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

/** The keys with the most requests, in their usual order. */
function mostUsed(split: ServiceSplit, most: number): number[] {
  const use = split.keys.map((_, i) => sum(split.phases, (phase) => phase.observed[i] ?? 0));
  return sort(sort(range(use.length), (i) => -use[i]!).slice(0, most));
}

/** Four decimals are finer than a pixel, and keep the chart's file small. */
const rounded = (value: number) => Math.round(value * 10_000) / 10_000;
