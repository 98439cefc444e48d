import type { ClusterSettings } from './cluster-settings.ts';
import type { LoadAssignment } from './load-assignment.ts';

/** One cluster's endpoints with its policy. */
export interface ClusterEndpoints {
  /** One object for all clusters that say the same: another one is a changed cluster. */
  readonly settings: ClusterSettings;
  /** Row of the cluster's name. */
  readonly row: number;
  /** Rows of pods: all that the proxy was told. */
  readonly pods: Int32Array;
  /** The same by priority and locality; one object as long as istiod tells the same. */
  readonly assignment: LoadAssignment;
  /** Its picks need state per client proxy, by its settings or as its endpoints weigh unlike. */
  readonly managed: boolean;
}
