import type { TopLevelSpec } from 'vega-lite';
import type { ShiftPlan } from '../../record/shift-plan.ts';
import { poster, plotWidth, type Position } from '../chart/chart.ts';
import { logTicks } from '../chart/log-axis.ts';
import { legendPanel } from '../chart/legend.ts';
import { ink } from '../palette.ts';
import { verdictSentence, worstOf } from './text.ts';

const look = {
  holds: { colour: '#009e73', shape: 'circle' },
  fails: { colour: ink.alarm, shape: 'cross' },
  unsure: { colour: '#e69f00', shape: 'square' },
  dearer: { colour: ink.muted, shape: 'triangle-up' },
} as const;

type Shown = keyof typeof look;

const words: Readonly<Record<Shown, string>> = {
  holds: 'holds',
  fails: 'fails',
  unsure: 'not shown to hold',
  dearer: 'dearer than the best, played once',
};

/**
 * Every plan that was played to its end: what it costs against how near its worst objective is to the limit. Undefined: none was.
 */
export function planChart(plan: ShiftPlan): TopLevelSpec | undefined {
  const points = plan.candidates.flatMap((own, index) => {
    const worst = worstOf(own);
    const { podHours: x, verdict } = own;
    if (x === null || worst === undefined || verdict === 'not played') return [];
    return [{ x, y: Math.max(worst.mean / worst.limit, 0.01), verdict, isBest: index === plan.best }];
  });
  if (points.length === 0) return undefined;
  const verdicts = (Object.keys(look) as Shown[]).filter((own) =>
    points.some((point) => point.verdict === own),
  );
  const x: Position = {
    field: 'x',
    type: 'quantitative',
    scale: { zero: false, nice: true },
    axis: { title: 'cost: pod-hours of both versions, over the same time for every plan', grid: false },
  };
  // The limit itself is in sight, wherever the points lie.
  const [least, most] = [
    0.8 * Math.min(1, ...points.map((own) => own.y)),
    1.25 * Math.max(1, ...points.map((own) => own.y)),
  ];
  const y: Position = {
    field: 'y',
    type: 'quantitative',
    scale: { type: 'log', domain: [least, most], nice: false },
    axis: { title: 'worst objective, found / limit', values: logTicks(least, most, 8), format: '~g' },
  };
  const best = points.filter((own) => own.isBest);
  return poster(
    {
      text: 'Which plan is the cheapest that holds?',
      subtitle: verdictSentence(plan),
      description: verdictSentence(plan),
    },
    [
      legendPanel([
        ...verdicts.map((own) => ({
          label: words[own],
          colour: look[own].colour,
          sign: 'point' as const,
          shape: look[own].shape,
        })),
        { label: 'the limit', colour: ink.alarm, sign: 'line', dash: [5, 3] },
      ]),
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
