import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** What git tracks here, and what it would. */
export const trackedFiles = (): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && existsSync(file))
    .sort();

/** A copy of this project outside of it, in which sources may be spoiled. */
export class ScratchTree {
  readonly folder = mkdtempSync(join(tmpdir(), 'meshshift-mutants-'));

  constructor(files: readonly string[]) {
    for (const file of files) {
      mkdirSync(join(this.folder, dirname(file)), { recursive: true });
      cpSync(file, join(this.folder, file));
    }
    for (const shared of ['node_modules', 'dist']) symlinkSync(resolve(shared), join(this.folder, shared));
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  json<T>(file: string): T {
    return JSON.parse(readFileSync(join(this.folder, file), 'utf8')) as T;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
