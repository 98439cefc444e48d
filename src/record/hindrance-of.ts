import type { SyncRecord } from './capacity.ts';

/** Why an autoscaler could not decide at a sync; undefined: it could. */
export const hindranceOf = ({ conditions }: SyncRecord): SyncRecord['conditions'][number] | undefined =>
  conditions.find((own) => own.type === 'AbleToScale' && own.status === 'False') ??
  conditions.find((own) => own.type === 'ScalingActive' && own.status === 'False');
