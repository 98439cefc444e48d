import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test, type TestContext } from 'vitest';
import { launchBrowser } from './browser.ts';

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

/** A test in the browser that all tests of a file share; where there is none, it is skipped, with a word. */
export const inBrowser = (
  title: string,
  body: (own: Browser, skip: TestContext['skip']) => Promise<void>,
): void =>
  test(title, async ({ skip }) => {
    skip(browser === undefined, 'there is no browser');
    await body(browser!, skip);
  });
