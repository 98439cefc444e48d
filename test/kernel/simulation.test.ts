import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Simulation } from '../../src/kernel/simulation.ts';
import { TimerLanes } from '../../src/kernel/timer-lanes.ts';

test('a run stops at its end and can go on from there', () => {
  const simulation = new Simulation();
  const seen: number[] = [];
  const tick = simulation.kind('tick', (_, nowUs) => {
    seen.push(nowUs);
    simulation.schedule(nowUs + 10, tick, 0);
  });
  simulation.schedule(10, tick, 0);
  simulation.runUntil(35);
  expect([seen, simulation.nowUs]).toEqual([[10, 20, 30], 35]);
  simulation.runUntil(40);
  expect(seen).toEqual([10, 20, 30, 40]);
});

test('nothing can be scheduled for the past', () => {
  const simulation = new Simulation();
  const late = simulation.kind('late', () => {});
  simulation.runUntil(100);
  expect(() => simulation.schedule(99, late, 0)).toThrow(
    'event "late" scheduled for 99 us, but it is 100 us already',
  );
  expect(() => simulation.schedule(NaN, late, 0)).toThrow('NaN');
});

test('times are whole microseconds: a fraction is rounded', () => {
  const simulation = new Simulation();
  const seen: number[] = [];
  const kind = simulation.kind('k', (_, nowUs) => void seen.push(nowUs));
  simulation.schedule(1.4, kind, 0);
  simulation.schedule(2.5, kind, 0);
  simulation.runUntil(10);
  expect(seen).toEqual([1, 3]);
});

test('more kinds of events than a byte can count each keep their own handler', () => {
  const simulation = new Simulation();
  const seen: number[] = [];
  for (let i = 0; i < 1000; i++) {
    const kind = simulation.kind(`kind ${i}`, () => void seen.push(i));
    simulation.schedule(i, kind, 0);
  }
  simulation.runUntil(1000);
  expect(seen).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

/** A run that notes what happens: ticks every 10 us, and what is foreseen. */
function noted(...foreseen: readonly number[]) {
  const simulation = new Simulation();
  const seen: string[] = [];
  const planned = simulation.kind(
    'planned',
    (subject, nowUs) => void seen.push(`${nowUs}: planned ${subject}`),
  );
  const tick = simulation.kind('tick', (subject, nowUs) => {
    seen.push(`${nowUs}: tick ${subject}`);
    simulation.schedule(nowUs + 10, tick, subject + 1);
  });
  simulation.schedule(10, tick, 1);
  simulation.foresee(foreseen.map((dueUs, subject) => ({ dueUs, kind: planned, subject })));
  return { simulation, seen };
}

test('what was foreseen comes before all else of its instant, whoever was scheduled first', () => {
  const { simulation, seen } = noted(20, 10, 20);
  simulation.runUntil(20);
  expect(seen).toEqual(['10: planned 1', '10: tick 1', '20: planned 0', '20: planned 2', '20: tick 2']);
  expect(simulation.events).toBe(5);
});

test.each([
  { events: 0, because: 'nothing has happened yet' },
  { events: 1, because: 'it stands between what was foreseen and what else is due at the instant' },
  { events: 3, because: 'the past is shared' },
])(
  'a copy after $events events goes its own foreseen way, as a run from the start does: $because',
  ({ events }) => {
    const trunk = noted(10, 25);
    for (let i = 0; i < events; i++) trunk.simulation.step(100);
    const branch = noted(10, 30, 30);
    branch.simulation.copyFrom(trunk.simulation);
    const past = [...trunk.seen];
    branch.simulation.runUntil(40);
    const fromStart = noted(10, 30, 30);
    fromStart.simulation.runUntil(40);
    expect([...past, ...branch.seen]).toEqual(fromStart.seen);
    expect(branch.simulation.events).toBe(fromStart.simulation.events);
    expect(trunk.seen).toEqual(past);
  },
);

test('a copy must have had the same foreseen past, and know the same kinds', () => {
  const trunk = noted(10, 25);
  trunk.simulation.runUntil(25);
  expect(() => noted(10, 26).simulation.copyFrom(trunk.simulation)).toThrow(
    'foreseen event 1 at 25 us is not among those of the copy',
  );
  expect(() => new Simulation().copyFrom(trunk.simulation)).toThrow('other kinds of events');
});

/** Timers over rows whose generations the test moves on. */
function lane() {
  const simulation = new Simulation();
  const generation = new Int32Array(1000);
  const fired: [row: number, nowUs: number][] = [];
  const timers = new TimerLanes(
    simulation,
    'timeout',
    (row) => generation[row]!,
    (row, nowUs) => void fired.push([row, nowUs]),
  );
  return { simulation, generation, fired, timers };
}

test('a timer fires after its delay unless its row has moved on', () => {
  const { simulation, generation, fired, timers } = lane();
  const set = simulation.kind('set', (row) => timers.set(row, 100));
  const end = simulation.kind('end', (row) => {
    generation[row]! += 1;
  });
  for (let row = 0; row < 500; row++) simulation.schedule(row, set, row);
  // Every row but the multiples of 50 ends in time.
  for (let row = 0; row < 500; row++) if (row % 50 !== 0) simulation.schedule(row + 60, end, row);
  simulation.runUntil(10_000);
  expect(fired).toEqual(Array.from({ length: 10 }, (_, i) => [i * 50, i * 50 + 100]));
});

test('timers that never fire cost hardly an event', () => {
  const { simulation, generation, fired, timers } = lane();
  const set = simulation.kind('set', (row) => timers.set(row, 100));
  const end = simulation.kind('end', (row) => {
    generation[row]! += 1;
  });
  for (let row = 0; row < 1000; row++) {
    simulation.schedule(row, set, row);
    simulation.schedule(row + 1, end, row);
  }
  simulation.runUntil(10_000);
  expect(fired).toEqual([]);
  // 2,000 events of the test itself; the lane looks once per 100 us, not once per timer.
  expect(simulation.events).toBeLessThan(2_020);
});

test('a timer keeps its place among events of the same instant', () => {
  const simulation = new Simulation();
  const order: string[] = [];
  const note = simulation.kind('note', (subject) => void order.push(`event ${subject}`));
  const timers = new TimerLanes(
    simulation,
    'timeout',
    () => 0,
    (row) => void order.push(`timer ${row}`),
  );
  simulation.schedule(100, note, 1);
  timers.set(1, 100);
  simulation.schedule(100, note, 2);
  timers.set(2, 100);
  simulation.schedule(100, note, 3);
  simulation.runUntil(100);
  expect(order).toEqual(['event 1', 'timer 1', 'event 2', 'timer 2', 'event 3']);
});

test('a timer set while the lane fires is not lost', () => {
  const simulation = new Simulation();
  const fired: number[] = [];
  const timers: TimerLanes = new TimerLanes(
    simulation,
    'timeout',
    () => 0,
    (row, nowUs) => {
      fired.push(nowUs);
      if (fired.length < 3) timers.set(row, 100);
    },
  );
  timers.set(7, 100);
  simulation.runUntil(1000);
  expect(fired).toEqual([100, 200, 300]);
});

test('timers of different delays do not wait for each other', () => {
  const { simulation, fired, timers } = lane();
  timers.set(1, 300);
  timers.set(2, 100);
  timers.set(3, 200);
  timers.set(4, 100);
  simulation.runUntil(1000);
  expect(fired).toEqual([
    [2, 100],
    [4, 100],
    [3, 200],
    [1, 300],
  ]);
});

test('copied timers fire as the original ones would, however full their rings are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(20), fc.constantFrom(50, 100, 200)), { minLength: 1, maxLength: 300 }),
      fc.nat(3000),
      (sets, untilUs) => {
        const world = () => {
          const made = lane();
          const set = made.simulation.kind('set', (place) => made.timers.set(place, sets[place]![1]));
          let dueUs = 0;
          sets.forEach(([gap], place) => made.simulation.schedule((dueUs += gap), set, place));
          return made;
        };
        const [trunk, branch] = [world(), world()];
        trunk.simulation.runUntil(untilUs);
        const past = [...trunk.fired];
        branch.timers.copyFrom(trunk.timers);
        branch.simulation.copyFrom(trunk.simulation);
        branch.simulation.runUntil(10_000);
        trunk.simulation.runUntil(10_000);
        expect([...past, ...branch.fired]).toEqual(trunk.fired);
      },
    ),
  );
});
