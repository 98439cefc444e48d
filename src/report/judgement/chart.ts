import type { TopLevelSpec } from 'vega-lite';
import type { Judgement } from '../../verdict/judge.ts';
import { lawChart } from './law-chart.ts';
import { runningChart } from './running-chart.ts';
import { stripChart } from './strip-chart.ts';

/** A picture of a judgement: the question that it answers, the answer in words, and the drawing. */
export interface JudgementChart {
  readonly title: string;
  readonly text: string;
  readonly spec: TopLevelSpec;
}

/** The pictures for which the judgement has data. */
export function judgementCharts(judgement: Judgement): JudgementChart[] {
  return [lawChart, stripChart, runningChart].flatMap((draw) => draw(judgement) ?? []);
}
