import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * npm run profile -- [SCENARIO]
 *
 * Where a run spends its processor time: the functions with the most time of their own, from V8's sampling profiler over the
 * sources. The profile itself stays in the folder that is named last, for Chrome's developer tools or speedscope.
 */
const scenario = process.argv[2] ?? 'scenarios/traffic-shifting';
const folder = mkdtempSync(join(tmpdir(), 'meshshift-profile-'));
const { status } = spawnSync(
  process.execPath,
  [
    '--cpu-prof',
    `--cpu-prof-dir=${folder}`,
    '--import',
    'tsx',
    'src/cli/main.ts',
    'run',
    scenario,
    '--no-out',
    '--quiet',
  ],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
// The loader has a thread of its own, with a smaller profile.
const file = readdirSync(folder)
  .map((name) => ({ name, bytes: statSync(join(folder, name)).size }))
  .sort((a, b) => b.bytes - a.bytes)[0]?.name;
if (file === undefined) throw new Error(`no profile was written (the run ended with ${status})`);

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile;
const names = new Map(
  nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
    const path = url.startsWith('file:') ? relative('.', fileURLToPath(url)) : url;
    return [id, `${functionName || '(anonymous)'}  ${path}${path === '' ? '' : `:${lineNumber + 1}`}`];
  }),
);
const spentUs = new Map<string, number>();
samples.forEach((id, at) => {
  const name = names.get(id)!;
  spentUs.set(name, (spentUs.get(name) ?? 0) + timeDeltas[at]!);
});
const wholeUs = timeDeltas.reduce((sum, own) => sum + own, 0);
for (const [name, us] of [...spentUs].sort((a, b) => b[1] - a[1]).slice(0, 30)) {
  console.log(
    `${((100 * us) / wholeUs).toFixed(1).padStart(5)} %  ${(us / 1000).toFixed(0).padStart(7)} ms  ${name}`,
  );
}
console.log(`\n${join(folder, file)}`);
