import { expect, test } from 'vitest';
import { pageLook, versionOf, type PageLook } from '../../src/accesslog/stars.ts';

// Pages in the shape of the two templates: a `<font>` with glyphicons; a coloured <div> with drawn stars.
const older = (reviews: string, pod = ''): string => `
  <i class="glyphicon glyphicon-user" aria-hidden="true"></i>
  <h4 class="text-center text-primary">Book Reviews</h4>
  <blockquote><p>Fun.</p><small>Reviewer1</small>
${reviews}
  </blockquote>${pod === '' ? '' : `<dl><dt>Reviews served by:</dt>\n        <u>${pod}</u>\n</dl>`}`;
const olderStars = (colour: string): string => `<font color="${colour}">
          <!-- full stars: -->

          <span class="glyphicon glyphicon-star"></span>
          <!-- empty stars: -->
          <span class="glyphicon glyphicon-star-empty"></span>
        </font>`;
const newer = (reviews: string, pod = 'reviews-v9-84779c7bbc-abcde'): string => `
  <p class="text-2xl text-red-500">Error fetching product details</p>
  <svg class="h-6 w-6" fill="none"></svg>
  <div class="text-sm text-gray-500">200 pages</div>
  <h4 class="text-3xl font-semibold">Book Reviews</h4>
  <section>${reviews}<blockquote><p>"Fun."</p></blockquote>
    <div class="mt-0.5 text-gray-600 font-mono">Reviews served by:
                  ${pod}
    </div></section>`;
const newerStars = (colour: string): string => `<div class="flex gap-x-1 text-${colour}-500">

              <svg class="h-5 w-5 flex-none" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true"></svg>`;

test.each<{ name: string; body: string; look: PageLook | undefined; version: string | undefined }>([
  { name: 'older, v1', body: older(''), look: { stars: 'none' }, version: 'v1' },
  { name: 'older, v2', body: older(olderStars('black')), look: { stars: 'black' }, version: 'v2' },
  { name: 'older, v3', body: older(olderStars('red')), look: { stars: 'red' }, version: 'v3' },
  {
    name: 'older with its pod',
    body: older(olderStars('red'), 'reviews-v3-84779c7bbc-abcde'),
    look: { stars: 'red', pod: 'reviews-v3-84779c7bbc-abcde' },
    version: 'v3',
  },
  {
    name: 'newer, v1, with the red of an error of the details',
    body: newer('', 'reviews-v1-84779c7bbc-abcde'),
    look: { stars: 'none', pod: 'reviews-v1-84779c7bbc-abcde' },
    version: 'v1',
  },
  {
    name: 'newer, v2',
    body: newer(newerStars('black'), 'unknown'),
    look: { stars: 'black', pod: 'unknown' },
    version: 'v2',
  },
  {
    name: 'newer, v3',
    body: newer(newerStars('red'), 'reviews-v3-84779c7bbc-abcde'),
    look: { stars: 'red', pod: 'reviews-v3-84779c7bbc-abcde' },
    version: 'v3',
  },
  {
    name: 'newer, v2 without its ratings: the pod tells',
    body: newer(
      '<p class="text-red-500">Ratings service is currently unavailable</p>',
      'reviews-v2-84779c7bbc-abcde',
    ),
    look: { stars: 'none', pod: 'reviews-v2-84779c7bbc-abcde', ratingsFailed: true },
    version: 'v2',
  },
  {
    name: 'older without ratings: nothing tells',
    body: older('<p><i>Ratings service is currently unavailable</i></p>'),
    look: { stars: 'none', ratingsFailed: true },
    version: undefined,
  },
  {
    name: 'older, reviews failed',
    body: '<h4 class="text-center text-primary">Error fetching product reviews!</h4>',
    look: { stars: 'error' },
    version: undefined,
  },
  {
    name: 'newer, reviews failed',
    body: '<p class="text-2xl text-red-500">Error fetching product reviews</p>',
    look: { stars: 'error' },
    version: undefined,
  },
  { name: 'another page', body: '<html><body>Login</body></html>', look: undefined, version: undefined },
])('$name', ({ body, look, version }) => {
  expect(pageLook(body)).toEqual(look);
  if (look !== undefined) expect(versionOf(look)).toBe(version);
});
