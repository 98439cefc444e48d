import { runOnce } from '../../src/experiment/run-once.ts';
import type { Diagnosis } from '../../src/record/finding.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { Random } from '../fuzz/random.ts';
import { causes } from './cause/index.ts';
import { scenarioOf, type Mesh } from './mesh.ts';
import { shapes } from './shapes.ts';

/** What was said of a mesh that was played. */
export interface Said {
  readonly shape: string;
  readonly seed: number;
  readonly answer: Diagnosis['answer'];
  /** Codes of the findings, worst first. */
  readonly codes: readonly string[];
  readonly headline: string;
}

/** The mesh with the cause in it; undefined: it makes no sense there. */
export function injected(cause: string, shape: string, seed: number): Mesh | undefined {
  const mesh = shapes[shape]!();
  return causes[cause]!.inject(mesh, new Random(`${cause}/${shape}/${seed}`)) ? mesh : undefined;
}

export async function said(
  mesh: Mesh,
  seed: number,
): Promise<{ readonly said: Said; readonly record: RunRecord }> {
  const { record } = runOnce(await scenarioOf(mesh, seed));
  const { answer, findings } = record.diagnosis!;
  const codes = [...new Set(findings.map(({ code }) => code))];
  return { said: { shape: mesh.shape, seed, answer, codes, headline: findings[0]?.sentence ?? '' }, record };
}
