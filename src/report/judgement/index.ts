import type { Judgement } from '../../verdict/judgement.ts';
import type { DrawJudgement, JudgementChart } from './chart.ts';
import { lawChart } from './law-chart.ts';
import { runningChart } from './running-chart.ts';
import { stripChart } from './strip-chart.ts';

export type JudgementChartName = 'law' | 'strip' | 'running';

/** Every picture of a judgement, in the order of a page. */
export const judgementDrawings: Readonly<Record<JudgementChartName, DrawJudgement>> = {
  law: lawChart,
  strip: stripChart,
  running: runningChart,
};

/** The pictures for which the judgement has data. */
export const judgementCharts = (judgement: Judgement): JudgementChart[] =>
  Object.values(judgementDrawings).flatMap((draw) => draw(judgement) ?? []);
