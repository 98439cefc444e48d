import { expect, test } from 'vitest';
import { RequestColumns } from '../../../src/mesh/request/request-columns.ts';
import { role } from '../../../src/mesh/request/role.ts';

test('rows are handed out once each, however many there are, and again when they are closed', () => {
  const rows = new RequestColumns();
  const opened = Array.from({ length: 1000 }, () => rows.open());
  expect(new Set(opened).size).toBe(1000);
  expect(Math.max(...opened)).toBeLessThan(rows.end);
  expect(rows.inUse).toBe(1000);
  expect(rows.used()).toEqual([...opened].sort((a, b) => a - b));
  for (const row of opened.slice(0, 400)) rows.close(row);
  expect(rows.inUse).toBe(600);
  const again = Array.from({ length: 400 }, () => rows.open());
  expect([...again].sort((a, b) => a - b)).toEqual(opened.slice(0, 400).sort((a, b) => a - b));
});

test('what is opened for a row knows where that belongs, has no caller that waits, and is told apart from its past', () => {
  const rows = new RequestColumns();
  const page = rows.openPage();
  const old = rows.open();
  rows.parent[old] = page;
  const generation = rows.generation[old]!;
  rows.close(old);
  rows.root[page] = page;
  rows.depth[page] = 3;
  rows.service[page] = 4;
  const attempt = rows.openFor(page, 1, 50);
  expect(attempt).toBe(old);
  expect(rows.generation[attempt]).toBe(generation + 1);
  expect([rows.parent[attempt], rows.root[attempt], rows.depth[attempt], rows.service[attempt]]).toEqual([
    -1,
    page,
    3,
    4,
  ]);
  expect(rows.startedUs[attempt]).toBe(50);
  const fresh = rows.openFor(page, 1, 50);
  expect(rows.parent[fresh]).toBe(-1);
});

test('what is opened late for a page that is over may come into its very row, and is no page that somebody waits for', () => {
  const rows = new RequestColumns();
  const page = rows.openPage();
  rows.root[page] = page;
  rows.rootGeneration[page] = rows.generation[page]!;
  const call = rows.openFor(page, role.request, 0);
  expect(rows.countOpenPages(0)).toBe(1);
  rows.close(page);
  const copy = rows.openFor(call, role.copy, 0);
  expect([copy, rows.root[copy]]).toEqual([page, page]);
  expect(rows.countOpenPages(0)).toBe(0);
});

test('rows that go on in the memory of others are the rows that they were, and new ones come after them', () => {
  const [over, rows] = [new RequestColumns(), new RequestColumns()];
  // Many pages, from each of which the part of a service is missing.
  for (let opened = 0; opened < 2000; opened++) {
    const row = over.openPage();
    over.pod[row] = 7;
    over.missing.add(row, 3);
  }
  const page = rows.openPage();
  rows.startedUs[page] = 5;
  rows.missing.add(page, 1);
  const closed = rows.open();
  rows.close(closed);
  rows.moveInto(over);
  expect([rows.startedUs[page], rows.missing.of(page), rows.inUse]).toEqual([5, [1], 1]);
  const opened = Array.from({ length: 1999 }, () => rows.openPage());
  expect(new Set(opened).size).toBe(1999);
  expect(opened).toContain(closed);
  expect(opened).not.toContain(page);
  expect(opened.every((row) => rows.pod[row] === -1 && rows.missing.isNone(row))).toBe(true);
  expect(rows.used()).toEqual([page, ...opened].sort((a, b) => a - b));
});
