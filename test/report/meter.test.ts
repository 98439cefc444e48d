import { expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { meterTables, metersDiffer } from '../../src/report/table/meter.ts';
import { plain } from '../../src/report/paint.ts';
import { renderText } from '../../src/report/text.ts';
import { shipped } from '../support/scenario.ts';

async function last(name: string) {
  const { record } = runOnce(await shipped(name));
  const split = record.splits.find((own) => own.service === record.focus)!;
  expect(metersDiffer(split)).toBe(true);
  return { record, rows: meterTables(split).at(-1)!.table.rows };
}

test('mirrored copies stand at the pods and nowhere else, also of a version that no caller’s request goes to', async () => {
  const { rows } = await last('mirroring');
  // 110 calls to v1; the last 50 of them are copied to v2, a third of what the pods answer.
  expect(rows).toEqual([
    ['v1', '110 (100 %)', '0 %', '110 (68.8 %)', '0 %', '110 (100 %)', '0'],
    ['v2', '0 (0 %)', '–', '50 (31.3 %)', '0 %', '0 (0 %)', '50'],
  ]);
});

test('requests that the proxy gave up are errors at the caller, answers at the pods, and pages with an error in its place', async () => {
  const { record, rows } = await last('request-timeouts');
  // 17 pages ask twice in vain: 34 of 57 requests.
  expect(rows).toEqual([
    ['v2 (black stars)', '57 (100 %)', '60 %', '57 (100 %)', '0 %', '23 (57 %)', '0'],
    ['an error in its place', '', '', '', '', '17 (43 %)', ''],
  ]);
  const text = renderText(record, { width: 100, paint: plain });
  expect(text).toContain('Three meters of reviews');
  expect(text).not.toMatch(/^ *: /m);
});

test('a service with one version and no rule has its meters, too: overflow is the caller’s error, not the pod’s', async () => {
  const { rows } = await last('circuit-breaking');
  const [version, , callerErrors, , podErrors] = rows[0]!;
  expect([version, podErrors]).toEqual(['v1', '0 %']);
  expect(callerErrors).not.toBe('0 %');
});
