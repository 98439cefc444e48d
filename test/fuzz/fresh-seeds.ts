import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * npm run fresh-seeds -- [--rounds 10]
 *
 * Properties, and random runs with their conservation and determinism, under a new seed each round, until something fails or
 * the rounds are over (without a number: until it is stopped). Prints the seed that failed and the command that repeats it.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: 'Infinity' } } });

const properties = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => join('test', file))
  .filter((file) => readFileSync(file, 'utf8').includes("from 'fast-check'"));

for (let round = 1; round <= Number(values.rounds); round++) {
  const seed = String(randomInt(2_147_483_647));
  const checks = [
    {
      env: { MESHSHIFT_SEED: seed },
      command: ['vitest', 'run', '--project', 'unit', '--reporter=dot', ...properties],
    },
    { env: {}, command: ['tsx', 'test/fuzz/fuzz.ts', '--kind', 'runs', '--count', '100', '--seed', seed] },
  ];
  for (const { env, command } of checks) {
    const { status } = spawnSync('npx', command, { stdio: 'inherit', env: { ...process.env, ...env } });
    if (status === 0) continue;
    const prefix = Object.entries(env).map(([name, value]) => `${name}=${value} `);
    console.log(`\nseed ${seed} fails: ${prefix.join('')}npx ${command.join(' ')}`);
    process.exit(1);
  }
  console.log(`\nround ${round}: seed ${seed} holds`);
}
