import { expect, test } from 'vitest';
import { Readings, type WholeReading } from '../../src/experiment/readings.ts';

/** Two thousand of them are more than are kept as they come. */
const many = 2000;

const fields = ['wanted', 'pods', 'ready', 'readyUs', 'appUs', 'sidecarUs', 'arrived', 'answered'] as const;
const others = ['turnedAway', 'abandoned', 'sojournUs', 'presentUs', 'waiting'] as const;
const lastAlone = ['podUs', 'lost', 'serviceUs', 'workingUs', 'presentAgeUs', 'workingAgeUs'] as const;
const told = ['atUs', ...fields, ...others] as const;

const reading = (row: number): WholeReading =>
  Object.fromEntries(
    // 0, 1 and a half: what is constant, whole and neither.
    [...told, ...lastAlone].map((what, place) => [
      what,
      what === 'appUs' ? row + 0.5 : Math.floor(row / (place + 1)) * 1000 ** (place % 3),
    ]),
  ) as unknown as WholeReading;

const toldOf = (row: number): object => Object.fromEntries(told.map((what) => [what, reading(row)[what]]));

const readings = (count: number): Readings => {
  const own = new Readings(reading(0));
  for (let row = 1; row < count; row++) own.add(reading(row));
  return own;
};

test('each reading says what was added, the first and the last one all of it', () => {
  const own = readings(many);
  for (let row = 0; row < many; row++) expect(own.at(row)).toEqual(toldOf(row));
  expect([own.first, own.last, own.length]).toEqual([reading(0), reading(many - 1), many]);
});

test('the reading of a moment is the last one until then', () => {
  const own = readings(3);
  // They are at 0, 1 and 2 us.
  expect([-1, 0, 1.5, 9].map((us) => own.until(us)?.atUs)).toEqual([undefined, 0, 1, 2]);
});

test.each([3, 512, 513, 1100])('a copy of %i readings and its original go on by themselves', (count) => {
  const original = readings(count);
  const copy = original.copy();
  for (let row = 0; row < many; row++) original.add(reading(row + 7));
  copy.add(reading(count));
  for (let row = 0; row <= count; row++) expect(copy.at(row)).toEqual(toldOf(row));
  expect([copy.length, copy.last]).toEqual([count + 1, reading(count)]);
  expect(original.at(count)).toEqual(toldOf(7));
});
