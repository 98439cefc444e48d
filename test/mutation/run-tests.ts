import { relative, resolve } from 'node:path';
import { createVitest, type TestModule, type TestSequencer, type TestSpecification } from 'vitest/node';
import config from '../../vitest.config.ts';
import type { Message, Order, Outcome } from './test-runner.ts';

/**
 * A process that runs the files of tests that it is sent, one after the other in one worker, until the first failure, in
 * the tree in which it was started. Its words are more setup files.
 */
const { setupFiles, ...options } = config
  .test!.projects!.map((own) => (own as { test: { name: string; setupFiles: string[] } }).test)
  .find((own) => own.name === 'unit')!;

class AsAsked implements TestSequencer {
  shard = (files: TestSpecification[]): TestSpecification[] => files;
  sort = (files: TestSpecification[]): TestSpecification[] => files;
}

let ended: TestModule[] = [];
const vitest = await createVitest('test', {
  ...options,
  config: false,
  watch: false,
  cache: false,
  pool: 'forks',
  isolate: false,
  fileParallelism: false,
  bail: 1,
  sequence: { sequencer: AsAsked },
  setupFiles: [...setupFiles, ...process.argv.slice(2)],
  reporters: [
    {
      onTestModuleEnd: (module) => {
        ended.push(module);
        tell({ kind: 'ended' });
      },
    },
  ],
});
const project = vitest.projects[0]!;

process.on('disconnect', () => process.exit());
process.on('message', async ({ tests, changed }: Order) => {
  for (const file of changed) vitest.invalidateFile(resolve(file));
  ended = [];
  const { unhandledErrors } = await vitest.runTestSpecifications(
    tests.map((file) => project.createSpecification(resolve(file))),
  );
  tell({ kind: 'answer', outcome: outcomeOf(unhandledErrors) });
});
tell({ kind: 'ready' });

function tell(message: Message): void {
  process.send?.(message);
}

function outcomeOf(unhandled: readonly unknown[]): Outcome {
  for (const module of ended) {
    if (module.state() !== 'failed') continue;
    const [test] = module.children.allTests('failed');
    const error = test?.result().errors?.[0] ?? module.errors()[0];
    const reason = `${test?.fullName ?? 'it could not be read'}: ${error?.message ?? ''}`;
    return { kind: 'failed', file: relative('.', module.moduleId), reason };
  }
  if (unhandled.length > 0) return { kind: 'failed', file: '', reason: (unhandled[0] as Error).message };
  return { kind: 'passed' };
}
