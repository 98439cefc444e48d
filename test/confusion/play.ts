import { runOnce } from '../../src/experiment/run-once.ts';
import type { Diagnosis } from '../../src/record/finding.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { Random } from '../fuzz/random.ts';
import type { Cause } from './cause/cause.ts';
import { causes } from './cause/index.ts';
import { scenarioOf, type Mesh } from './mesh.ts';
import { shapes } from './shapes.ts';

/** What was said of a mesh into which a cause had been put. */
export interface Said {
  readonly shape: string;
  readonly seed: number;
  readonly answer: Diagnosis['answer'];
  /** Codes of all findings, worst first. */
  readonly codes: readonly string[];
}

/** The mesh with the cause in it; undefined: it makes no sense there. */
export function injected(cause: string, shape: string, seed: number): Mesh | undefined {
  const mesh = shapes[shape]!();
  const own: Cause = causes[cause]!;
  return own.inject(mesh, new Random(`${cause}/${shape}/${seed}`)) ? mesh : undefined;
}

/** Plays it and says what is wrong. */
export async function said(mesh: Mesh, seed: number): Promise<Said & { readonly record: RunRecord }> {
  const { record } = runOnce(await scenarioOf(mesh, seed));
  const { answer, findings } = record.diagnosis!;
  return { shape: mesh.shape, seed, answer, codes: findings.map(({ code }) => code), record };
}
