import type { Resource } from '../../manifest/resource.ts';
import type { Trouble } from '../app/stations.ts';

/** What happens to the mesh at a moment of the run. */
export type TimelineAction =
  | { readonly verb: 'apply' | 'delete'; readonly resources: readonly Resource[] }
  /** kubectl scale. */
  | { readonly verb: 'scale'; readonly workload: string; readonly replicas: number }
  /** kill: so many pods are gone at once and replaced. crash: their containers die and are started again. */
  | { readonly verb: 'kill' | 'crash'; readonly workload: string; readonly pods: number }
  /** No room for new pods, or room again. */
  | { readonly verb: 'cordon' | 'uncordon' }
  /** A workload gets slower, or fails a share of its requests, from now on; or is well again. */
  | {
      readonly verb: 'slow' | 'fail' | 'heal';
      readonly workload: string;
      readonly trouble: Partial<Trouble>;
    };
