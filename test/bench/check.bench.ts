import { bench, describe } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { FakeHost } from '../support/fake-host.ts';
import { accessLog } from './make-access-log.ts';

/**
 * `check` on 20 MB of each format, verdict and all. To be read as ratios within one run: counting the line ends, byte by byte, is the
 * least that any reader does, and stands beside ours as the yardstick.
 */
const bytes = 20_000_000;

describe.each(['text', 'json', 'mixed'])('an access log of 20 MB: %s', (kind) => {
  const log = Buffer.from([...accessLog(bytes, 1, kind)].join(''));

  bench('check', async () => {
    const io = new FakeHost({ 'a.log': log });
    await runProgram(['check', 'a.log', '--host', 'reviews', '--weights', 'v1=50,v3=50'], io);
    if (io.code !== 0) throw new Error(io.errors);
  });

  bench('count its lines', () => {
    let lines = 0;
    for (let at = 0; at < log.length; at += 1) if (log[at] === 10) lines += 1;
    if (lines === 0) throw new Error('no line');
  });
});
