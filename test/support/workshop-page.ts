import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
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
  // However slow the machine is: the time of a whole test is the only limit.
  context.setDefaultTimeout(0);
  const page = await context.newPage();
  const address = pathToFileURL(builtPage).href;
  const noise: string[] = [];
  page.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => noise.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const own = request.url().replace(/#.*$/, '');
    if (own !== address && !/^(?:blob|data):/.test(own)) noise.push(`request: ${own}`);
  });
  await page.goto(`${address}${fragment}`);
  await page.locator('.desk').waitFor();
  return { page, noise, close: () => context.close() };
}

/** What the strip shows, page by page: "v3 v1 v3". */
export const seen = async (page: Page): Promise<string> =>
  (await page.locator('.strip-cell').allInnerTexts()).map((text) => text.trim()).join(' ');

/** Presses Refresh so many times, and waits until the last page has come; the desk asks for one after the other. */
export async function press(page: Page, times: number): Promise<void> {
  const come = page.locator('.strip-cell:not(.is-under-way)');
  const before = await come.count();
  for (let time = 0; time < times; time++) await page.keyboard.press('r');
  await come.nth(before + times - 1).waitFor();
}

/** The free desk, with its own session. */
export async function toDesk(page: Page): Promise<void> {
  await page.locator('.bar-lessons button').nth(10).click();
  // Until the desk's own session is there, the card is that of the one before, and forgets what is chosen on it.
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('.desk-card input[type=text]')?.value === '42',
  );
}

/** The free desk with one of its set-ups, which plays from its start. */
export async function openDesk(page: Page, setUp: string): Promise<void> {
  await toDesk(page);
  const card = await page.locator('.desk-card').elementHandle();
  await page.locator('.desk-card select').selectOption(setUp);
  await page.locator('.desk-card form .button').first().click();
  await page.waitForFunction((own) => own?.isConnected === false, card);
}

/** Thousands of pages a second that come from files; the folder's session is there when its rates are. */
export async function dropFolder(page: Page, files: ReturnType<typeof busyFolder>): Promise<void> {
  await toDesk(page);
  await page.locator('input[type=file]').setInputFiles(files);
  await page.locator('.part-mesh', { hasText: /\d,\d{3}\/s/ }).waitFor();
}

/** The workshop's scenario with so many pages a second beside one's own, as files to drop on the page. */
export function busyFolder(perSecond: number): { name: string; mimeType: string; buffer: Buffer }[] {
  const own = (name: string): string => readFileSync(`scenarios/workshop/${name}`, 'utf8');
  const scenario = own('scenario.yaml')
    .replace('duration: 1h', 'duration: 20m')
    .replace(/^ {2}traffic:\n/m, `  traffic:\n    - { name: users, arrivals: poisson, rps: ${perSecond} }\n`);
  const names = new Set([...scenario.matchAll(/[\w-]+\.yaml/g)].map(([name]) => name));
  return ['scenario.yaml', ...names].map((name) => ({
    name,
    mimeType: 'text/yaml',
    buffer: Buffer.from(name === 'scenario.yaml' ? scenario : own(name)),
  }));
}
