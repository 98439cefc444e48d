import type { RollbackPoint } from '../../record/capacity.ts';
import { rollbackPoints } from '../rollback.ts';
import type { JobKind } from './job.ts';

/** The scenario with its shift taken back at an instant. */
export interface RollbackJob {
  readonly kind: 'rollback';
  readonly atUs: number;
}

export const rollbackJob: JobKind<RollbackJob, RollbackPoint> = {
  open: (scenario) => {
    const pointAt = rollbackPoints(scenario);
    return ({ atUs }) => pointAt(atUs);
  },
};
