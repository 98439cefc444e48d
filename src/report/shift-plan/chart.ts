import { max, min } from 'd3-array';
import type { TopLevelSpec } from 'vega-lite';
import type { ShiftPlan, TriedPlan } from '../../record/shift-plan.ts';
import { poster, plotWidth, type Position } from '../chart/chart.ts';
import { logTicks } from '../chart/log-axis.ts';
import { legendPanel } from '../chart/legend.ts';
import { ink } from '../palette.ts';
import { verdictSentence, worstOf } from './text.ts';

const look = {
  holds: { colour: '#009e73', shape: 'circle' },
  fails: { colour: ink.alarm, shape: 'cross' },
  unsure: { colour: '#e69f00', shape: 'square' },
  'not needed': { colour: ink.muted, shape: 'triangle-up' },
} as const;

const words: Readonly<Record<TriedPlan['verdict'], string>> = {
  holds: 'holds',
  fails: 'fails',
  unsure: 'not shown to hold',
  'not needed': 'dearer than the best, played once',
};

/** Every plan that was tried: what it costs against how near its worst objective is to the limit. */
export function planChart(plan: ShiftPlan): TopLevelSpec {
  const points = plan.candidates.map((own) => {
    const worst = worstOf(own);
    return { x: own.podHours, y: Math.max(worst.mean / worst.limit, 0.01), verdict: own.verdict };
  });
  const verdicts = (Object.keys(look) as TriedPlan['verdict'][]).filter((own) =>
    points.some((point) => point.verdict === own),
  );
  const x: Position = {
    field: 'x',
    type: 'quantitative',
    scale: { zero: false, nice: true },
    axis: { title: 'cost: pod-hours of both versions during the shift', grid: false },
  };
  const [least, most] = [0.8 * (min(points, (own) => own.y) ?? 1), 1.25 * (max(points, (own) => own.y) ?? 1)];
  const y: Position = {
    field: 'y',
    type: 'quantitative',
    scale: { type: 'log', domain: [least, most], nice: false },
    axis: { title: 'worst objective, found / limit', values: logTicks(least, most, 8), format: '~g' },
  };
  const best = plan.best === null ? [] : [points[plan.best]!];
  return poster(
    {
      text: 'Which plan is the cheapest that holds?',
      subtitle: verdictSentence(plan),
      description: verdictSentence(plan),
    },
    [
      legendPanel(
        verdicts.map((own) => ({
          label: words[own],
          colour: look[own].colour,
          sign: 'point' as const,
          shape: look[own].shape,
        })),
      ),
      {
        width: plotWidth,
        height: 260,
        layer: [
          {
            data: { values: [{ y: 1 }] },
            mark: { type: 'rule', color: ink.alarm, strokeDash: [5, 3] },
            encoding: { y },
          },
          ...verdicts.map(
            (own) =>
              ({
                data: { values: points.filter((point) => point.verdict === own) },
                mark: {
                  type: 'point',
                  filled: true,
                  opacity: 1,
                  size: 60,
                  color: look[own].colour,
                  shape: look[own].shape,
                },
                encoding: { x, y },
              }) as const,
          ),
          {
            data: { values: best },
            mark: { type: 'point', filled: false, size: 260, color: ink.text, strokeWidth: 2 },
            encoding: { x, y },
          },
        ],
      },
    ],
  );
}
