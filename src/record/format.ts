/**
 * What meshshift stores and may read again: a name, and a version that grows whenever the shape does. A step from the version
 * before stands in `migration/`.
 */
export const runFormat = 'meshshift/run/v2';
export const shiftPlanFormat = 'meshshift/shift-plan/v2';
export const planRunsFormat = 'meshshift/plan-runs/v2';
export const sweepFormat = 'meshshift/sweep/v1';
export const sweepRunsFormat = 'meshshift/sweep-runs/v1';
export const comparisonFormat = 'meshshift/comparison/v1';
export const pageTraceFormat = 'meshshift/trace/v1';
export const remediedFormat = 'meshshift/remedy/v1';
export const fitFormat = 'meshshift/fit/v1';
