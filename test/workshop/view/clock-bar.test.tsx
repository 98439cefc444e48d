import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import type { Deed, Desk } from '../../../src/experiment/session/desk.ts';
import { ClockBar } from '../../../src/workshop/view/clock-bar.tsx';
import { aDesk, wordsOf } from './a-desk.ts';

const nothing = (): void => undefined;
const bar = (desk: Desk, speed = 0): string =>
  renderToString(
    <ClockBar
      desk={desk}
      clock={{ speed, isLimited: false }}
      language="en"
      speed={1}
      onSpeed={nothing}
      onPlay={nothing}
      onPause={nothing}
      onStep={nothing}
      onHeld={nothing}
      onMoment={nothing}
      onRefresh={nothing}
    />,
  );
const deed = (atUs: number, what: Deed['what'], about: string): Deed => ({ atUs, what, about, answers: [] });

test('the slider says its time in words, and the button what it would do', () => {
  expect(bar(aDesk({ nowUs: 72_460_000 }))).toContain('aria-valuetext="01:12.4 of 05:00.0"');
  expect(wordsOf(bar(aDesk()))).toContain('Play');
  expect(wordsOf(bar(aDesk(), 1))).toContain('Pause');
});

test('what is to come again after going back is told as yours', () => {
  const deeds = [
    deed(10_000_000, 'apply', 'reviews: 90 v1, 10 v3'),
    deed(40_000_000, 'apply', 'reviews: 50 v1, 50 v3'),
    deed(50_000_000, 'refresh', '1'),
  ];
  const html = bar(aDesk({ nowUs: 30_000_000, deeds }));
  expect(wordsOf(html)).toContain(
    'Your future: 2 deeds are still to come, first apply reviews: 50 v1, 50 v3 at 00:40.0. Do something now, and they are gone.',
  );
  expect(html.match(/is-coming/g)).toHaveLength(2);
  expect(wordsOf(bar(aDesk({ nowUs: 60_000_000, deeds })))).not.toContain('Your future');
});

test('at the end of the scenario nothing goes on, and it says why', () => {
  const html = bar(aDesk({ nowUs: 300_000_000 }));
  expect(wordsOf(html)).toContain('The scenario ends here.');
  expect(html).toMatch(/clock-step"[^>]*aria-disabled="true"/);
});

test('whoever waits for every proxy may do so as long as one has an older rule', () => {
  const held = aDesk();
  const all = { ...held, proxies: held.proxies.map((own) => ({ ...own, isCurrent: true })) };
  expect(bar(held)).toMatch(/clock-held"[^>]*aria-disabled="false"/);
  expect(bar(all)).toMatch(/clock-held"[^>]*aria-disabled="true"/);
});
