import { describe, expect, test } from 'vitest';
import { flagSet, flagText, responseFlag } from '../../../src/mesh/envoy/response-flag.ts';
import {
  responseOutcomes,
  withOutcome,
  type OutcomeCause,
} from '../../../src/mesh/envoy/response-outcome.ts';
import { loggedFlags } from '../../../src/mesh/envoy/view/logged-flags.ts';

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

// source/common/stream_info/stream_info_impl.h: setResponseFlag appends a flag that is not there yet, and
// ResponseFlagUtils::toShortString writes them in this order.
describe('flags are logged in the order in which they were set, each once', () => {
  test.each<{ causes: OutcomeCause[]; shown: string; because: string }>([
    { causes: [], shown: '-', because: 'an answer of the service itself has none' },
    {
      causes: ['retries-exhausted', 'connect-failure'],
      shown: 'URX,UF',
      because: 'router.cc: the retry state speaks before the reset is told',
    },
    {
      causes: ['retries-exhausted', 'timeout'],
      shown: 'URX,UT',
      because: 'the same, of the last time per try',
    },
    {
      causes: ['connect-failure', 'retries-exhausted'],
      shown: 'UF,URX',
      because: 'tcp_proxy.cc: no connection, then no attempts left',
    },
    { causes: ['fault-delay', 'fault-abort'], shown: 'DI,FI', because: 'delayed, then aborted' },
    { causes: ['overflow', 'overflow'], shown: 'UO', because: 'a flag is set once' },
    { causes: ['fault-delay', 'timeout'], shown: 'DI,UT', because: 'though UT stands first in the table' },
    { causes: ['fault-delay', 'caller-gone'], shown: 'DI,DC', because: 'delayed, then left' },
    {
      causes: ['fault-delay', 'overflow', 'connect-failure', 'unknown-cluster'],
      shown: 'DI,UO,UF,NC',
      because: 'four keep their order, too',
    },
  ])('$causes are shown as $shown: $because', ({ causes, shown }) => {
    expect(loggedFlags(causes)).toBe(shown);
    const flags = causes.reduce(withOutcome, 0);
    expect(flagText(flags)).toBe(shown === '-' ? '' : shown);
    // A set of bits as any other: whoever asks for one flag need not know the order.
    const bits = causes.map((cause) => responseFlag[responseOutcomes[cause].flag]);
    expect(flagSet(flags)).toBe(bits.reduce((sum, bit) => sum | bit, 0));
  });

  test('a mere set has the order of the table', () => {
    expect(flagText(responseFlag.URX | responseFlag.UF)).toBe('UF,URX');
  });
});
