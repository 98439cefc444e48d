import { describe, expect, test } from 'vitest';
import {
  answerHeaders,
  evaluateHeaders,
  sentHeaders,
  setCookies,
  type HeaderLine,
} from '../../../src/mesh/envoy/header-operations.ts';
import type { HeaderOperations, HeaderValueOption, Route } from '../../../src/mesh/envoy/route.ts';

const add = (key: string, value: string): HeaderValueOption => ({ header: { key, value } });
const set = (key: string, value: string): HeaderValueOption => ({
  header: { key, value },
  append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
});

const routeWith = (own: HeaderOperations, ...clusters: HeaderOperations[]): Route => ({
  name: '',
  match: { prefix: '/' },
  route: {
    timeout: '0s',
    ...(clusters.length === 0
      ? { cluster: 'a' }
      : { weighted_clusters: { clusters: clusters.map((one) => ({ name: 'a', weight: 1, ...one })) } }),
  },
  metadata: { owner: null, rule: '' },
  ...own,
});

/** source/common/router/header_parser.cc, HeaderParser::evaluateHeaders; test names of test/common/router/header_formatter_test.cc. */
describe('headers', () => {
  const a: HeaderLine = ['x-a', '1'];
  test.each<{
    because: string;
    add?: HeaderValueOption[];
    remove?: string[];
    becomes: readonly HeaderLine[];
  }>([
    { because: 'without operations they stay', becomes: [a] },
    {
      because: 'an added one comes beside that of the same name',
      add: [add('X-A', '2')],
      becomes: [a, ['x-a', '2']],
    },
    { because: 'one that is set comes in its place', add: [set('x-a', '2')], becomes: [['x-a', '2']] },
    { because: 'or is new', add: [set('x-b', '2')], becomes: [a, ['x-b', '2']] },
    { because: 'names have no case where they are removed', remove: ['X-A'], becomes: [] },
    {
      because: 'what is removed goes before anything is added',
      add: [add('x-a', '2')],
      remove: ['x-a'],
      becomes: [['x-a', '2']],
    },
    {
      because: 'all that is set comes before all that is added, wherever it stands in the list',
      add: [add('x-a', '2'), set('x-a', '3')],
      becomes: [
        ['x-a', '3'],
        ['x-a', '2'],
      ],
    },
    {
      because: 'an empty value adds nothing, and replaces nothing',
      add: [set('x-a', ''), add('x-b', '')],
      becomes: [a],
    },
    { because: 'a doubled % is one', add: [add('x-b', '100%%')], becomes: [a, ['x-b', '100%']] },
  ])('$because', ({ add, remove, becomes }) => {
    expect(evaluateHeaders([a], add, remove)).toEqual(becomes);
  });
});

/** config_impl.cc: WeightedClusterEntry::finalizeRequestHeaders goes before RouteEntryImplBase::finalizeRequestHeaders. */
describe('of a route and its weighted clusters', () => {
  test('the cluster’s operations go first, so that the route has the last word', () => {
    const route = routeWith(
      { request_headers_to_add: [set('x-tier', 'route')], request_headers_to_remove: ['x-canary'] },
      { request_headers_to_add: [set('x-tier', 'cluster'), add('x-canary', 'yes')] },
      {},
    );
    expect(sentHeaders(route, 0, { 'x-own': '1' })).toEqual({ 'x-own': '1', 'x-tier': 'route' });
  });

  test('a route that removes the cookie takes away the one of its destination; one that sets another replaces it', () => {
    const canary = { response_headers_to_add: [add('Set-Cookie', 'canary=v3')] };
    expect(setCookies(routeWith({ response_headers_to_remove: ['set-cookie'] }, {}, canary))).toEqual([]);
    expect(
      setCookies(routeWith({ response_headers_to_add: [set('set-cookie', 'all=1')] }, {}, canary)),
    ).toEqual([['all=1'], ['all=1']]);
  });

  test('each destination has its own cookies, and those of its route beside them', () => {
    const route = routeWith(
      { response_headers_to_add: [add('Set-Cookie', 'seen=1')] },
      { response_headers_to_add: [add('Set-Cookie', 'a=1')] },
      {},
    );
    expect(setCookies(route)).toEqual([['a=1', 'seen=1'], ['seen=1']]);
  });

  /** header_map_impl.cc, delimiterByHeader. */
  test('several lines of one name are one value to whoever looks: with commas, those of Cookie with semicolons', () => {
    const route = routeWith({ request_headers_to_add: [add('cookie', 'b=2'), add('x-a', '2')] });
    expect(sentHeaders(route, 0, { cookie: 'a=1', 'x-a': '1' })).toEqual({
      cookie: 'a=1; b=2',
      'x-a': '1,2',
    });
  });

  test('an answer carries what a redirect’s route adds, too', () => {
    const { route: _action, ...redirect } = routeWith({ response_headers_to_add: [add('x-a', '1')] });
    expect(answerHeaders({ ...redirect, redirect: { response_code: 302 } }, 0)).toEqual([['x-a', '1']]);
  });
});
