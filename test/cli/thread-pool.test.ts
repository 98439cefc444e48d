import { mkdtempSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { atOnce, ThreadPool } from '../../src/cli/thread-pool.ts';
import { poolContract } from '../support/pool-contract.ts';
import { shipped, shippedNames } from '../support/scenario.ts';

const set = ['duration=10s'];
const scenarios = [await shipped('fifteen-refreshes', ...set)];
const jobs = ['a', 'b', 'c'].map((seed) => ({ kind: 'run' as const, seed }));

describe.each([1, 2])('a pool of %i worker threads', (size) => {
  const pool = new ThreadPool(scenarios, size);
  afterAll(() => pool.close());
  poolContract(
    () => shipped('fifteen-refreshes', ...set),
    () => Promise.resolve(pool),
  );
});

test('of two thousand million runs at a time, no more go on than there are cores', () => {
  expect(atOnce(2_147_483_647)).toBe(availableParallelism());
  expect(atOnce(1)).toBe(1);
});

describe('a pool of worker threads', () => {
  test.each(shippedNames)('hands %s over whole: a scenario is plain data', async (name) => {
    const scenario = await shipped(name);
    expect(structuredClone(scenario)).toStrictEqual(scenario);
  });

  test('does a job again when its worker died, once, and says so', async () => {
    const lost: string[] = [];
    // Dies at its first job while a file is not there, which it leaves: its successor answers.
    const mark = join(mkdtempSync(join(tmpdir(), 'meshshift-')), 'died');
    const script = `import { parentPort } from 'node:worker_threads';
      import { existsSync, writeFileSync } from 'node:fs';
      parentPort.on('message', ({ seed }) => {
        if (!existsSync(${JSON.stringify(mark)})) { writeFileSync(${JSON.stringify(mark)}, ''); process.exit(9); }
        parentPort.postMessage(seed);
      });
      parentPort.postMessage('ready');`;
    const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
    const pool = new ThreadPool(scenarios, 1, url, (what) => lost.push(what));
    expect(await pool.run(jobs, () => {})).toEqual(['a', 'b', 'c']);
    expect(lost).toEqual(['a worker thread ended (code 9) before it answered']);
    await pool.close();
  });

  test('has a scenario for each of its jobs, whichever worker does them', async () => {
    const two = [...scenarios, await shipped('fifteen-refreshes', 'duration=20s')];
    const pool = new ThreadPool(two, 2);
    const asked = [1, 0, 1].map((at) => ({ kind: 'measure' as const, at, seed: 'a' }));
    const answers = (await pool.run(asked, () => {}))!;
    expect(answers[0]).toEqual(answers[2]);
    expect(answers[0]!.run.values['pages']).toBeGreaterThan(answers[1]!.run.values['pages']!);
    await pool.close();
  });

  test('that is closed on the way answers with nothing, and what was told stays told', async () => {
    const pool = new ThreadPool(scenarios, 1);
    const told: string[] = [];
    const answers = await pool.run(jobs, (record) => {
      told.push(record.scenario.seed);
      return pool.close();
    });
    expect(answers).toBeUndefined();
    expect(told).toEqual(['a']);
  });

  test.each([
    ['ends at its first job', 'a worker thread ended (code 7) before it answered', 'process.exit(7)'],
    ['ends before it is ready', 'a worker thread ended (code 7) before it answered', ''],
    ['throws', 'out of ideas', 'throw new Error("out of ideas")'],
  ])('says in words that a worker %s', async (_, words, body) => {
    const ready = body === '' ? 'process.exit(7)' : 'parentPort.postMessage("ready")';
    const script = `import { parentPort } from 'node:worker_threads';
      parentPort.on('message', () => { ${body} }); ${ready};`;
    const pool = new ThreadPool(scenarios, 2, new URL(`data:text/javascript,${encodeURIComponent(script)}`));
    await expect(pool.run(jobs, () => {})).rejects.toThrow(words);
    await pool.close();
  });
});
