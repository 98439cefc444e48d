import { expect, test } from 'vitest';
import { reconnectDefaults, reconnectsUs } from '../../../src/mesh/istiod/reconnect.ts';

/** Halves of each back-off: attempts at 0.25, 0.75, 1.75, 3.75, 7.75, 15.75, 30.75, 45.75 s (0.5 s that doubles, 30 s at most). */
const half = (): number => 0.5;

test.each([
  { downSeconds: 0.2, secondsLater: 0.25, because: 'the first attempt finds it' },
  { downSeconds: 0.3, secondsLater: 0.75, because: 'the first came too early' },
  { downSeconds: 16, secondsLater: 30.75, because: 'back-offs have grown: 32 s would be the next, 30 s is' },
  { downSeconds: 31, secondsLater: 45.75, because: 'and they grow no further' },
])('an outage of $downSeconds s ends for a proxy after $secondsLater s: $because', (row) => {
  const lostUs = 7e6;
  expect(reconnectsUs(lostUs, lostUs + row.downSeconds * 1e6, reconnectDefaults, half)).toBe(
    lostUs + row.secondsLater * 1e6,
  );
});

test('without a back-off a proxy has its stream the moment istiod is back', () => {
  expect(reconnectsUs(0, 5e6, { baseUs: 0, maxUs: 0 }, half)).toBe(5e6);
});
