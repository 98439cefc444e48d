import { expect, test } from 'vitest';
import { parseLine } from '../../../src/accesslog/parse-line.ts';
import type { RecordedRequest } from '../../../src/accesslog/recorded-request.ts';
import {
  anyService,
  clusterChooser,
  lineChoice,
  pageChoice,
  type Choice,
  type ChoiceRules,
} from '../../../src/experiment/check/choice.ts';
import { compiled } from '../../support/regex.ts';

const rules = (changes: Partial<ChoiceRules> = {}): ChoiceRules => ({
  host: undefined,
  pattern: undefined,
  shows: [],
  backends: new Map(),
  byStars: false,
  keys: [],
  ...changes,
});
const reviews = 'reviews.default.svc.cluster.local';

function choose(line: string, own: ChoiceRules): Choice {
  return lineChoice(line, parseLine(line, 1) as RecordedRequest, own, clusterChooser(own));
}
const line = (cluster: string, authority = 'reviews:9080', prefix = ''): string =>
  `${prefix}{"start_time":"2026-03-01T12:00:00Z","authority":"${authority}","upstream_cluster":"${cluster}"}`;

const leftOut = (words: string) => ({ leftOut: expect.stringContaining(words) as string });

test.each([
  {
    cluster: `outbound|9080|v1|${reviews}`,
    own: {},
    wanted: { service: reviews, key: 'v1', isSubset: true },
    because: 'its subset',
  },
  {
    cluster: `outbound|9080|v1|${reviews}`,
    own: { host: 'reviews' },
    wanted: { service: reviews, key: 'v1', isSubset: true },
    because: 'a short name',
  },
  {
    cluster: `outbound|9080|v1|${reviews}`,
    own: { host: 'reviews.default' },
    wanted: { service: reviews, key: 'v1', isSubset: true },
    because: 'with its namespace',
  },
  {
    cluster: `outbound|9080|v1|${reviews}`,
    own: { host: reviews },
    wanted: { service: reviews, key: 'v1', isSubset: true },
    because: 'a full name',
  },
  {
    cluster: `outbound|9080|v1|${reviews}`,
    own: { host: 'review' },
    wanted: leftOut('other services'),
    because: 'a part of a name is another name',
  },
  {
    cluster: `outbound|9080|v1|ratings.default.svc.cluster.local`,
    own: { host: 'reviews' },
    wanted: leftOut('other services'),
    because: 'another host',
  },
  {
    cluster: `outbound|9080||${reviews}`,
    own: {},
    wanted: { ...leftOut('without a subset'), past: reviews },
    because: 'no rule chose',
  },
  { cluster: 'inbound|9080||', own: {}, wanted: leftOut('inbound'), because: 'an arrival is no choice' },
  {
    cluster: 'PassthroughCluster',
    own: {},
    wanted: { ...leftOut('passed on to an address'), past: 'reviews' },
    because: 'no cluster of a service',
  },
  {
    cluster: 'PassthroughCluster',
    own: { host: 'reviews' },
    wanted: { ...leftOut('passed on to an address'), past: 'reviews' },
    because: 'whom it was for is told by its authority',
  },
  { cluster: '-', own: {}, wanted: leftOut('without an upstream cluster'), because: 'unknown' },
  {
    cluster: 'outbound|9080||reviews-v1.default.svc.cluster.local',
    own: { host: 'reviews', backends: new Map([['reviews-v1', { service: 'reviews', key: 'reviews-v1' }]]) },
    wanted: { service: 'reviews', key: 'reviews-v1' },
    because: 'a backend of an HTTPRoute is a version',
  },
])('$cluster with $own: $because', ({ cluster, own, wanted }) => {
  expect(choose(line(cluster), rules(own))).toEqual(wanted);
});

test('a mirrored copy is left out', () => {
  expect(choose(line(`outbound|9080|v1|${reviews}`, 'reviews-shadow:9080'), rules())).toEqual(
    leftOut('mirrored'),
  );
});

test('a pattern reads the whole line, prefix and all, and so inbound lines, too', () => {
  const own = rules({ host: 'reviews', pattern: compiled(String.raw`reviews-(v\d)-`) });
  const arrived = line('inbound|9080||', 'reviews:9080', '[pod/reviews-v3-84779c7bbc-abcde/istio-proxy] ');
  expect(choose(arrived, own)).toEqual({ service: anyService, key: 'v3' });
  expect(choose(line('inbound|9080||'), own)).toEqual(leftOut('pattern was not found'));
  expect(choose(line('outbound|9080|v1|ratings.default.svc.cluster.local'), own)).toEqual(
    leftOut('other services'),
  );
  expect(choose(arrived, rules({ pattern: compiled(String.raw`v\d`) }))).toEqual({
    service: anyService,
    key: 'v3',
  });
});

const redPage =
  '<h4>Book Reviews</h4><font color="red"><span class="glyphicon glyphicon-star"></span></font>';

test.each([
  { body: redPage, own: {}, wanted: { service: '', key: 'v3' }, because: 'red stars are v3' },
  { body: redPage, own: { byStars: true }, wanted: { service: '', key: 'red' }, because: 'weights of stars' },
  {
    body: redPage,
    own: {
      shows: [
        { key: 'canary', pattern: compiled('color="red"') },
        { key: 'stable', pattern: compiled('Reviews') },
      ],
    },
    wanted: { service: '', key: 'canary' },
    because: 'the first pattern that is shown',
  },
  {
    body: 'x',
    own: { shows: [{ key: 'canary', pattern: compiled('y') }] },
    wanted: leftOut('pattern'),
    because: 'nothing is shown',
  },
  {
    body: 'by v7',
    own: { pattern: compiled(String.raw`by (v\d)`) },
    wanted: { service: '', key: 'v7' },
    because: 'a pattern finds it',
  },
  { body: '<p>Login</p>', own: {}, wanted: leftOut('no product page'), because: 'another page' },
  {
    body: 'Error fetching product reviews!',
    own: {},
    wanted: leftOut('an error'),
    because: 'reviews failed',
  },
  {
    body: 'Book Reviews: Ratings service is currently unavailable',
    own: {},
    wanted: leftOut('does not tell'),
    because: 'v2 and v3 without ratings look like v1',
  },
])('a page: $because', ({ body, own, wanted }) => {
  expect(pageChoice(body, rules(own))).toEqual(wanted);
});

test('each other service is told of once, however many requests it had', () => {
  const heard: string[] = [];
  const own = clusterChooser(rules({ host: reviews }), (host) => heard.push(host));
  const ratings = 'outbound|9080|v1|ratings.default.svc.cluster.local';
  for (let request = 0; request < 3; request += 1) own(ratings);
  expect(own(`outbound|9080|v1|${reviews}`)).toMatchObject({ key: 'v1' });
  expect(heard).toEqual(['ratings.default.svc.cluster.local']);
});
