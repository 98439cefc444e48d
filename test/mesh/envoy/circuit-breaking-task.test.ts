import { describe, expect, test } from 'vitest';
import { CircuitBreaker, istioThresholds } from '../../../src/mesh/envoy/circuit-breaker.ts';
import { ConnectionPool, ConnectionTable, http1Pool } from '../../../src/mesh/envoy/connection-pool.ts';

/**
 * Istio's circuit-breaking task as a closed loop: `callers` share `calls`, each sends its next one as soon as it has its
 * answer; one connection, one request pending, one request per connection. Times are whole microseconds; at equal times
 * handshakes come first, then answers, in the order of their scheduling.
 */
function circuitBreakingTask(setup: {
  callers: number;
  calls: number;
  serviceUs: number;
  refusalUs: number;
  connectUs: number;
}): { served: number; refused: number; pendingAtMost: number; breaker: CircuitBreaker } {
  const breaker = new CircuitBreaker({ ...istioThresholds, maxConnections: 1, maxPending: 1 });
  const agenda: { atUs: number; rank: number; order: number; run: () => void }[] = [];
  let nowUs = 0;
  let scheduled = 0;
  const later = (delayUs: number, rank: number, run: () => void): void => {
    agenda.push({ atUs: nowUs + delayUs, rank, order: (scheduled += 1), run });
  };
  const callsLeft = Array.from({ length: setup.callers }, () => setup.calls / setup.callers);
  let served = 0;
  let refused = 0;
  let pendingAtMost = 0;
  const pool: ConnectionPool = new ConnectionPool(
    0,
    { ...http1Pool, maxRequestsPerConnection: 1 },
    breaker,
    new ConnectionTable(),
    {
      attach: (caller, connection) =>
        later(setup.serviceUs, 1, () => {
          served += 1;
          pool.streamEnded(connection);
          // The answer reaches the caller in an event of its own, after the handshakes of this instant.
          later(0, 1, () => call(caller));
        }),
      overflow: (caller) => {
        refused += 1;
        later(setup.refusalUs, 1, () => call(caller));
      },
      fail: () => expect.unreachable('no connect fails here'),
      openConnection: (connection) => later(setup.connectUs, 0, () => pool.connected(connection)),
      closeConnection: () => undefined,
      connectionIdle: () => undefined,
    },
  );
  const call = (caller: number): void => {
    if (callsLeft[caller] === 0) return;
    callsLeft[caller]! -= 1;
    pool.newStream(caller);
    pendingAtMost = Math.max(pendingAtMost, pool.pendingCount);
  };
  for (let caller = 0; caller < setup.callers; caller += 1) later(0, 1, () => call(caller));
  while (agenda.length > 0) {
    agenda.sort((a, b) => a.atUs - b.atUs || a.rank - b.rank || a.order - b.order);
    const next = agenda.shift()!;
    nowUs = next.atUs;
    next.run();
  }
  expect([breaker.connections, breaker.pending, breaker.requests]).toEqual([0, 0, 0]);
  return { served, refused, pendingAtMost, breaker };
}

const ideal = { refusalUs: 500, connectUs: 0 };

describe('maxConnections 1, one pending, one request per connection', () => {
  test.each([
    { callers: 1, calls: 20, refused: 0, because: 'one caller is alone' },
    { callers: 2, calls: 20, refused: 0, because: 'one is served and one waits' },
    { callers: 3, calls: 30, refused: 10, because: 'the third is refused until its ten calls are spent' },
  ])('$callers callers, $calls calls: $refused refused, $because', ({ callers, calls, refused }) => {
    // No multiple of 500 below 5000, so that a refused caller never asks at the very instant at which another is answered.
    for (const serviceUs of [3_100, 10_000, 15_000]) {
      const result = circuitBreakingTask({ callers, calls, serviceUs, ...ideal });
      expect([result.served, result.refused]).toEqual([calls - refused, refused]);
      expect(result.breaker.pendingOverflows).toBe(refused);
      expect(result.pendingAtMost).toBe(1);
    }
  });

  test('when a connection takes its time to open, two callers are refused now and then', () => {
    // While the waiting call's connection opens it still counts as pending, and the other caller's next call finds no room.
    const result = circuitBreakingTask({
      callers: 2,
      calls: 20,
      serviceUs: 10_000,
      refusalUs: 500,
      connectUs: 300,
    });
    expect(result.refused).toBeGreaterThan(0);
    expect(result.served + result.refused).toBe(20);
  });
});
