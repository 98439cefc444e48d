import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect } from 'vitest';

/** A setup file: after a file of tests it writes its processor time, and by source which places of the marked ones were run. */
const runOf = new Map<string, Uint8Array>();
Object.assign(globalThis, {
  $placesRun: (file: string, length: number): Uint8Array => {
    const run = runOf.get(file) ?? new Uint8Array(length + 1);
    runOf.set(file, run);
    return run;
  },
});

// Loading is not counted: of several files in one process it is done once.
let begun = process.cpuUsage();
beforeAll(() => {
  begun = process.cpuUsage();
});

afterAll(() => {
  const places: Record<string, number[]> = {};
  for (const [file, run] of runOf) places[file] = [...run.keys()].filter((place) => run[place] === 1);
  mkdirSync('reached', { recursive: true });
  const { user, system } = process.cpuUsage(begun);
  const reach = { seconds: (user + system) / 1e6, places };
  writeFileSync(reachedFile(expect.getState().testPath!), JSON.stringify(reach));
});

/** Where the tree of the run has what was reached by a file of tests. */
function reachedFile(test: string): string {
  return `reached/${test.slice(process.cwd().length + 1).replaceAll('/', '+')}.json`;
}
