import { describe, expect, test } from 'vitest';
import type { RecordedRequest } from '../../../src/accesslog/recorded-request.ts';
import { SameSources } from '../../../src/experiment/check/same-sources.ts';

/** 32-bit FNV-1a: alike for the same text, and for nothing else that is near. */
const hashOf = (text: string): number =>
  [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) >>> 0, 2_166_136_261);

/** Requests every 7 ms from `from` to `to`, as a proxy tells them in milliseconds; `own` stands for what it alone sees. */
const log = (from: number, to: number, own = '', everyMs = 7): RecordedRequest[] =>
  Array.from({ length: to - from }, (_, place) => {
    const at = from + place;
    const draw = hashOf(`${own}/${at}`);
    return {
      startUs: at * everyMs * 1000,
      durationMs: 1 + (draw % 9),
      status: 200,
      path: '/',
      upstreamHost: `10.0.0.${1 + ((draw >>> 8) % 3)}:80`,
      upstreamCluster: 'outbound|80|v1|web',
      peer: '10.0.1.1',
    } as unknown as RecordedRequest;
  });

const pairOf = (...logs: readonly (readonly RecordedRequest[])[]) => {
  const same = new SameSources();
  logs.forEach((requests, place) => {
    for (const own of requests) same.add(`${place}.log`, own);
  });
  return same.pair();
};

describe('two logs without request ids tell the same requests', () => {
  test.each([
    { logs: [log(0, 100), log(0, 100)], isPart: false, requests: 100, because: 'one is a copy of the other' },
    {
      logs: [log(0, 100), log(60, 160)],
      isPart: true,
      requests: 40,
      because: 'the end of one is the begin of the other',
    },
    { logs: [log(0, 100), log(30, 50)], isPart: true, requests: 20, because: 'one is cut out of the other' },
    {
      logs: [log(0, 100), log(200, 300), log(90, 210)],
      isPart: true,
      requests: 10,
      because: 'a third lies over both',
    },
  ])('where $because', ({ logs, isPart, requests }) => {
    expect(pairOf(...logs)).toMatchObject({ isPart, requests });
  });

  // Of 30,000 requests about 4,096 to 8,192 are kept, of the 10,000 that both tell a third: an estimate within four standard errors.
  test('of many by estimate', () => {
    const found = pairOf(log(0, 30_000), log(20_000, 50_000))!;
    expect(found.isPart).toBe(true);
    expect(Math.abs(found.requests - 10_000)).toBeLessThan(4 * 10_000 * Math.sqrt(1 / 1365));
  });

  test.each([
    {
      logs: [log(0, 100), log(0, 100, 'b')],
      because: 'two proxies see requests of their own at the same times',
    },
    { logs: [log(0, 100), log(100, 200)], because: 'one begins where the other ends' },
    { logs: [log(0, 100), log(95, 195)], because: 'five that are alike may be so by chance' },
    {
      logs: [log(0, 60, '', 1000), log(10, 70, '', 1000)],
      because: 'times in whole seconds make requests alike that are none',
    },
  ])('not where $because', ({ logs }) => {
    expect(pairOf(...logs)).toBeUndefined();
  });
});
