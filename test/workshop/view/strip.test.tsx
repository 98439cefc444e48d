import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import type { YourPage } from '../../../src/experiment/session/desk.ts';
import { Strip } from '../../../src/workshop/view/strip.tsx';
import { runsOf, tallyOf } from '../../../src/workshop/view/tally.ts';
import { aDesk, aPage, wordsOf } from './a-desk.ts';

const strip = (yours: readonly YourPage[], target?: number): string =>
  renderToString(<Strip desk={aDesk({ yours })} language="en" onChoose={() => undefined} target={target} />);
const pages = (versions: string): YourPage[] =>
  versions.split(' ').map((digit, place) => aPage(place + 1, `v${digit}`));

test('the tally and the runs are those of the pages that came', () => {
  const seen = [...pages('3 1 3 1 3 3 3 3 1'), aPage(10, '', { tookUs: undefined })];
  expect([...tallyOf(seen).byVersion]).toEqual([
    ['v3', 6],
    ['v1', 3],
  ]);
  expect(runsOf(seen)).toEqual({ now: 1, longest: 4 });
  const words = wordsOf(strip(seen, 15));
  expect(words).toContain('9 of 15');
  expect(words).toContain('v1 no stars 3 v2 black stars 0 v3 red stars 6');
  expect(words).toContain('run now 1, longest 4');
});

test('a run of pages without reviews ends a run of a version', () => {
  expect(runsOf([...pages('3 3'), aPage(3, ''), aPage(4, ''), aPage(5, ''), aPage(6, 'v3')])).toEqual({
    now: 1,
    longest: 3,
  });
});

test('each cell is named for ears, and one of them is the stop of the Tab key', () => {
  const html = strip([
    aPage(1, 'v3', { isStale: true }),
    aPage(2, ''),
    aPage(3, '', { status: 503 }),
    aPage(4, '', { tookUs: undefined }),
  ]);
  expect([...html.matchAll(/aria-label="(page [^"]+)"/g)].map((found) => found[1])).toEqual([
    'page 1: red stars, reviews v3, by an older rule',
    'page 2: error, no reviews',
    'page 3: no page: status 503',
    'page 4: on its way',
  ]);
  expect(html.match(/<button[^>]*tabindex="0"/gi)).toHaveLength(1);
  expect(html.match(/<button[^>]*tabindex="-1"/gi)).toHaveLength(3);
});

test('of very many pages the latest are drawn, and all are counted', () => {
  const words = wordsOf(strip(Array.from({ length: 300 }, (_, place) => aPage(place + 1, 'v1'))));
  expect(words).toContain('300 pages');
  expect(words).toContain('v1 no stars 300');
  expect(words).toContain('180 earlier pages not drawn; all are counted.');
});
