import { expect, test } from 'vitest';
import {
  debounceChange,
  debounceIdle,
  debouncePushed,
  debounceTimer,
  type DebounceStep,
} from '../../../src/mesh/istiod/debounce.ts';

const settings = { afterUs: 100_000, maxUs: 10_000_000 };
const ms = 1000;

/** Plays changes (in ms) through the state machine with a push that takes `pushMs`; tells when pushes start (ms). */
function pushesOf(changes: readonly number[], pushMs = 0): number[] {
  const pushes: number[] = [];
  const queue: { at: number; what: 'change' | 'timer' | 'pushed'; generation: number }[] = changes.map(
    (at) => ({
      at: at * ms,
      what: 'change',
      generation: 0,
    }),
  );
  let state = debounceIdle;
  let generation = 0;
  while (queue.length > 0) {
    // Stable: what was planned first comes first among equals.
    const next = queue.reduce((soonest, own) => (own.at < soonest.at ? own : soonest));
    queue.splice(queue.indexOf(next), 1);
    if (next.what === 'timer' && next.generation !== generation) continue;
    const rule = { change: debounceChange, timer: debounceTimer, pushed: debouncePushed }[next.what];
    const step: DebounceStep = rule(state, settings, next.at);
    state = step.state;
    if (step.timerUs !== undefined) queue.push({ at: step.timerUs, what: 'timer', generation: ++generation });
    if (step.push) {
      pushes.push(next.at / ms);
      queue.push({ at: next.at + pushMs * ms, what: 'pushed', generation: 0 });
    }
  }
  return pushes;
}

test('a lone change waits exactly the quiet time', () => {
  expect(pushesOf([0])).toEqual([100]);
});

test('two changes 60 ms apart leave together, 100 ms after the second', () => {
  expect(pushesOf([0, 60])).toEqual([160]);
});

test('changes further apart than the quiet time leave one by one', () => {
  expect(pushesOf([0, 150])).toEqual([100, 250]);
});

test('a steady stream of changes leaves at the cap, at most one quiet time late', () => {
  const [first] = pushesOf(Array.from({ length: 300 }, (_, i) => i * 50));
  expect(first).toBeGreaterThanOrEqual(10_000);
  expect(first).toBeLessThanOrEqual(10_100);
});

test('pushes never overlap: changes during a slow push merge and leave the moment it ends', () => {
  expect(pushesOf([0, 200, 300, 400], 1000)).toEqual([100, 1100]);
});

test('a change shortly before a slow push ends still gets its quiet time', () => {
  // Push from 100 to 1100; the change at 1050 has been quiet for 50 ms only then.
  expect(pushesOf([0, 1050], 1000)).toEqual([100, 1150]);
});
