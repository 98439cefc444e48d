import { bench, describe } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { EventQueue } from '../../src/kernel/event-queue.ts';
import { shipped } from '../support/scenario.ts';

/**
 * Speeds, to be read as ratios within one run: the machine's own speed drifts by a tenth or two. `objects in a binary heap`
 * is how one would write it first, and stands beside ours as the yardstick.
 */
const increments = Float64Array.from({ length: 65536 }, (_, i) => 1 + ((i * 40503) % 65536) / 64);

interface NaiveEvent {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

class NaiveHeap {
  readonly events: NaiveEvent[] = [];
  #pushed = 0;

  push(due: number, run: () => void): void {
    const event = { due, order: this.#pushed++, run };
    const { events } = this;
    let hole = events.push(event) - 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!before(event, events[parent]!)) break;
      events[hole] = events[parent]!;
      hole = parent;
    }
    events[hole] = event;
  }

  pop(): NaiveEvent {
    const { events } = this;
    const top = events[0]!;
    const last = events.pop()!;
    if (events.length === 0) return top;
    let hole = 0;
    for (;;) {
      let child = hole * 2 + 1;
      if (child >= events.length) break;
      if (child + 1 < events.length && before(events[child + 1]!, events[child]!)) child += 1;
      if (before(last, events[child]!)) break;
      events[hole] = events[child]!;
      hole = child;
    }
    events[hole] = last;
    return top;
  }
}

const before = (a: NaiveEvent, b: NaiveEvent): boolean =>
  a.due < b.due || (a.due === b.due && a.order < b.order);

describe.each([16, 1_000, 100_000])('hold 200,000 times with %i events pending', (pending) => {
  bench('ours: 4-ary heap over typed arrays', () => {
    const queue = new EventQueue();
    for (let i = 0; i < pending; i++) queue.push(increments[i & 65535]!, 1, i);
    for (let i = 0; i < 200_000; i++) {
      const now = queue.nextDueUs;
      const subject = queue.nextSubject;
      queue.pop();
      queue.push(now + increments[i & 65535]!, 1, subject);
    }
  });

  bench('objects in a binary heap', () => {
    const heap = new NaiveHeap();
    let ran = 0;
    for (let i = 0; i < pending; i++) heap.push(increments[i & 65535]!, () => void (ran += 1));
    for (let i = 0; i < 200_000; i++) {
      const event = heap.pop();
      event.run();
      heap.push(event.due + increments[i & 65535]!, () => void (ran += 1));
    }
  });
});

describe('whole runs', async () => {
  const shifting = await shipped('traffic-shifting');
  const busy = await shipped('traffic-shifting', 'traffic[1]={ name: users, arrivals: poisson, rps: 300 }');
  bench('traffic-shifting as it is', () => void runOnce(shifting));
  bench('traffic-shifting with 90,000 pages', () => void runOnce(busy));
});
