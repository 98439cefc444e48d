import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import type { YourPage } from '../../../src/experiment/session/desk.ts';
import type { Language } from '../../../src/workshop/language/language.ts';
import { DrawnPage } from '../../../src/workshop/view/drawn-page.tsx';
import { aDesk, aPage, wordsOf } from './a-desk.ts';

const drawn = (yours: readonly YourPage[], language: Language = 'en', own = aDesk()): string =>
  renderToString(<DrawnPage desk={{ ...own, yours }} language={language} onRefresh={() => undefined} />);

// samples/bookinfo/src/productpage of Istio's sources: productpage.py (getProductReviews, getProductDetails) and productpage.html.
test.each([
  {
    page: aPage(1, ''),
    says: 'Error fetching product reviews! Sorry, product reviews are currently unavailable for this book.',
  },
  {
    page: aPage(1, 'v1', { missing: ['details'] }),
    says: 'Error fetching product details! Sorry, product details are currently unavailable for this book.',
  },
  { page: aPage(1, 'v3', { missing: ['ratings'] }), says: 'Ratings service is currently unavailable' },
])('a page that lacks $page.missing says so as Bookinfo does, in every language', ({ page, says }) => {
  expect(wordsOf(drawn([page]))).toContain(says);
  expect(wordsOf(drawn([page], 'zh'))).toContain(says);
});

test('v1 shows no stars, v2 black and v3 red ones: five and four', () => {
  expect(drawn([aPage(1, 'v1')])).not.toContain('★');
  for (const [version, colour] of [
    ['v2', 'black'],
    ['v3', 'red'],
  ] as const) {
    const html = drawn([aPage(1, version)]);
    expect(html).toContain(`aria-label="5 of 5 ${colour} stars"`);
    expect(html).toContain(`aria-label="4 of 5 ${colour} stars"`);
    expect(wordsOf(html)).toContain('★★★★★');
    expect(wordsOf(html)).toContain('★★★★☆');
    expect(wordsOf(html)).toContain(`Reviews served by: reviews-${version}-abc`);
  }
});

test('while a page is on its way, the last one stays', () => {
  const html = drawn([aPage(1, 'v3'), aPage(2, '', { tookUs: undefined, status: 0 })]);
  expect(html).toContain('aria-busy="true"');
  expect(wordsOf(html)).toContain('page 1: red stars, reviews v3; 1 of 1 page v3');
});

test('a page that failed as a whole shows its status; one that nobody asked for shows nothing', () => {
  const failed = aPage(1, '', { status: 503, missing: [] });
  expect(wordsOf(drawn([failed]))).toContain('HTTP ERROR 503 The gateway found nobody who could answer.');
  expect(wordsOf(drawn([failed], 'zh'))).toContain('没有页面：状态码 503');
  expect(wordsOf(drawn([]))).toContain('No page yet.');
});

test('a page by an older rule says so', () => {
  expect(wordsOf(drawn([aPage(1, 'v1', { isStale: true })]))).toContain('Chosen by an older rule');
});

test('whoever asks for something else than Bookinfo sees which version answered, not a book', () => {
  const own = aDesk({
    focus: 'checkout',
    versions: [
      { key: 'blue', mark: null },
      { key: 'green', mark: null },
    ],
  });
  const words = wordsOf(drawn([aPage(1, 'green', { pod: 'checkout-green-1' })], 'en', own));
  expect(words).toContain('Answer of checkout green pod checkout-green-1');
  expect(words).not.toContain('The Comedy of Errors');
});
