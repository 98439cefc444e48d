import { expect, onTestFailed } from 'vitest';
import { inBrowser } from '../support/in-browser.ts';
import { throughLesson } from '../support/lesson-driver.ts';
import { openPage, press, type Opened } from '../support/workshop-page.ts';

/**
 * What each reveal must say, whatever the language: exact values of the binomial law, of Wilson's interval, of an enumeration, or
 * of the model's own definition (test/workshop/lesson holds where each comes from).
 */
const revealed: Readonly<Record<string, readonly string[]>> = {
  a: ['60.7', '39.3', '64.8', '4.2', '9'],
  b: ['12', '24', '25', '4.9'],
  c: ['99', '97', '399', '385', '22.6', '12.3', '6.3', '3.2'],
  d: ['20.6', '54.9', '38.7', '29'],
  e: ['5', '9.1', '50', '90.9', '99'],
  f: ['16', '8', '0.84', '7', '0.0061'],
  // Of the gap that there was: the clock goes on while a slow machine comes to the next button.
  g: [],
  h: ['30', '9', '2.7', '0.27', '0.0007', '13.4'],
  i: ['50', '100', '6'],
  j: ['11.8', '0.0061', '20.6', '16.8', '18.1'],
};

/**
 * Of a gap of so many seconds, told to a tenth, at 100 pages a second and a weight of 20 %, with two tries a page: failed requests 24 a
 * second, with variance 32 a second, and pages without reviews 4 a second.
 */
function expectCosts(reveal: string): void {
  const gap = Number(/(\d+\.\d) (?:s|秒)/.exec(reveal)?.[1]);
  const numbers = (reveal.match(/\d+(?:\.\d+)?/g) ?? []).map(Number);
  const isTold = (value: number, within: number): boolean =>
    numbers.some((own) => Math.abs(own - value) <= within);
  expect(gap).toBeGreaterThanOrEqual(4);
  expect([isTold(24 * gap, 1.8), isTold(Math.sqrt(32 * gap), 0.13), isTold(4 * gap, 0.8)]).toEqual([
    true,
    true,
    true,
  ]);
}

const last = Object.keys(revealed).at(-1);

/** One page goes through all lessons, as one person does. */
for (const [locale, hand] of [
  ['en', 'clicks'],
  ['en', 'keys'],
  ['zh-CN', 'clicks'],
  ['zh-CN', 'keys'],
] as const) {
  let opened: Opened | undefined;
  for (const letter of Object.keys(revealed))
    inBrowser(
      `lesson ${letter} by ${hand} in ${locale}: predicted, locked, done, and only then revealed with its numbers and its why`,
      async (own) => {
        const { page, noise, close } = (opened ??= await openPage(own, { locale }));
        // What goes wrong in one lesson is not for the next one.
        onTestFailed(() => {
          opened = undefined;
        });
        const { reveal, why } = await throughLesson(page, letter, hand);
        const numbers = new Set(reveal.match(/\d+(?:\.\d+)?/g));
        expect(revealed[letter]!.filter((number) => !numbers.has(number))).toEqual([]);
        if (letter === 'g') expectCosts(reveal);
        expect(why).toMatch(locale === 'en' ? /[a-z]/ : /[\u4e00-\u9fff]/);
        expect(noise).toEqual([]);
        // The mesh of its lesson plays on as long as a page is open.
        if (letter === last) await close();
      },
    );
}

inBrowser(
  'pages that were seen before the prediction count for nothing, however slow the laptop is',
  async (own) => {
    const { page, noise, close } = await openPage(own);
    await press(page, 14);
    // The page is busy while the fifteenth comes, and the lock is pressed before it looks at what the engine told.
    await page.evaluate(() => {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'r', bubbles: true }));
      const end = performance.now() + 500;
      while (performance.now() < end);
      document.querySelector<HTMLElement>('.lesson-lock .button')!.click();
    });
    await page.locator('.lesson-locked').waitFor();
    // The new session has begun when nothing of the old one is seen any more.
    await page.waitForFunction(() => document.querySelectorAll('.strip-cell').length === 0);
    await press(page, 1);
    expect(await page.locator('.lesson-progress').innerText()).toContain('1 of 15');
    expect(await page.locator('.lesson-truth').count()).toBe(0);
    expect(noise).toEqual([]);
    await close();
  },
);
