import type { TopLevelSpec } from 'vega-lite';
import {
  certaintyAfter,
  type SampleGoal,
  type SamplePlan,
  type SampleQuestion,
} from '../../verdict/plan-sample.ts';
import { count, plural } from '../../words/number.ts';
import { bar, ink } from '../palette.ts';
import { plotWidth, poster, shareAxis, type Panel, type Position } from './chart.ts';

/** How sure one may be after so many requests: a panel for each question of the plan, its answer marked. */
export function sampleChart(question: SampleQuestion, plans: readonly SamplePlan[]): TopLevelSpec {
  const drawn = plans.filter((own) => own.goal in wanted && Number.isFinite(own.requests));
  return poster(
    {
      text: 'How many requests until it can be told?',
      subtitle:
        'probability of an answer after so many requests; dashed: how sure it should be, and from where on',
      description: drawn
        .map((own) => `${own.question}: ${plural(own.requests, 'request')} (${own.how}).`)
        .join(' '),
    },
    drawn.map((own) => panel(question, own, drawn.length)),
  );
}

/** The goals that have a curve, and how sure each wants to be. */
const wanted: Readonly<Partial<Record<SampleGoal, (question: SampleQuestion) => number>>> = {
  see: ({ conf }) => conf,
  within: ({ conf }) => conf,
  against: ({ power }) => power,
  errors: ({ power }) => power,
};

const points = 300;

function panel(question: SampleQuestion, plan: SamplePlan, panels: number): Panel {
  const end = Math.max(10, Math.ceil(plan.requests * 1.5));
  const step = Math.max(1, end / points);
  const values: { n: number; sure: number }[] = [];
  for (let i = 0; Math.round(i * step) <= end; i += 1) {
    const n = Math.round(i * step);
    values.push({ n, sure: certaintyAfter(n, plan.goal, question) });
  }
  const target = wanted[plan.goal]!(question);
  const requests: Position = {
    field: 'n',
    type: 'quantitative',
    scale: { domain: [0, end], nice: false },
    axis: { title: 'requests in total', grid: false, format: ',d', tickMinStep: 1 },
  };
  const probability: Position = {
    field: 'sure',
    type: 'quantitative',
    scale: { domain: [0, 1] },
    axis: { title: 'probability', ...shareAxis },
  };
  const dashes = { stroke: ink.muted, strokeDash: [4, 3], strokeWidth: 1.2 };
  return {
    width: plotWidth,
    height: panels === 1 ? 230 : 130,
    title: {
      text: plan.question,
      anchor: 'start',
      frame: 'group',
      fontSize: 12,
      offset: 16,
      color: ink.text,
    },
    layer: [
      {
        data: { values: [{ sure: target }] },
        mark: { type: 'rule', ...dashes },
        encoding: { y: probability },
      },
      {
        data: { values: [{ n: plan.requests }] },
        mark: { type: 'rule', ...dashes },
        encoding: { x: requests },
      },
      {
        data: { values },
        // Whole counts make teeth where a window gains or loses one.
        mark: { type: 'line', color: bar.rare, strokeWidth: 1.8, interpolate: 'step-after' },
        encoding: { x: requests, y: probability },
      },
      {
        data: { values: [{ n: plan.requests, sure: 1, label: count(plan.requests) }] },
        mark: { type: 'text', dy: -9, fontWeight: 'bold' },
        encoding: { x: requests, y: probability, text: { field: 'label' } },
      },
    ],
  };
}
