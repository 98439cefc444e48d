import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from '../../src/kernel/event-queue.ts';

/** What a queue must give out, by the definition: a stable sort by time. */
function sorted(times: readonly number[]): { due: number; subject: number }[] {
  return times
    .map((due, subject) => ({ due, subject }))
    .sort((a, b) => a.due - b.due || a.subject - b.subject);
}

function drained(queue: EventQueue): { due: number; subject: number }[] {
  const out: { due: number; subject: number }[] = [];
  while (queue.length > 0) {
    out.push({ due: queue.nextDueUs, subject: queue.nextSubject });
    queue.pop();
  }
  return out;
}

test('events leave by time, and equal times in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 400 }), (times) => {
      const queue = new EventQueue();
      times.forEach((due, subject) => queue.push(due, 1, subject));
      expect(drained(queue)).toEqual(sorted(times));
    }),
  );
});

test('pushes between pops keep the order: a hold model agrees with a sorted list', () => {
  const queue = new EventQueue();
  const list: { due: number; subject: number }[] = [];
  let state = 12345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state % below;
  };
  let subject = 0;
  for (let turn = 0; turn < 20_000; turn++) {
    const now = turn;
    if (random(100) < 52 || list.length === 0) {
      const due = now + random(500);
      queue.push(due, 0, subject);
      list.push({ due, subject });
      subject += 1;
    } else {
      list.sort((a, b) => a.due - b.due || a.subject - b.subject);
      const first = list.shift()!;
      expect([queue.nextDueUs, queue.nextSubject]).toEqual([first.due, first.subject]);
      queue.pop();
    }
  }
  expect(queue.length).toBe(list.length);
});

test('what is never due leaves behind all that is, in the order in which it came', () => {
  const queue = new EventQueue();
  const times = Array.from({ length: 600 }, (_, place) => (place % 3 === 0 ? Infinity : 600 - place));
  times.forEach((due, subject) => queue.push(due, 1, subject));
  const ofNever = times.flatMap((due, subject) => (due === Infinity ? [subject] : []));
  expect(drained(queue).slice(-ofNever.length)).toEqual(
    ofNever.map((subject) => ({ due: Infinity, subject })),
  );
});

test('an event with a reserved place leaves before equals that were pushed after the reservation', () => {
  const queue = new EventQueue();
  queue.push(5, 0, 1);
  const place = queue.reserveOrder();
  queue.push(5, 0, 3);
  queue.pushAs(place, 5, 0, 2);
  expect(drained(queue).map((event) => event.subject)).toEqual([1, 2, 3]);
});

test('an empty queue is due never', () => {
  expect(new EventQueue().nextDueUs).toBe(Infinity);
});

test('kinds and subjects of any size come back as they were pushed', () => {
  const queue = new EventQueue();
  const whats = [
    [0, 0],
    [255, -1],
    [256, 2147483647],
    [70_000, -2147483648],
  ] as const;
  whats.forEach(([kind, subject], due) => queue.push(due, kind, subject));
  whats.forEach((what, due) => {
    expect([queue.nextDueUs, queue.nextKind, queue.nextSubject]).toEqual([due, ...what]);
    queue.pop();
  });
});

test('a copy gives out what the original would, and neither hears of what the other does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 400 }),
      fc.nat(400),
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 50 }),
      (times, popped, later) => {
        const [queue, copy] = [new EventQueue(), new EventQueue()];
        copy.push(3, 1, 3);
        times.forEach((due, subject) => queue.push(due, 1, subject));
        for (let i = 0; i < Math.min(popped, times.length); i++) queue.pop();
        copy.copyFrom(queue);
        const rest = sorted(times).slice(popped);
        later.forEach((due, i) => copy.push(due, 1, 1000 + i));
        expect(drained(queue)).toEqual(rest);
        const all = [...rest, ...later.map((due, i) => ({ due, subject: 1000 + i }))];
        expect(drained(copy)).toEqual(all.sort((a, b) => a.due - b.due || a.subject - b.subject));
      },
    ),
  );
});
