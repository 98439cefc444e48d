import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { binomInterval } from '../../../src/stats/index.ts';
import { absorbingCookies } from '../../../src/verdict/finding/absorbing-cookies.ts';
import { opened, shipped } from '../../support/scenario.ts';

const played = async (name: string, ...set: string[]): Promise<RunRecord> =>
  runOnce(await shipped(name, 'expect=[]', ...set)).record;

/** Requests at the callers' proxies under the split, and how many of them v2 had. */
function counted({ splits }: RunRecord): { readonly n: number; readonly k: number } {
  const { keys, phases } = splits.find(({ service }) => service === 'web')!;
  const drawn = phases.filter(({ fromSeconds }) => fromSeconds >= 30);
  return {
    n: drawn.reduce((sum, { requests }) => sum + requests, 0),
    k: drawn.reduce((sum, { observed }) => sum + observed[keys.indexOf('v2')]!, 0),
  };
}

describe('a cookie of the canary alone', () => {
  test('is the headline: what it had, its interval, and the requests beyond the weight of 10 %', async () => {
    const record = await played('absorbing-cookie');
    const { n, k } = counted(record);
    expect(record.diagnosis!.answer).toBe('does not hold');
    const own = record.diagnosis!.findings[0]!;
    expect(own.code).toBe('absorbing-cookies');
    // Nobody says of pages that were not drawn that they are luck.
    expect(record.diagnosis!.findings).toHaveLength(1);
    expect(own.harm.requests).toBe(Math.round(k - 0.1 * n));
    expect(own.sentence).toContain(`web v2 had ${((100 * k) / n).toFixed(1)} %`);
    expect(own.sentence).toContain('VirtualService web.default, rule 1 (kept) sends the client there again');
    const [low, high] = binomInterval({ k, n, conf: 0.95, method: 'wilson' });
    expect(own.evidence[0]).toContain(`${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %`);
    // 1 - 0.9^2, 1 - 0.9^5, 1 - 0.9^10.
    expect(own.evidence.at(-1)).toContain('with 10 %, 19 % on page 2, 41 % on page 5, 65.1 % on page 10.');
  });

  test('does nothing where nobody comes again: each visit has one page', async () => {
    const once =
      'traffic=[{ name: u, host: web.example.com, path: /, users: { newPerSecond: 8, think: 1s, requests: 1 } }]';
    expect(absorbingCookies.seenIn(await played('absorbing-cookie', once))).toEqual([]);
  });

  test('does nothing to who keeps none', async () => {
    const nobody = 'traffic=[{ name: u, host: web.example.com, path: /, arrivals: poisson, rps: 8 }]';
    const record = await played('absorbing-cookie', nobody);
    expect(absorbingCookies.seenIn(record)).toEqual([]);
    expect(record.mesh.every(({ cookies }) => cookies === undefined)).toBe(true);
  });

  test('is foreseen without a run, from the step on that brings it, and with the same remedies', async () => {
    const found = foresee(await shipped('absorbing-cookie'));
    expect(found).toMatchObject([{ code: 'absorbing-cookies', fromSeconds: 30, toSeconds: null }]);
    const [seen] = absorbingCookies.seenIn(await played('absorbing-cookie'));
    expect(found[0]!.remedies).toEqual(seen!.remedies);
  });
});

describe('a canary that is a Service of its own, behind a gateway', () => {
  test('absorbs its visitors, whatever the Service is called that they mean', async () => {
    const { record } = runOnce(await opened('test/cases/cookie-of-a-canary-service'));
    expect(record.diagnosis!.answer).toBe('does not hold');
    const [own] = record.diagnosis!.findings;
    expect(own!.code).toBe('absorbing-cookies');
    expect(own!.sentence).toContain('Answers of checkout checkout-canary set the cookie on-canary');
    // Twelve pages a visitor: the mean of 1 - 0.9^k over k = 1..12, and five standard errors of 300 visitors who stay.
    const had = own!.harm.requests / record.pages.pages + 0.1;
    const due = 1 - (0.9 * (1 - 0.9 ** 12)) / 0.1 / 12;
    expect(Math.abs(had - due)).toBeLessThan(5 * Math.sqrt((due * (1 - due)) / 300));
    expect(own!.remedies[0]!.changes[0]).toMatchObject({ kind: 'no-cookie', service: 'checkout-primary' });
  });
});

describe('a cookie of each version', () => {
  test('holds the weight: nothing is found or foreseen', async () => {
    const record = await played('absorbing-cookie/scenario-both-cookies.yaml');
    expect(absorbingCookies.seenIn(record)).toEqual([]);
    expect(foresee(await shipped('absorbing-cookie/scenario-both-cookies.yaml'))).toEqual([]);
    expect(record.diagnosis).toEqual({ answer: 'holds', findings: [] });
  });

  test('that lasts a minute for one and a day for the other absorbs minute by minute', () => {
    const drawn = (weight: number, keepsSeconds: number) => ({
      ...{ weight, keepsSeconds, cookie: 'a' },
      keptBy: 'VirtualService web.default, rule 1',
    });
    const record = {
      mesh: [
        {
          fromSeconds: 0,
          cookies: [
            {
              caller: 'visitors',
              service: 'web',
              rule: 'VirtualService web.default, rule 3',
              destinations: [
                { key: 'v1', ...drawn(0.9, 60) },
                { key: 'v2', ...drawn(0.1, 86_400) },
              ],
            },
          ],
        },
      ],
      splits: [
        {
          service: 'web',
          keys: ['v1', 'v2'],
          phases: [{ fromSeconds: 0, toSeconds: 240, requests: 1000, observed: [750, 250] }],
        },
      ],
      scenario: { durationSeconds: 240 },
    } as unknown as RunRecord;
    const [own] = absorbingCookies.seenIn(record);
    expect(own!.sentence).toContain('those of v1 let go after 60 s');
    expect(own!.harm.requests).toBe(150);
    // What one page brings is no draw: the formula per page does not hold.
    expect(own!.evidence.join()).not.toContain('1 - (1 - w)^k');
  });
});
