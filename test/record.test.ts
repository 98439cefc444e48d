import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { runOnce } from '../src/experiment/run-once.ts';
import { recordSchemaJson } from '../src/record/schema.ts';
import { shipped } from './support/scenario.ts';

const schema = z.fromJSONSchema(recordSchemaJson as Parameters<typeof z.fromJSONSchema>[0]);

test.each(readdirSync('scenarios'))(
  'the record of %s keeps to the published schema, there and back',
  async (name) => {
    const record: unknown = JSON.parse(JSON.stringify(runOnce(await shipped(name)).record));
    const checked = schema.safeParse(record);
    expect(checked.error?.issues.slice(0, 5) ?? []).toEqual([]);
  },
);

test('the schema refuses a record with a field too many or too few', async () => {
  const { record } = runOnce(await shipped('fifteen-refreshes'));
  expect(schema.safeParse({ ...record, extra: 1 }).success).toBe(false);
  expect(schema.safeParse({ ...record, verdict: undefined }).success).toBe(false);
});
