import type { ClusterSettings } from './cluster-settings.ts';

/** One cluster's endpoints with its policy. */
export interface ClusterEndpoints {
  /** One object for all clusters that say the same: another one is a changed cluster. */
  readonly settings: ClusterSettings;
  /** Row of the cluster's name. */
  readonly row: number;
  /** Rows of pods. */
  readonly pods: Int32Array;
}
