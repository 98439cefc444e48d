import { expect, test } from 'vitest';
import { Meter } from '../../src/experiment/meter.ts';

test('a meter gives back what it was told, by caller, pod, service, status and flags', () => {
  const meter = new Meter();
  meter.add(0, 1, 4, 200, 0);
  meter.add(0, 1, 4, 200, 0);
  meter.add(-1, 0, 2, 200, 0);
  meter.add(2, -1, -1, 404, 128);
  meter.add(0, 1, 4, 503, 0);
  meter.add(0, 1, 4, 200, 256);
  expect(meter.rows()).toEqual([
    { caller: -1, pod: 0, service: 2, status: 200, flags: 0, requests: 1 },
    { caller: 0, pod: 1, service: 4, status: 200, flags: 0, requests: 2 },
    { caller: 0, pod: 1, service: 4, status: 200, flags: 256, requests: 1 },
    { caller: 0, pod: 1, service: 4, status: 503, flags: 0, requests: 1 },
    { caller: 2, pod: -1, service: -1, status: 404, flags: 128, requests: 1 },
  ]);
});
