import { describe, expect, test } from 'vitest';
import { flagText, responseFlag } from '../../../src/mesh/envoy/response-flag.ts';
import {
  loggedFlags,
  responseOutcomes,
  withOutcome,
  type OutcomeCause,
} from '../../../src/mesh/envoy/response-outcome.ts';

describe('what a proxy answers by itself', () => {
  test.each<{ cause: OutcomeCause; status: number | string; flag: string }>([
    { cause: 'no-route', status: 404, flag: 'NR' },
    { cause: 'unknown-cluster', status: 503, flag: 'NC' },
    { cause: 'no-host', status: 503, flag: 'UH' },
    { cause: 'connect-failure', status: 503, flag: 'UF' },
    { cause: 'connection-closed', status: 503, flag: 'UC' },
    { cause: 'remote-reset', status: 503, flag: 'UR' },
    { cause: 'local-reset', status: 503, flag: 'LR' },
    { cause: 'overflow', status: 503, flag: 'UO' },
    { cause: 'protocol-error', status: 502, flag: 'UPE' },
    { cause: 'timeout', status: 504, flag: 'UT' },
    { cause: 'retries-exhausted', status: 'unchanged', flag: 'URX' },
    { cause: 'caller-gone', status: 0, flag: 'DC' },
    { cause: 'fault-delay', status: 'unchanged', flag: 'DI' },
    { cause: 'fault-abort', status: 'configured', flag: 'FI' },
  ])('$cause: $status $flag', ({ cause, status, flag }) => {
    expect(responseOutcomes[cause]).toMatchObject({ status, flag });
    expect(loggedFlags([cause])).toBe(flag);
  });

  test('each flag has a cause and a bit of its own', () => {
    const flags = Object.values(responseOutcomes).map((outcome) => outcome.flag);
    expect([...flags].sort()).toEqual(Object.keys(responseFlag).sort());
    const bits = Object.values(responseFlag);
    expect(bits.reduce((sum, bit) => sum | bit, 0)).toBe(2 ** bits.length - 1);
  });
});

describe('flags add up', () => {
  test.each<{ causes: OutcomeCause[]; shown: string; because: string }>([
    { causes: [], shown: '-', because: 'an answer of the service itself has none' },
    {
      causes: ['connect-failure', 'retries-exhausted'],
      shown: 'UF,URX',
      because: 'the last failure comes first',
    },
    { causes: ['fault-delay', 'fault-abort'], shown: 'DI,FI', because: 'delayed, then aborted' },
    { causes: ['overflow', 'overflow'], shown: 'UO', because: 'a flag is set once' },
    { causes: ['no-host', 'retries-exhausted'], shown: 'UH,URX', because: 'the order is that of the table' },
    { causes: ['fault-delay', 'timeout'], shown: 'UT,DI', because: 'whatever came first' },
    { causes: ['caller-gone', 'fault-delay'], shown: 'DI,DC', because: 'whatever came first' },
  ])('$causes are shown as $shown: $because', ({ causes, shown }) => {
    expect(loggedFlags(causes)).toBe(shown);
    const bits = causes.reduce(withOutcome, 0);
    expect(flagText(bits)).toBe(shown === '-' ? '' : shown);
  });
});
