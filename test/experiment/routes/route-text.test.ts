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

test('and how: by its beginning, by an expression, by its absence, in any case, or by a claim of a token', () => {
  const claim = { string_match: { exact: 'beta' } };
  expect(
    matchText({
      path: '/cart',
      case_sensitive: false,
      headers: [
        { name: 'x-tenant', string_match: { prefix: 'a' } },
        { name: 'user-agent', string_match: { safe_regex: { regex: 'curl/.*' } } },
        { name: 'x-debug', present_match: true, invert_match: true },
      ],
      dynamic_metadata: [
        {
          filter: 'envoy.filters.http.jwt_authn',
          path: [{ key: 'payload' }, { key: 'groups' }],
          value: { or_match: { value_matchers: [{ list_match: { one_of: claim } }, claim] } },
        },
      ],
    }),
  ).toBe('= /cart (any case) x-tenant=a* user-agent=/curl/.*/ not x-debug claim groups=beta');
});
