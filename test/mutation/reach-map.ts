import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { markedText } from './reach.ts';
import { TestRunner } from './test-runner.ts';
import { ScratchTree } from './tree.ts';

/** Of one file of tests: its processor time, and by source the places that it runs. */
export interface Reach {
  readonly seconds: number;
  readonly places: Readonly<Record<string, readonly number[]>>;
}

/** Fine for as long as these texts stay: that of the tests, those of the sources that were loaded. */
interface Kept extends Reach {
  readonly hashes: Readonly<Record<string, string>>;
}

const kept = join('node_modules', '.cache', 'meshshift-mutants', 'reach.json');

/**
 * What each file of tests reaches: run once with marked sources, and again only when it, or a source that it loads, has
 * changed. Files that fail, or take longer than `mostSeconds` so, are left out.
 */
export async function reachOfTests(
  tests: readonly string[],
  sources: ReadonlyMap<string, string>,
  files: readonly string[],
  mostSeconds: number,
  say: (line: string) => void,
): Promise<ReadonlyMap<string, Reach>> {
  const hash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 12);
  const hashOf = (file: string): string => hash(sources.get(file) ?? readFileSync(file, 'utf8'));
  const known: Record<string, Kept> = existsSync(kept)
    ? (JSON.parse(readFileSync(kept, 'utf8')) as Record<string, Kept>)
    : {};
  const isKnown = (test: string): boolean =>
    known[test] !== undefined &&
    Object.entries(known[test].hashes).every(([file, own]) => existsSync(file) && hashOf(file) === own);
  const unknown = tests.filter((test) => !isKnown(test));
  if (unknown.length > 0) {
    const tree = new ScratchTree(files);
    for (const [file, text] of sources) tree.write(file, markedText(file, text));
    const runner = new TestRunner(tree.folder, ['test/mutation/keep-reach.ts']);
    try {
      for (const [index, test] of unknown.entries()) {
        const outcome = await runner.run([test], undefined, () => mostSeconds);
        // One that fails or takes too long reaches nothing, until it changes.
        const reach: Reach =
          outcome.kind === 'passed'
            ? tree.json(`reached/${test.replaceAll('/', '+')}.json`)
            : { seconds: 0, places: {} };
        const loaded = [test, ...Object.keys(reach.places)];
        known[test] = { ...reach, hashes: Object.fromEntries(loaded.map((file) => [file, hashOf(file)])) };
        const told = outcome.kind === 'failed' ? `failed, left out: ${outcome.reason}` : outcome.kind;
        say(`${index + 1} of ${unknown.length}: ${test} ${told}, ${reach.seconds.toFixed(1)} s`);
        mkdirSync(dirname(kept), { recursive: true });
        writeFileSync(kept, JSON.stringify(known));
      }
    } finally {
      runner.end();
      tree.remove();
    }
  }
  return new Map(tests.map((test) => [test, known[test]!]));
}
