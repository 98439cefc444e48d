import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import type { YourPage } from '../../../src/experiment/session/desk.ts';
import type { Language } from '../../../src/workshop/language/language.ts';
import { Dial } from '../../../src/workshop/view/dial.tsx';
import { aDesk, aDraw, aPage, wordsOf } from './a-desk.ts';

const dial = (yours: readonly YourPage[], language: Language = 'en'): string =>
  renderToString(<Dial desk={aDesk({ yours })} language={language} page={yours.at(-1)} />);

test('the dial says the arithmetic of the draw: the value, its remainder, and whose arc that is', () => {
  const page = aPage(9, 'v3', { draw: aDraw(7057392786489992451n) });
  // 7057392786489992451 ends in 51.
  expect(wordsOf(dial([page]))).toContain(
    'Why page 9 went to v3 0 10 20 30 40 50 60 70 80 90 v1 v3 51 Its 64-bit number: 7057392786489992451 mod 100 = 51 51 lies in [50, 100), which is v3.',
  );
  expect(wordsOf(dial([page], 'zh'))).toContain('模 100 余 51 51 落在 [50, 100)，属于 v3。');
});

test('the needle stands in the middle of its mark, and each arc goes from mark to mark', () => {
  const html = dial([aPage(1, 'v1', { draw: aDraw(25n) })]);
  // 25.5 hundredths of a turn.
  expect(html).toContain('rotate(91.80)');
  // From the top, by the right, to the bottom; and back to the top by the left.
  expect(html).toContain('d="M0,-72A72,72,0,0,1,72,0A72,72,0,0,1,0,72"');
  expect(html).toContain('d="M0,72A72,72,0,0,1,-72,0A72,72,0,0,1,0,-72"');
});

test('a counter is told from chance by its values, which lie three apart', () => {
  const pages = (second: bigint): YourPage[] => [
    aPage(1, 'v1', { draw: aDraw(10182437881887798040n) }),
    aPage(2, 'v1', { draw: aDraw(second) }),
  ];
  expect(wordsOf(dial(pages(10182437881887798043n)))).toContain(
    '3 further than page 1: a counter, no chance.',
  );
  expect(wordsOf(dial(pages(1034641845063971014n)))).toContain('Each page draws afresh');
});

test('where no rule drew, that is what it says', () => {
  expect(wordsOf(dial([aPage(1, 'v1')]))).toContain('No rule drew for this page');
  expect(wordsOf(dial([aPage(1, '', { status: 503 })]))).toContain('No draw decided this page');
  expect(wordsOf(dial([aPage(1, '', { tookUs: undefined })]))).toContain('This page is still on its way.');
});

test('a rule that leaves no choice says so', () => {
  const draw = { ...aDraw(31n), arcs: [{ version: 'v1', from: 0, to: 100 }] };
  expect(wordsOf(dial([aPage(1, 'v1', { draw })]))).toContain('All 100 marks are v1');
});
