import { describe, expect, test } from 'vitest';
import { Names } from '../../../src/fit/names.ts';
import type { LoggedCall, PodLog } from '../../../src/fit/logs/logged-call.ts';
import { spansOfLogs } from '../../../src/fit/logs/spans-of-logs.ts';
import { fitTraces } from '../../../src/fit/traces/fit-traces.ts';
import { call, streamOf, zeroMs } from '../../support/made-logs.ts';

/**
 * web works 2 ms, asks db, works 0.5 to 1.5 ms more and answers; mail is told meanwhile and takes 40 to 60 ms, for which nobody waits.
 * One way takes 0.3 to 0.5 ms. A log cuts starts and durations to whole milliseconds.
 */
function madeLogs(): readonly PodLog[] {
  const stream = streamOf('logs alone');
  const logs = { web: [[], []], db: [[], []], mail: [[], []] } as Record<
    string,
    [LoggedCall[], LoggedCall[]]
  >;
  const write = (
    pod: string,
    isInbound: boolean,
    from: number,
    to: number,
    own: Partial<LoggedCall>,
  ): void => {
    logs[pod]![isInbound ? 0 : 1].push(
      call({ startMs: zeroMs + Math.floor(from), durationMs: Math.floor(to - from), ...own }),
    );
  };
  const host = (name: string): Partial<LoggedCall> => ({
    host: `${name}.shop.svc.cluster.local`,
    port: 80,
    authority: name,
    upstream: addresses[name]!,
  });
  for (let at = 0; at < 2000; at += 1) {
    const requestId = `id-${at}`;
    const begin = at * 100 + stream.uniform();
    const hop = (): number => 0.3 + 0.2 * stream.uniform();
    const asked = begin + 2;
    const dbFrom = asked + hop();
    const dbTo = dbFrom + 4 + 6 * stream.uniform();
    const answered = dbTo + hop();
    const mailFrom = asked + hop();
    const mailTo = mailFrom + 40 + 20 * stream.uniform();
    const end = answered + 0.5 + stream.uniform();
    write('web', true, begin, end, { requestId, authority: 'web', peer: '10.0.0.9' });
    write('web', false, asked, answered, { requestId, ...host('db') });
    write('web', false, asked, mailTo + hop(), { requestId, ...host('mail') });
    write('db', true, dbFrom, dbTo, { requestId, authority: 'db', peer: addresses['web']! });
    write('mail', true, mailFrom, mailTo, { requestId, authority: 'mail', peer: addresses['web']! });
  }
  return Object.entries(logs).map(([pod, [inbound, outbound]]) => ({
    pod: `${pod}-7d9c6b5f4d-4hk2m`,
    inbound,
    outbound,
    withoutRoute: [],
    isGateway: false,
  }));
}

const addresses: Readonly<Record<string, string>> = { web: '10.0.0.1', db: '10.0.0.2', mail: '10.0.0.3' };

describe('calls told by request ids in logs alone', () => {
  const names = new Names();
  for (const [name, ip] of Object.entries(addresses)) names.see({ pod: `${name}-7d9c6b5f4d-4hk2m`, ip });
  const { workloads, hop } = fitTraces({
    spans: spansOfLogs(madeLogs(), names),
    names,
    source: 'logs',
    roundingMs: 1,
  });
  const web = workloads.find(({ name }) => name === 'web')!;

  test('are waited for where only cut milliseconds make them end after the answer', () => {
    const awaits = web.script.steps.flatMap((step) =>
      step.kind === 'work' ? [] : step.kind === 'call' ? [step.call] : step.calls,
    );
    expect(new Map(awaits.map(({ host, awaits: own }) => [host, own]))).toEqual(
      new Map([
        ['db', true],
        ['mail', false],
      ]),
    );
  });

  test('leave the own time of their caller: 2 ms and 1 ms', () => {
    expect(Math.abs(web.own!.mean.value - 3)).toBeLessThan(0.2);
  });

  test('take as long one way as they did, in the mean', () => {
    // Each half is off by at most a millisecond, evenly: 4 standard errors of 4,000 of them.
    expect(Math.abs(hop!.meanMs.value - 0.4)).toBeLessThan(4 * (1 / Math.sqrt(12 * 4000)) + 0.01);
  });
});
