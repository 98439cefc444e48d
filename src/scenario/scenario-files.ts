import type { Checked } from '../manifest/problem.ts';

/** What the shell supplies: texts by name, as the scenario names them. */
export interface ScenarioFiles {
  /** Path of the scenario as the user gave it. */
  readonly path: string;
  /** Name of the scenario file, for problems. */
  readonly file: string;
  readonly text: string;
  /** Text of a file beside the scenario, or why it cannot be read. `kind` tells what is expected in it. */
  read(name: string, kind: 'manifest' | 'app' | 'recording'): Promise<Checked<string>>;
  /** `path=value` pairs that override the scenario's text. */
  readonly set?: readonly string[];
}
