import { isRecreated, type Workload } from '../../manifest/scale-target.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';

/** Whether the old pods of a workload go before a new one is made. */
export const recreatesOf = (own: Workload): Pick<MeshFacts['workloads'][number], 'recreates'> =>
  isRecreated(own) ? { recreates: true } : {};
