import { afterAll, describe, expect, test } from 'vitest';
import { ThreadPool } from '../../src/cli/thread-pool.ts';
import { poolContract } from '../support/pool-contract.ts';
import { shipped } from '../support/scenario.ts';

const set = ['duration=10s'];
const order = { given: 'scenarios/fifteen-refreshes', cwd: process.cwd(), set };
const jobs = ['a', 'b', 'c'].map((seed) => ({ kind: 'run' as const, seed }));

describe.each([1, 2])('a pool of %i worker threads', (size) => {
  const pool = new ThreadPool(order, size);
  afterAll(() => pool.close());
  poolContract(
    () => shipped('fifteen-refreshes', ...set),
    () => Promise.resolve(pool),
  );
});

describe('a pool of worker threads', () => {
  test('that is closed on the way answers with nothing, and what was told stays told', async () => {
    const pool = new ThreadPool(order, 1);
    const told: string[] = [];
    const answers = await pool.run(jobs, (record) => {
      told.push(record.scenario.seed);
      return pool.close();
    });
    expect(answers).toBeUndefined();
    expect(told).toEqual(['a']);
  });

  test('says so when its scenario is no longer there', async () => {
    const pool = new ThreadPool({ ...order, given: 'scenarios/gone' }, 1);
    await expect(pool.run(jobs, () => {})).rejects.toThrow('cannot open scenarios/gone again');
    await pool.close();
  });

  test.each([
    ['ends at its first job', 'a worker thread ended (code 7) before it answered', 'process.exit(7)'],
    ['ends before it is ready', 'a worker thread ended (code 7) before it answered', ''],
    ['throws', 'out of ideas', 'throw new Error("out of ideas")'],
  ])('says in words that a worker %s', async (_, words, body) => {
    const ready = body === '' ? 'process.exit(7)' : 'parentPort.postMessage("ready")';
    const script = `import { parentPort } from 'node:worker_threads';
      parentPort.on('message', () => { ${body} }); ${ready};`;
    const pool = new ThreadPool(order, 2, new URL(`data:text/javascript,${encodeURIComponent(script)}`));
    await expect(pool.run(jobs, () => {})).rejects.toThrow(words);
    await pool.close();
  });
});
