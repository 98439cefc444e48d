import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { runOnce } from '../../src/experiment/run-once.ts';
import { tracePage } from '../../src/experiment/trace/trace-page.ts';
import { pageTrace } from '../../src/record/page-trace.ts';
import { readRecord } from '../../src/record/read-record.ts';
import { runRecord } from '../../src/record/record.ts';
import { toJson } from '../../src/record/to-json.ts';
import { shipped } from '../support/scenario.ts';

/** What others have: the published JSON Schema, read by a validator that knows nothing of ours. */
const published = (schema: z.ZodType): z.ZodType =>
  z.fromJSONSchema(
    z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as Parameters<typeof z.fromJSONSchema>[0],
  );
const schema = published(runRecord);

test.each(readdirSync('scenarios'))(
  'the record of %s keeps to the published schema, and comes back from a file as it was',
  async (name) => {
    const stored = toJson(runOnce(await shipped(name)).record);
    const data: unknown = JSON.parse(stored);
    expect(schema.safeParse(data).error?.issues.slice(0, 5) ?? []).toEqual([]);
    const { value, problems } = readRecord(stored, 'summary.json');
    expect(problems).toEqual([]);
    expect(toJson(value)).toBe(stored);
  },
);

test('the schema refuses a record with a field too many or too few', async () => {
  const { record } = runOnce(await shipped('fifteen-refreshes'));
  expect(schema.safeParse({ ...record, extra: 1 }).success).toBe(false);
  expect(schema.safeParse({ ...record, verdict: undefined }).success).toBe(false);
});

test('the published schema says what fields mean', () => {
  const text = JSON.stringify(z.toJSONSchema(runRecord, { target: 'draft-7', io: 'input' }));
  expect(text).toContain('"Wilson, 95 %; null without requests."');
  expect(text.match(/"description"/g)!.length).toBeGreaterThan(60);
});

test('a traced page keeps to its published schema, hops within hops', async () => {
  const trace = tracePage(await shipped('fifteen-refreshes'), { kind: 'number', page: 3 })!;
  const data: unknown = JSON.parse(toJson(trace));
  expect(published(pageTrace).safeParse(data).error?.issues.slice(0, 5) ?? []).toEqual([]);
  expect(pageTrace.parse(data)).toEqual(data);
  expect(trace.root.calls.length).toBeGreaterThan(0);
});
