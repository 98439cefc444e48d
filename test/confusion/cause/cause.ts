import type { Random } from '../../fuzz/random.ts';
import type { Mesh } from '../mesh.ts';

/** Something that goes wrong, and how it is put into a mesh in which all is well. */
export interface Cause {
  /** What the headline must be: the code of a finding. */
  readonly finding: string;
  /** Changes the mesh; false: it makes no sense there. What it draws from `random` varies with the seed. */
  inject(mesh: Mesh, random: Random): boolean;
}
