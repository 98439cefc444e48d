/** Judgements: of a split that somebody saw, of a share while pods come and go, of capacity. */
export { judge, type Judgement } from '../verdict/judge.ts';
export { shareOverWindows, type WindowCount, type WindowsVerdict } from '../verdict/share-over-windows.ts';
export { isOver, overCapacity, overSpans, type OverSpan } from '../verdict/over-capacity.ts';
export { capacityVerdict } from '../verdict/capacity-verdict.ts';
