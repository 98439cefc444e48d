import type { Asked, Question } from '../topology-case.ts';

/** A kind of question: asks the model, and compares what it says with what a case expects. */
export type Ask = (asked: Asked, question: Question, expected: Readonly<Record<string, unknown>>) => void;
