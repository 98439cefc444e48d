import { expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { requestLine } from '../../../src/experiment/request-line.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { shipped } from '../../support/scenario.ts';

test('two of four gateway replicas get no pushes: the pages show it, the finding names them, and so does check on the logs of the four', async () => {
  const scenario = await shipped('gateway-replicas');
  const logs: Record<string, string> = {};
  const shown = new Map<string, number[]>();
  const { record } = runOnce(scenario, {
    onRequest: (world, row, nowUs) => {
      const { caller, parent, status, key, startedUs } = world.rows;
      // Some seconds after the rule has changed.
      if (parent[row]! >= 0 || status[row] !== 200 || startedUs[row]! < 40e6) return;
      const { pod } = world.proxies.places[caller[row]!]!;
      logs[`${pod}.log`] = `${logs[`${pod}.log`] ?? ''}${requestLine(world, scenario, row, nowUs)}\n`;
      const own = shown.get(pod) ?? [];
      shown.set(pod, [...own, world.keys.name[key[row]!] === 'v2' ? 1 : 0]);
    },
  });
  const v2 = [...shown].map(([pod, own]) => ({
    pod,
    n: own.length,
    share: own.reduce((a, b) => a + b) / own.length,
  }));
  const stale = v2.filter(({ share }) => share === 0).map(({ pod }) => pod);
  expect(stale).toHaveLength(2);
  // At 50 % by draw, within four standard deviations.
  for (const { n, share } of v2.filter(({ pod }) => !stale.includes(pod)))
    expect(Math.abs(share - 0.5)).toBeLessThan(2 / Math.sqrt(n));

  const [headline] = record.diagnosis!.findings;
  expect(record.diagnosis!.answer).toBe('holds, but');
  expect(headline!.code).toBe('stale-proxy');
  for (const pod of stale) expect(headline!.sentence).toContain(pod);
  for (const pod of shown.keys()) if (!stale.includes(pod)) expect(headline!.sentence).not.toContain(pod);

  const io = new FakeHost(logs, '');
  await runProgram(['check', ...Object.keys(logs).sort(), '--host', 'web', '--weights', 'v1=50,v2=50'], io);
  const said = /It looks like some callers hold another rule: ([^.]+)\.log and ([^.]+)\.log\./.exec(
    io.out.replace(/\s+/g, ' '),
  );
  expect(said?.slice(1).sort()).toEqual(stale.sort());
});
