import { expect, test } from 'vitest';
import { fuzzKinds } from './kind/index.ts';
import { Random } from './random.ts';

/** A taste of `npm run fuzz`, the same everywhere. */
test.each([
  { kind: 'manifests', count: 150 },
  { kind: 'scenarios', count: 60 },
  { kind: 'logs', count: 60 },
  { kind: 'options', count: 25 },
  { kind: 'runs', count: 20 },
] as const)('$count random inputs of $kind break nothing', async ({ kind, count }) => {
  for (let number = 0; number < count; number++) {
    const input = fuzzKinds[kind].make(new Random(`1/${kind}/${number}`));
    try {
      await fuzzKinds[kind].try(input);
    } catch (error) {
      expect.fail(`${kind}, case ${number}: ${(error as Error).message}\n${JSON.stringify(input, null, 1)}`);
    }
  }
});
