import { describe, expect, test } from 'vitest';
import { Chance } from '../../../src/kernel/chance.ts';
import { Simulation } from '../../../src/kernel/simulation.ts';
import type { WorkloadBehaviour } from '../../../src/mesh/app/app.ts';
import type { Failure } from '../../../src/mesh/app/failure.ts';
import { inPod } from '../../../src/mesh/app/in-pod.ts';
import { doorState, Stations } from '../../../src/mesh/app/stations.ts';
import type { Pod } from '../../../src/mesh/kubernetes/pod.ts';

/** One pod whose requests are moved by hand; times in the books are checked by adding them up. */
function station(behaviour: Partial<WorkloadBehaviour> = {}, podCount = 1) {
  const closed: number[] = [];
  const rows = {
    enteredUs: new Float64Array(10),
    begunUs: new Float64Array(10),
    next: new Int32Array(10),
    where: new Uint8Array(10),
    close: (row: number) => void closed.push(row),
  };
  const own: WorkloadBehaviour = {
    name: 'back',
    match: { app: 'back' },
    script: [{ kind: 'work', time: { dist: 'constant', value: 100 } }],
    cpuUs: 0,
    concurrency: 1,
    ...behaviour,
  };
  const chance = new Chance('books');
  const simulation = new Simulation();
  const stations = new Stations(
    { name: 'app', workloads: [own] },
    simulation,
    rows,
    (name) => chance.stream(name),
    () => undefined,
  );
  const addPod = (): void => {
    const name = `back-${stations.behaviours.length}`;
    stations.add({
      name,
      workload: 'back',
      labels: { app: 'back' },
      cpuLimitMilli: Infinity,
    } as unknown as Pod);
  };
  for (let pod = 0; pod < podCount; pod++) addPod();
  const enter = (row: number, nowUs: number) => {
    rows.enteredUs[row] = nowUs;
    rows.where[row] = inPod.waits;
    return stations.books.enter(0, row, nowUs);
  };
  return { stations, rows, closed, enter, addPod };
}

const booksOf = (stations: Stations) =>
  Object.fromEntries(
    (
      [
        'entered',
        'served',
        'turnedAway',
        'abandoned',
        'lost',
        'inSystem',
        'waiting',
        'sojournUs',
        'serviceUs',
      ] as const
    ).map((name) => [name, stations.booked(0, name)]),
  );

describe('the books of a pod with one worker and room for one to wait', () => {
  const { stations, closed, enter } = station({ queue: 1 });

  test('the first begins, the second waits, the third is turned away and leaves no other trace', () => {
    expect([enter(0, 0), enter(1, 10), enter(2, 20)]).toEqual(['begins', 'waits', 'is turned away']);
    expect(booksOf(stations)).toMatchObject({
      entered: 2,
      turnedAway: 1,
      inSystem: 2,
      waiting: 1,
      sojournUs: 0,
    });
  });

  test('who leaves is counted with the time since it came and since it began; the next begins', () => {
    expect(stations.books.leave(0, 0, 30)).toBe(1);
    expect(booksOf(stations)).toMatchObject({
      served: 1,
      inSystem: 1,
      waiting: 0,
      sojournUs: 30,
      serviceUs: 30,
    });
  });

  test('who gives up while it waits is counted at once, and passed over when its turn comes', () => {
    expect(enter(3, 40)).toBe('waits');
    stations.books.leaveQueue(0, 3, 50);
    expect(booksOf(stations)).toMatchObject({
      abandoned: 1,
      inSystem: 1,
      waiting: 0,
      sojournUs: 40,
      served: 1,
    });
    // Its place in the line is free again.
    expect(enter(4, 60)).toBe('waits');
    expect(closed).toEqual([]);
    expect(stations.books.leave(0, 1, 70)).toBe(4);
    expect(closed).toEqual([3]);
    // Row 1 came at 10, began at 30 and left at 70.
    expect(booksOf(stations)).toMatchObject({ served: 2, sojournUs: 100, serviceUs: 70, waiting: 0 });
  });

  test("the integrals are what left and what is present: Little's law, to the unit", () => {
    // Present: 1 from 0, 2 from 10, 1 from 30, 2 from 40, 1 from 50, 2 from 60, 1 from 70 to 80: 120. At work: all 80.
    expect(stations.books.integrals(0, 80)).toEqual({
      presentUs: 120,
      workingUs: 80,
      presentAgeUs: 20,
      workingAgeUs: 10,
    });
    expect(booksOf(stations)).toMatchObject({ sojournUs: 120 - 20, serviceUs: 80 - 10 });
  });

  test('a process that dies loses who is in it, with their times so far, and begins empty', () => {
    expect(enter(5, 80)).toBe('waits');
    stations.empty(0, 90);
    // Row 4: 30 in the system, 20 at work. Row 5: 10 in the system.
    expect(booksOf(stations)).toMatchObject({
      lost: 2,
      inSystem: 0,
      waiting: 0,
      sojournUs: 140,
      serviceUs: 90,
    });
    expect(stations.books.integrals(0, 95)).toMatchObject({ presentAgeUs: 0, workingAgeUs: 0 });
    expect([enter(6, 100), enter(7, 100)]).toEqual(['begins', 'waits']);
    expect(stations.books.leave(0, 6, 110)).toBe(7);
    expect(stations.books.leave(0, 7, 120)).toBe(-1);
    expect(enter(8, 130)).toBe('begins');
    expect(booksOf(stations)).toMatchObject({ served: 4, sojournUs: 170, serviceUs: 110, lost: 2 });
  });
});

describe('a workload in trouble', () => {
  const fails: Failure = {
    share: 1,
    by: 'status',
    status: 500,
    when: 'after-work',
    fromUs: 0,
    toUs: Infinity,
  };

  test('takes so many times as long, its pods to come too, until it is as before', () => {
    const { stations, addPod } = station();
    expect(stations.stepUs(0, 0)).toBe(100);
    stations.trouble('back', { factor: 3 });
    addPod();
    expect([stations.stepUs(0, 0), stations.stepUs(1, 0)]).toEqual([300, 300]);
    stations.trouble('back', { factor: 1 });
    addPod();
    expect([0, 1, 2].map((pod) => stations.stepUs(pod, 0))).toEqual([100, 100, 100]);
  });

  test('is of that workload alone', () => {
    const { stations } = station();
    stations.trouble('front', { factor: 3, fails: [fails] });
    expect(stations.stepUs(0, 0)).toBe(100);
    expect(stations.failure(0, 'after-work', 0)).toBeUndefined();
  });

  test('keeps failing when only its pace is named, and its pace when only its failures are', () => {
    const { stations } = station();
    stations.trouble('back', { fails: [fails] });
    stations.trouble('back', { factor: 2 });
    expect(stations.failure(0, 'after-work', 0)).toBe(fails);
    stations.trouble('back', { fails: undefined });
    expect(stations.failure(0, 'after-work', 0)).toBeUndefined();
    expect(stations.stepUs(0, 0)).toBe(200);
  });

  test('fails from its first moment on, and no longer at its last', () => {
    const { stations } = station({ fails: [{ ...fails, fromUs: 10, toUs: 20 }] });
    const failsAt = (nowUs: number): boolean => stations.failure(0, 'after-work', nowUs) !== undefined;
    expect([9, 10, 19, 20].map(failsAt)).toEqual([false, true, true, false]);
  });

  test.each([
    { by: 'status', refuses: undefined, fails: true },
    { by: 'reset', refuses: undefined, fails: true },
    { by: 'refuse', refuses: 'refuse', fails: false },
    { by: 'unreachable', refuses: 'unreachable', fails: false },
  ] as const)('by $by it refuses connections: $refuses, and requests: $fails', (row) => {
    const { stations } = station({ fails: [{ ...fails, by: row.by }] });
    expect(stations.refuses(0, 0)).toBe(row.refuses);
    expect(stations.failure(0, 'after-work', 0) !== undefined).toBe(row.fails);
    const later = station({ fails: [{ ...fails, by: row.by, fromUs: 5 }] }).stations;
    expect([later.refuses(0, 0), later.failure(0, 'after-work', 0)]).toEqual([undefined, undefined]);
    const never = station({ fails: [{ ...fails, by: row.by, share: 0 }] }).stations;
    expect([never.refuses(0, 0), never.failure(0, 'after-work', 0)]).toEqual([undefined, undefined]);
  });

  test('whose door is shut is not asked: nobody listens, or the application takes none', () => {
    const { stations } = station();
    expect(stations.refuses(0, 0)).toBeUndefined();
    stations.setDoor(0, doorState.closed);
    expect(stations.refuses(0, 0)).toBe('unreachable');
    stations.setDoor(0, doorState.refusing);
    expect(stations.refuses(0, 0)).toBe('refuse');
  });
});
