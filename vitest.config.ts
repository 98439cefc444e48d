import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // All cores: vitest would leave one of them idle, which is half of a small machine.
    maxWorkers: '100%',
    projects: [
      {
        // The settings of src/workshop, which tests of its views need as well.
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/browser/**'],
          setupFiles: ['test/support/fixed-seed.ts'],
          // Ends what hangs: the longest takes a minute and a half on two busy cores.
          testTimeout: 600_000,
          // Sources are loaded once for all files of a worker: what they keep is made of their arguments alone.
          isolate: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/support/unpack-browser.ts'],
          // However busy the machine is: what is polled for comes, or the test ends.
          expect: { poll: { timeout: 60_000 } },
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      { test: { name: 'bench', include: [], benchmark: { include: ['test/bench/**/*.bench.ts'] } } },
    ],
  },
});
