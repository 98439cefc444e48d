import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** The built page, opened from a file and offline; whatever it says on the console or fetches is kept. */
export interface Opened {
  readonly page: Page;
  /** Messages of the console, errors and requests that a page from a file should not make. */
  readonly noise: string[];
  close(): Promise<void>;
}

export const builtPage = resolve('dist/workshop.html');

export async function openPage(
  browser: Browser,
  { fragment = '', ...options }: BrowserContextOptions & { readonly fragment?: string } = {},
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en',
    offline: true,
    ...options,
  });
  const page = await context.newPage();
  const noise: string[] = [];
  page.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => noise.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(file|blob|data):/.test(request.url())) noise.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${builtPage}${fragment}`);
  await page.locator('.desk').waitFor();
  return { page, noise, close: () => context.close() };
}

/** What the strip shows, page by page: "v3 v1 v3". */
export const seen = async (page: Page): Promise<string> =>
  (await page.locator('.strip-cell').allInnerTexts()).map((text) => text.trim()).join(' ');

/** Presses Refresh so many times, each once the page before has come. */
export async function press(page: Page, times: number): Promise<void> {
  const cells = page.locator('.strip-cell');
  for (let time = 0; time < times; time++) {
    const before = await cells.count();
    await page.keyboard.press('r');
    await cells.nth(before).waitFor();
  }
}

/** The workshop's scenario with 10,000 pages a second beside one's own, as files to drop on the page. */
export function busyFolder(): { name: string; mimeType: string; buffer: Buffer }[] {
  const own = (name: string): string => readFileSync(`scenarios/workshop/${name}`, 'utf8');
  const scenario = own('scenario.yaml')
    .replace('duration: 1h', 'duration: 20m')
    .replace(/^ {2}traffic:\n/m, '  traffic:\n    - { name: users, arrivals: poisson, rps: 10000 }\n');
  const names = new Set([...scenario.matchAll(/[\w-]+\.yaml/g)].map(([name]) => name));
  return ['scenario.yaml', ...names].map((name) => ({
    name,
    mimeType: 'text/yaml',
    buffer: Buffer.from(name === 'scenario.yaml' ? scenario : own(name)),
  }));
}
