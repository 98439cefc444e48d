import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import type { CurvePoint, Desk } from '../../../src/experiment/session/desk.ts';
import { Curve } from '../../../src/workshop/view/curve.tsx';
import { horizonUs, spanLength, spansOf } from '../../../src/workshop/view/curve-spans.ts';
import { aDesk, wordsOf } from './a-desk.ts';

/** A point each second, counted from the start: of 10 requests a second, v3 gets none, then from 3 s on 4. */
const points: CurvePoint[] = Array.from({ length: 7 }, (_, second) => ({
  atUs: second * 1_000_000,
  configured: second < 3 ? [1, 0, 0] : [0.5, 0, 0.5],
  effective: second < 4 ? [1, 0, 0] : [0.5, 0, 0.5],
  observed: [10 * second - 4 * Math.max(0, second - 3), 0, 4 * Math.max(0, second - 3)],
}));
const desk = (): Desk => {
  const own = aDesk({
    nowUs: 6_000_000,
    deeds: [{ atUs: 3_000_000, what: 'apply', about: 'reviews: 50 v1, 50 v3', answers: [] }],
  });
  return { ...own, split: { ...own.split, curve: points } };
};

test('requests of a span are what came since the span before', () => {
  expect(spansOf(points, 2, 2_000_000).map(({ k, n }) => [k, n])).toEqual([
    [0, 20],
    [4, 20],
    [8, 20],
  ]);
});

test('a span is so long that it has a dozen requests, where there are so many', () => {
  expect(spanLength(points, 20_000_000)).toBe(2_000_000);
  const few = points.map((point) => ({ ...point, observed: point.observed.map((count) => count / 10) }));
  expect(spanLength(few, 20_000_000)).toBe(5_000_000);
});

test('the axis reaches past all that was done, in round parts, and never past the end', () => {
  expect(horizonUs(aDesk({ nowUs: 0 }))).toBe(20_000_000);
  expect(horizonUs(aDesk({ nowUs: 72_000_000 }))).toBe(120_000_000);
  expect(horizonUs(aDesk({ nowUs: 290_000_000 }))).toBe(300_000_000);
  const deeds = [{ atUs: 100_000_000, what: 'apply' as const, about: '', answers: [] }];
  expect(horizonUs(aDesk({ nowUs: 0, deeds }))).toBe(120_000_000);
});

test('the table says what the curve shows', () => {
  const words = wordsOf(renderToString(<Curve desk={desk()} language="en" version="v3" />));
  expect(words).toContain('configured effective observed each 2 s, with its 95 % interval');
  // Wilson's at 95 % for 8 of 20 is 21.9 to 61.3 %.
  expect(words).toContain('00:04.0 – 00:06.0 50 % 50 % 40 % (8 of 20) 22 % – 61 %');
});

test('configured steps at once, effective when the proxies have it', () => {
  const html = renderToString(<Curve desk={desk()} language="en" version="v3" />);
  // A thousand are 20 s; at 3 s, and at 4 s.
  expect(html).toMatch(/class="curve-configured" d="M0,100\.00[^"]*H150V50\.00/);
  expect(html).toMatch(/class="curve-effective" d="M0,100\.00[^"]*H200V50\.00/);
  expect(html).toMatch(/class="curve-apply" x1="150"/);
});
