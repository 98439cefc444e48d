import { readFileSync, readdirSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** Fields that `copyFrom` may leave alone, by the reason. */
const left = new Set([
  // Can be found again: caches.
  'Stations.#errorTimes',
  'TimerLanes.#last',
  'TimerLanes.#laneOf',
  'Pick.#addressHashes',
  'ConfigTables.#resolved',
  'ConfigTables.#forAll',
  // Of one event, and without meaning between two.
  'Workloads.#busy',
  'Workloads.#again',
  'Proxies.compared',
  'Proxies.#alike',
  'Proxies.#alikeFrom',
  'Ahead.#nested',
  'Stations.#failingPod',
  'Answer.#question',
  'Pick.#row',
  'Pick.#endpoints',
  'Pick.#hash',
  'Pick.#asked',
  'Pick.#nowUs',
  'LeastRequest.#hosts',
  // Each stream copies its own part.
  'Chance.#states',
  // Made by the same constructors, or by adding the same pods and proxies; `Chance` copies what streams have given.
  'Simulation.#handlers',
  'Simulation.#quiet',
  'Simulation.#beforeLook',
  'Stations.#changing',
  'Stations.#troubled',
  'Stations.behaviours',
  'Stations.scripts',
  'Stations.#namesakes',
  'Stations.#fails',
  'Stations.#errorChances',
  'Stations.#optional',
  'Stations.#workload',
  'Proxies.chanceNames',
  'Proxies.#namesakes',
  'Proxies.#streamIds',
  'Proxies.#faults',
  'Proxies.#backOffs',
  'Upstreams.#chances',
  'Kubelet.#tickerPhaseUs',
  'Page.#done',
  'Recorder.#world',
]);

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => /^(kernel|mesh|experiment)\/.*\.ts$/.test(file))
  .map((file) => `src/${file}`);

/** Fields that may change and that nobody names where the class takes over another's state. */
function forgotten(file: string): string[] {
  const found: string[] = [];
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  source.forEachChild((node) => {
    if (!ts.isClassDeclaration(node)) return;
    const methods = node.members.filter(ts.isMethodDeclaration);
    const copying = methods.filter(({ name }) => /^(copyFrom|copy|linkPools)$/.test(name.getText()));
    if (copying.length === 0) return;
    const text = copying.map((own) => own.getText()).join('\n');
    // Columns that are fields of their own are copied together.
    const together = /copy(Columns|Packed)\(this, other\)/.test(text);
    for (const field of node.members.filter(ts.isPropertyDeclaration)) {
      const isReadonly = field.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword) === true;
      const initial = field.initializer?.getText() ?? '';
      const holds = /^(\[\]|\{|new (Map|Set|WeakMap|\w+Array|[A-Z]\w+)\b)/.test(initial);
      if (isReadonly && !holds) continue;
      // Without a value of its own: a view of an array that is copied.
      if (field.exclamationToken !== undefined && /Array$/.test(field.type?.getText() ?? '')) continue;
      if (together && /Array/.test(`${field.type?.getText() ?? ''}${initial}`)) continue;
      const name = field.name.getText();
      const isNamed = new RegExp(`\\.${name.replace('#', '\\#')}\\b`).test(text);
      if (!isNamed && !left.has(`${node.name!.text}.${name}`)) found.push(`${node.name!.text}.${name}`);
    }
  });
  return found;
}

test('whatever a part of a run may change, its copy takes over', () => {
  expect(files.flatMap(forgotten)).toEqual([]);
});
