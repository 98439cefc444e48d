import { expect, test } from 'vitest';
import { matchText } from '../../../src/experiment/routes/route-text.ts';

test('a route says by which header and which parameter of the query it is chosen', () => {
  expect(
    matchText({
      prefix: '/',
      headers: [{ name: 'end-user', string_match: { exact: 'jason' } }],
      query_parameters: [{ name: 'beta', string_match: { exact: 'yes' } }, { name: 'debug' }],
    }),
  ).toBe('end-user=jason ?beta=yes ?debug');
});
