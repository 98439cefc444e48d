/** Judgements: of a run, of a split that somebody saw, of a share while pods come and go, of capacity. */
export { judge } from '../verdict/judge.ts';
export type { Judgement, JudgeOptions } from '../verdict/judgement.ts';
export { shareOverWindows, type WindowCount, type WindowsVerdict } from '../verdict/share-over-windows.ts';
export { isOver, overCapacity, overSpans, type OverSpan } from '../verdict/over-capacity.ts';
export { capacityVerdict } from '../verdict/capacity-verdict.ts';
export { diagnose } from '../verdict/finding/index.ts';
export type { Diagnosis, FindingRecord } from '../record/finding.ts';
