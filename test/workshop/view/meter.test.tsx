import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import type { Desk } from '../../../src/experiment/session/desk.ts';
import { Meter } from '../../../src/workshop/view/meter.tsx';
import { aDesk, wordsOf } from './a-desk.ts';

const split = (own: Partial<Desk['split']>): Desk => {
  const desk = aDesk();
  return { ...desk, split: { ...desk.split, ...own } };
};
const meter = (desk: Desk, version = 'v3', isWatched = false): string =>
  renderToString(
    <Meter desk={desk} language="en" version={version} onVersion={() => undefined} isWatched={isWatched} />,
  );

test('what was observed has its number and its interval', () => {
  // Wilson's at 95 % for 40 of 100: (40 + 1.9208 ± 1.96 sqrt(24 + 0.9604)) / 103.8416, which is 30.9 to 49.8 %.
  const words = wordsOf(meter(split({ observed: [60, 0, 40] })));
  expect(words).toContain('40 of 100 requests since the start; 95 % interval 30.9 % – 49.8 %');
  expect(words).toContain('observed 40.0 %');
});

test('a gap that chance brings in less than one of a thousand looks is more than chance', () => {
  // 30 of 100 at one half: 7.9e-5 on both sides.
  const words = wordsOf(meter(split({ observed: [70, 0, 30] })));
  expect(words).toContain('more than chance −20 points outside the interval: look for a fault');
});

test('a gap just outside the interval is what chance alone shows now and then, and no fault', () => {
  // 40 of 100 at one half: 5.7 % on both sides. Four of four: 12.5 %.
  for (const observed of [[60, 0, 40] as const, [0, 0, 4] as const])
    expect(wordsOf(meter(split({ observed })))).toContain('where chance alone comes now and then: watch on');
});

test('a gap within the interval is chance', () => {
  expect(wordsOf(meter(split({ observed: [55, 0, 45] })))).toContain(
    'chance −5 points as far as the interval reaches',
  );
});

test('whoever watches all along is given a wider interval, which holds at every moment', () => {
  const words = wordsOf(meter(split({ observed: [60, 0, 40] }), 'v3', true));
  expect(words).toContain('95 % interval for watchers');
  expect(words).toContain('chance −10 points');
});

test('while the rule travels, what older rules drew is no fault, and the gap is named for its way', () => {
  const words = wordsOf(
    meter(split({ callers: 24, callersCurrent: 5, effective: [0.9, 0, 0.1], observed: [100, 0, 0] })),
  );
  expect(words).toContain('propagation −40 points 5 of 24 calling proxies hold the rule');
  expect(words).toContain('propagation −10 points older rules drew some of these requests: wait');
  expect(words).not.toContain('fault');
});

test('the table of all versions says the same numbers', () => {
  const words = wordsOf(meter(split({ observed: [60, 0, 40] }), ''));
  expect(words).toContain('v1 50 % 50 % 60.0 % 50.2 % – 69.1 %');
  expect(words).toContain('v3 50 % 50 % 40.0 % 30.9 % – 49.8 %');
  expect(words).toContain('n = 100');
});

test('without a rule nothing is configured, and pods decide', () => {
  const words = wordsOf(meter(split({ configured: undefined, effective: undefined, observed: [0, 0, 0] })));
  expect(words).toContain('configured no rule');
  expect(words).toContain('pods decide');
  expect(words).toContain('observed none yet');
});

test('requests that came to no version are told', () => {
  expect(wordsOf(meter(split({ nowhere: 14 })))).toContain('14 requests came to no version.');
});
