import { max } from 'd3-array';
import type { Push, RunRecord } from '../../record/record.ts';
import { pixelCut, textWidth } from '../glyphs.ts';
import { oneLine } from '../layout.ts';
import { moment, plural, seconds } from '../../words/number.ts';
import { ink } from '../palette.ts';
import { arrivalDelays, propagationTable } from '../table/propagation.ts';
import { pushText } from '../words.ts';
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
import { legendPanel, notePanel } from './legend.ts';

/** Proxies that hold a push, against the seconds since its change: a staircase per push. */
export const propagation: Chart = {
  name: 'propagation',
  section: 'Propagation',
  question: 'How long until every proxy held a new rule?',
  title(record) {
    const pushes = delivered(record);
    if (pushes.length === 0) return `${this.question} Nothing was pushed`;
    const slowest = slowestOf(pushes);
    if (slowest === null) return `${this.question} Some did not get it within the run`;
    return `${this.question} ${pushes.length === 1 ? '' : 'At most '}${seconds(slowest)}`;
  },
  spec(record) {
    const pushes = delivered(record);
    if (pushes.length === 0) return null;
    const shown = pushes.slice(0, mostPanels);
    const longest = Math.max(0.01, max(shown, (push) => arrivalDelays(push).delays.at(-1)) ?? 0);
    const unfinished = shown.some((push) => push.settledSeconds === null);
    const height = shown.length === 1 ? 240 : shown.length <= 3 ? 110 : 46;
    const more = pushes.length - shown.length;
    return poster(
      {
        text: this.title(record),
        subtitle:
          'seconds from the change in the manifests until the last worker of a proxy used the new routes',
        description: this.text(record),
      },
      [
        legendPanel([
          { label: 'proxies that hold the snapshot', colour: blue, sign: 'line' },
          ...(shown.some((push) => push.arrivals.length <= mostDots)
            ? [{ label: 'one arrival', colour: blue, sign: 'point' } as const]
            : []),
          { label: 'push began', colour: ink.muted, sign: 'line', dash: [2, 2] },
          { label: 'last proxy', colour: vermillion, sign: 'point', shape: 'triangle-down' },
        ]),
        ...shown.map((push, row): Panel => ({
          width: plotWidth,
          height,
          title: {
            text: panelTitle(push),
            anchor: 'start',
            frame: 'group',
            fontSize: 12,
            offset: 6,
            color: ink.text,
          },
          layer: pushLayers(push, longest * (unfinished ? 1.15 : 1.06), row === shown.length - 1, height),
        })),
        ...(more > 0 ? [notePanel([`and ${plural(more, 'more push', 'more pushes')} in the table`])] : []),
      ],
      12,
    );
  },
  text(record) {
    const pushes = delivered(record);
    if (pushes.length === 0) return 'No configuration was pushed during the run.';
    return pushes
      .slice(0, 20)
      .map((push) => {
        const { delays, total } = arrivalDelays(push);
        const what = `Snapshot ${push.snapshot} (${pushText(push)}, changed at ${moment(push.changedSeconds)})`;
        const half = delays[Math.ceil(total / 2) - 1];
        if (delays.length === 0)
          return `${what} reached none of ${plural(total, 'proxy', 'proxies')} within the run.`;
        const halfway = half === undefined ? '' : `, half of them after ${seconds(half)}`;
        const end =
          push.settledSeconds === null
            ? `${delays.length} of ${total} within the run`
            : `the last of ${plural(total, 'proxy', 'proxies')} after ${seconds(delays.at(-1)!)}`;
        return `${what} reached the first proxy after ${seconds(delays[0]!)}${halfway}, ${end}.`;
      })
      .join(' ');
  },
  table: propagationTable,
};

const blue = '#0072b2';
const vermillion = '#d55e00';
const mostPanels = 10;
/** More steps than this on one staircase are thinned; the first and the last stay. */
const mostSteps = 220;
/** Up to here each arrival gets a dot. */
const mostDots = 40;

/** The pushes that had somewhere to go. */
function delivered(record: RunRecord): Push[] {
  return record.pushes.filter((push) => push.arrivals.length > 0);
}

/** Seconds to the last arrival over all pushes; null where one push did not arrive everywhere. */
function slowestOf(pushes: readonly Push[]): number | null {
  if (pushes.some((push) => push.settledSeconds === null)) return null;
  return max(pushes, (push) => push.settledSeconds! - push.changedSeconds) ?? 0;
}

function pushLayers(push: Push, until: number, isLast: boolean, height: number): Layers {
  const { delays, total } = arrivalDelays(push);
  const stair = delays.map((x, i) => ({ x: rounded(x), y: i + 1 }));
  const every = Math.ceil(stair.length / mostSteps);
  const thin = stair.filter((_, i) => i % every === 0 || i === stair.length - 1);
  const line = [{ x: 0, y: 0 }, ...thin, { x: rounded(until), y: delays.length }];
  const time: Position = {
    field: 'x',
    type: 'quantitative',
    scale: { domain: [0, until], nice: false },
    axis: isLast
      ? { title: 'seconds since the change', tickCount: 10 }
      : { title: null, labels: false, ticks: false, tickCount: 10 },
  };
  const holding: Position = {
    field: 'y',
    type: 'quantitative',
    scale: { domain: [0, total], nice: false },
    axis: { title: height > 80 ? 'proxies' : null, values: countTicks(total), format: 'd' },
  };
  const last = delays.at(-1);
  const dots = (stair.length <= mostDots ? stair : []).map((own) => ({
    ...own,
    shape: 'circle',
    colour: blue,
    size: 30,
  }));
  // Five pixels above the last arrival.
  const summit =
    push.settledSeconds === null || last === undefined
      ? []
      : [
          {
            x: rounded(last),
            y: total * (1 + 5 / height),
            shape: 'triangle-down',
            colour: vermillion,
            size: 70,
          },
        ];
  return [
    {
      data: { values: [{ x: rounded(push.startedSeconds - push.changedSeconds) }] },
      mark: { type: 'rule', color: ink.muted, strokeDash: [2, 2] },
      encoding: { x: time },
    },
    {
      data: { values: line },
      mark: { type: 'line', interpolate: 'step-after', color: blue, strokeWidth: 2 },
      encoding: { x: time, y: holding },
    },
    {
      data: { values: [...dots, ...summit] },
      mark: { type: 'point', filled: true, opacity: 1 },
      encoding: { x: time, y: holding, shape: named('shape'), color: named('colour'), size: amount('size') },
    },
  ];
}

/** What was pushed and how it ended; a long list of changes gives way to the ending. */
function panelTitle(push: Push): string {
  const ending = `, at ${moment(push.changedSeconds)}: ${endingText(push)}`;
  const room = plotWidth - textWidth(ending, 12, true);
  return pixelCut(oneLine(`snapshot ${push.snapshot}: ${pushText(push)}`), room, 12, true) + ending;
}

function endingText(push: Push): string {
  const { delays, total } = arrivalDelays(push);
  if (push.settledSeconds === null)
    return `${delays.length} of ${plural(total, 'proxy', 'proxies')} within the run`;
  return total === 1
    ? `held after ${seconds(delays.at(-1)!)}`
    : `all ${total} after ${seconds(delays.at(-1)!)}`;
}

/** 0, half and all, in whole proxies. */
function countTicks(total: number): number[] {
  return [...new Set([0, Math.round(total / 2), total])];
}

const rounded = (value: number) => Math.round(value * 10_000) / 10_000;
