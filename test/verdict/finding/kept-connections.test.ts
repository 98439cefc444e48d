import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../../src/record/record.ts';
import { keptConnections } from '../../../src/verdict/finding/kept-connections.ts';

/** A client that keeps its connections to `web`; v1 had 900 of 1,000 requests, one pod each. */
const without = (own: object, rules: readonly object[] = []): RunRecord => {
  const pod = (version: string, requests: number) => ({
    pod: `web-${version}`,
    workload: `web-${version}`,
    version,
    locality: '',
    readyFromSeconds: 0,
    readyToSeconds: 60,
    requests,
  });
  const fact = {
    caller: 'client',
    service: 'web',
    by: 'no sidecar',
    clients: null,
    maxAgeSeconds: null,
    ...own,
  };
  return {
    mesh: [{ kept: [fact], rules }],
    reached: [{ caller: 'unknown', service: 'web', locality: '', pods: [pod('v1', 900), pod('v2', 100)] }],
    callers: [],
    capacity: null,
    pods: [],
    splits: [],
    pages: { pages: 1000, overdue: 0 },
    scenario: { durationSeconds: 60 },
  } as unknown as RunRecord;
};

describe('connections of a client without a sidecar', () => {
  test.each([
    {
      rule: undefined,
      requests: 400,
      because: 'nobody asked for other shares than the pods have, which is half and half',
    },
    {
      rule: { inside: true, services: ['web'] },
      requests: 0,
      because: 'that a rule acts for nobody there is told for itself',
    },
    { rule: { inside: false, services: ['web'] }, requests: 400, because: 'the rule is for a gateway' },
    {
      rule: { inside: true, services: ['other'] },
      requests: 400,
      because: 'the rule is for another Service',
    },
  ])('lead $requests of 1,000 requests elsewhere, as $because', ({ rule, requests }) => {
    const [found, ...more] = keptConnections.seenIn(without({}, rule === undefined ? [] : [rule]));
    expect(more).toEqual([]);
    expect(found!.harm.requests).toBe(requests);
  });

  test.each([
    { maxAgeSeconds: null, clients: 10, found: 1, because: 'none of them ever ends' },
    {
      maxAgeSeconds: 60,
      clients: 10,
      found: 0,
      because: 'ten of ten connections may well fall nine to one, p = 2 x 11 / 1024',
    },
    { maxAgeSeconds: 1, clients: 10, found: 1, because: '540 to 60 of 600 is no luck' },
  ])('of $clients clients that live $maxAgeSeconds s each: $because', ({ maxAgeSeconds, clients, found }) => {
    expect(keptConnections.seenIn(without({ maxAgeSeconds, clients }))).toHaveLength(found);
  });
});

describe('TCP connections that were opened under other weights', () => {
  /** A settled phase in which v2 is to have half, and had so much. */
  const ruled = (phase: object, configured: object = { atSeconds: 0, shares: [0.5, 0.5] }): RunRecord =>
    ({
      ...without({ by: 'tcp' }),
      reached: [],
      splits: [
        {
          service: 'web',
          keys: ['v1', 'v2'],
          configured: [configured],
          phases: [
            {
              state: 'settled',
              requests: 100,
              observed: [100, 0],
              effective: [0.5, 0.5],
              fromSeconds: 10,
              toSeconds: 30,
              perKey: [{ interval: null }, { interval: null }],
              ...phase,
            },
          ],
        },
      ],
    }) as unknown as RunRecord;
  test.each([
    { phase: {}, harmed: 50, because: 'v2 lacks half of a hundred' },
    {
      phase: { requests: 99, observed: [99, 0] },
      harmed: undefined,
      because: 'fewer than a hundred tell nothing',
    },
    { phase: { observed: [61, 39] }, harmed: 11, because: 'eleven in a hundred are worth a word' },
    { phase: { observed: [59, 41] }, harmed: undefined, because: 'less than a tenth is not' },
    { phase: { state: 'propagating' }, harmed: undefined, because: 'the weights are still on their way' },
    { phase: { effective: null }, harmed: undefined, because: 'nobody knows what was in force' },
  ])('$phase: $because', ({ phase, harmed }) => {
    const [found] = keptConnections.seenIn(ruled(phase));
    expect(found?.harm.requests).toBe(harmed);
    if (harmed !== undefined)
      expect(found!.harm).toMatchObject({ seconds: 20, fromSeconds: 10, toSeconds: 30 });
  });

  test('are no matter of weights where no rule has any', () => {
    expect(keptConnections.seenIn(ruled({}, { atSeconds: 0 }))).toEqual([]);
    expect(keptConnections.seenIn(ruled({}, { atSeconds: 10, shares: [0.5, 0.5] }))).toHaveLength(1);
    expect(keptConnections.seenIn(ruled({}, { atSeconds: 11, shares: [0.5, 0.5] }))).toEqual([]);
  });
});
