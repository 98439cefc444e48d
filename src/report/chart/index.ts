import { capacity } from './capacity.ts';
import type { Chart } from './chart.ts';
import { exactDistribution } from './exact-distribution.ts';
import { latency } from './latency.ts';
import { propagation } from './propagation.ts';
import { refreshStrip } from './refresh-strip.ts';
import { rollback } from './rollback.ts';
import { splitOverTime } from './split-over-time.ts';
import { topology } from './topology.ts';

export type ChartName =
  | 'topology'
  | 'refresh-strip'
  | 'exact-distribution'
  | 'split-over-time'
  | 'propagation'
  | 'latency'
  | 'capacity'
  | 'rollback';

/** Every chart by its name, in the order in which a report shows them. */
export const charts: Readonly<Record<ChartName, Chart>> = {
  topology,
  'refresh-strip': refreshStrip,
  'exact-distribution': exactDistribution,
  'split-over-time': splitOverTime,
  capacity,
  rollback,
  propagation,
  latency,
};
