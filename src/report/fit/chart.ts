import { max, min } from 'd3-array';
import type { TopLevelSpec } from 'vega-lite';
import type { FitValidation } from '../../record/fit.ts';
import { plotWidth, poster, shareAxis, type Panel, type Position } from '../chart/chart.ts';
import { legendPanel } from '../chart/legend.ts';
import { latencyAxis } from '../chart/log-axis.ts';
import { ink } from '../palette.ts';

const observedColour = '#d55e00';
const predictedColour = '#0072b2';

const legend = legendPanel([
  { label: 'observed', colour: observedColour, sign: 'point', shape: 'circle' },
  { label: 'predicted, mean of the plays', colour: predictedColour, sign: 'line' },
  { label: '95 % of the plays', colour: predictedColour, sign: 'band', opacity: 0.2 },
]);

/** Share of pages that were quicker, over how long they took; null where there are no pages to compare. */
export function distributionChart({ quantiles, plays }: FitValidation): TopLevelSpec | null {
  if (quantiles.length === 0) return null;
  const rows = quantiles.map(({ share, observedMs, predictedMs }) => ({
    share,
    observed: observedMs,
    predicted: predictedMs.mean,
    low: Math.max(predictedMs.low, 0.001),
    high: predictedMs.high,
  }));
  const x: Position = {
    type: 'quantitative',
    ...latencyAxis(
      min(rows, ({ low, observed }) => Math.min(low, observed))!,
      max(rows, ({ high, observed }) => Math.max(high, observed))!,
    ),
  };
  const y: Position = {
    field: 'share',
    type: 'quantitative',
    scale: { domain: [0, 1] },
    axis: { title: 'share of pages that took no longer', ...shareAxis },
  };
  return poster(
    {
      text: 'Do pages take as long as in reality?',
      subtitle: `Pages of the part that the fit has not seen; ${plays} plays with the arrivals that came`,
      description: 'Distribution of page times, observed and predicted',
    },
    [
      legend,
      {
        width: plotWidth,
        height: 260,
        layer: [
          {
            data: { values: rows },
            mark: { type: 'area', orient: 'horizontal', color: predictedColour, opacity: 0.2 },
            encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y },
          },
          {
            data: { values: rows },
            mark: { type: 'line', color: predictedColour, strokeWidth: 2 },
            encoding: { x: { ...x, field: 'predicted' }, y, order: { field: 'share', type: 'quantitative' } },
          },
          {
            data: { values: rows },
            mark: { type: 'point', filled: true, opacity: 1, size: 36, color: observedColour },
            encoding: { x: { ...x, field: 'observed' }, y },
          },
        ],
      },
    ],
  );
}

/** p50 and p99 of pages, minute by minute, with where the fit ends. */
export function minutesChart({ minutes, fitUntilSeconds, seconds }: FitValidation): TopLevelSpec | null {
  if (minutes.length < 2) return null;
  const width = minutes[1]!.fromSeconds - minutes[0]!.fromSeconds;
  const x = (field: string): Position => ({
    field,
    type: 'quantitative',
    scale: { domain: [0, (fitUntilSeconds + seconds) / 60], nice: false },
    axis: { title: 'minutes from the start', grid: false },
  });
  const panel = (which: 'p50Ms' | 'p99Ms', title: string): Panel => {
    const rows = minutes.map((own) => ({
      at: (own.fromSeconds + width / 2) / 60,
      value: own[which],
      ...(own.predicted === null
        ? {}
        : {
            predicted: own.predicted[which].mean,
            low: Math.max(0, own.predicted[which].low),
            high: own.predicted[which].high,
          }),
    }));
    const played = rows.filter((row) => 'predicted' in row);
    const y = (field: string): Position => ({
      field,
      type: 'quantitative',
      scale: { zero: false, nice: true },
      axis: { title, tickCount: 5 },
    });
    return {
      width: plotWidth,
      height: 150,
      layer: [
        {
          data: { values: [{ at: fitUntilSeconds / 60, label: 'the fit ends' }] },
          mark: { type: 'rule', color: ink.muted, strokeDash: [5, 3] },
          encoding: { x: x('at') },
        },
        {
          data: { values: played },
          mark: { type: 'area', color: predictedColour, opacity: 0.2 },
          encoding: { x: x('at'), y: y('low'), y2: { field: 'high' } },
        },
        {
          data: { values: played },
          mark: { type: 'line', color: predictedColour, strokeWidth: 2 },
          encoding: { x: x('at'), y: y('predicted') },
        },
        {
          data: { values: rows },
          mark: { type: 'point', filled: true, opacity: 1, size: 36, color: observedColour },
          encoding: { x: x('at'), y: y('value') },
        },
      ],
    };
  };
  return poster(
    {
      text: 'Is it so in each minute?',
      subtitle: 'The dashed line: where the fit ends and what it has not seen begins',
      description: 'Page times minute by minute, observed and predicted',
    },
    [legend, panel('p50Ms', 'p50, ms'), panel('p99Ms', 'p99, ms')],
  );
}
