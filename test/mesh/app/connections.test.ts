import { expect, test } from 'vitest';
import { Connections } from '../../../src/mesh/app/connections.ts';

test('a client that has opened none has none; one that has, keeps it, wherever it leads', () => {
  const connections = new Connections(Infinity);
  expect([connections.held(0, 0), connections.held(1000, 0)]).toEqual([-1, -1]);
  // Row 0 is a place like any other.
  connections.open(0, 0, 5);
  connections.open(100, 7, 5);
  expect([connections.held(0, 1e9), connections.held(100, 1e9)]).toEqual([0, 7]);
  expect([connections.held(50, 1e9), connections.podOf(100), connections.podOf(5000)]).toEqual([-1, -1, -1]);
});

test('a connection is too old from its greatest age on, however often it is used', () => {
  const connections = new Connections(100);
  connections.open(3, 2, 1000);
  expect([1050, 1099, 1100].map((nowUs) => connections.held(3, nowUs))).toEqual([2, 2, -1]);
  connections.open(3, 4, 1100);
  expect(connections.held(3, 1199)).toBe(4);
});

test('one that has ended is opened anew; ending one that was never there is nothing', () => {
  const connections = new Connections(Infinity);
  connections.open(1, 2, 0);
  connections.close(1);
  connections.close(1000);
  expect(connections.held(1, 1)).toBe(-1);
});

test('what was drawn for a connection is told for its own Service, not for another that its client asks', () => {
  const connections = new Connections(Infinity);
  connections.open(1, 2, 0);
  connections.setPod(1, 4, 7, 3, Infinity);
  expect([connections.keyOf(1, 7), connections.keyOf(1, 8)]).toEqual([3, -1]);
});
