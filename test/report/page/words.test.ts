import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { words } from '../../../src/report/page/words.tsx';

const htmlOf = (text: string): string => renderToString(h('p', null, words(text)));

test('the name of a pod stays on one line, and nothing else with a hyphen does', () => {
  expect(htmlOf('One pod, store-v2-6b5dvsg9p-546zt, was full; store-v2 was not.')).toBe(
    '<p>One pod, <span class="short">store-v2-6b5dvsg9p-546zt</span>, was full; store-v2 was not.</p>',
  );
  expect(htmlOf('virtual-service-reviews-v3.yaml')).toBe('<p>virtual-service-reviews-v3.yaml</p>');
  // A name of 47 letters is wider than a phone.
  const long = `${'store-'.repeat(5)}v2-6b5dvsg9p-546zt`;
  expect(htmlOf(long)).toBe(`<p>${long}</p>`);
});
