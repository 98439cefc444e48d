import type { TopLevelSpec } from 'vega-lite';
import type { Judgement } from '../../verdict/judgement.ts';

/** A picture of a judgement: the question that it answers, the answer in words, and the drawing. */
export interface JudgementChart {
  readonly title: string;
  readonly text: string;
  readonly spec: TopLevelSpec;
}

/** Draws a judgement; null where it has no data for that picture. */
export type DrawJudgement = (judgement: Judgement) => JudgementChart | null;
