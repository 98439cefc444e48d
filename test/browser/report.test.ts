/// <reference lib="dom" />
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { charts } from '../../src/report/chart/index.ts';
import { renderHtml } from '../../src/report/html.tsx';
import { renderSvg } from '../../src/report/svg.ts';
import { launchBrowser } from '../support/browser.ts';
import { hostile } from '../support/record.ts';

let browser: Browser | undefined;
const folder = mkdtempSync(join(tmpdir(), 'meshshift-report-'));

beforeAll(async () => {
  browser = await launchBrowser();
  if (browser === undefined) return;
  execFileSync(process.execPath, [
    'src/cli/meshshift.mjs',
    'run',
    'scenarios/traffic-shifting',
    '--out',
    join(folder, 'run'),
    '--quiet',
  ]);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The report opened from disk with the network off; every message and request that is not the file itself is kept. */
async function opened(options: BrowserContextOptions, file = join('run', 'report.html')) {
  const context = await browser!.newContext({ offline: true, ...options });
  context.setDefaultTimeout(0);
  const page = await context.newPage();
  const heard: string[] = [];
  page.on('console', (message) => heard.push(message.text()));
  page.on('dialog', (dialog) => {
    heard.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => heard.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:') && !request.url().startsWith('data:'))
      heard.push(`asked for ${request.url()}`);
  });
  await page.goto(pathToFileURL(join(folder, file)).href);
  return { context, page, heard };
}

describe.each([
  { colorScheme: 'light', javaScriptEnabled: true },
  { colorScheme: 'dark', javaScriptEnabled: true },
  { colorScheme: 'light', javaScriptEnabled: false },
] as const)('the report in $colorScheme mode, scripts $javaScriptEnabled', (options) => {
  test('opens offline without a word on the console, with its verdict, charts and tables', async () => {
    if (browser === undefined) return;
    const { context, page, heard } = await opened(options);
    expect(heard).toEqual([]);
    expect(await page.locator('h1').count()).toBe(1);
    expect(await page.locator('figure svg').count()).toBeGreaterThanOrEqual(5);
    expect(await page.locator('figure svg text').count()).toBeGreaterThan(20);
    expect(await page.locator('table').count()).toBeGreaterThanOrEqual(3);
    expect(await page.locator('body').innerText()).toContain('15 refreshes brought');
    // Nothing sticks out sideways on a laptop or a phone.
    for (const width of [1200, 400]) {
      await page.setViewportSize({ width, height: 900 });
      expect(
        await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth),
      ).toBeLessThanOrEqual(0);
    }
    await context.close();
  });
});

test('text and background differ enough in both modes', async () => {
  if (browser === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    const { context, page } = await opened({ colorScheme });
    const contrast = await page.locator('h1').evaluate((heading) => {
      const channels = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
      const luminance = (colour: string): number => {
        const [r = 0, g = 0, b = 0] = channels(colour).map((own) => {
          const value = own / 255;
          return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ink = luminance(getComputedStyle(heading).color);
      const paper = luminance(getComputedStyle(document.body).backgroundColor);
      return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    });
    // WCAG 2.1, 1.4.6: 7 to 1.
    expect(contrast).toBeGreaterThan(7);
    await context.close();
  }
});

test.each([
  { policy: 'its policy', isKept: true },
  { policy: 'no policy at all', isKept: false },
])('names that are out to break the page stay words under $policy', async ({ isKept }) => {
  if (browser === undefined) return;
  const record = hostile();
  const drawn = [];
  for (const chart of Object.values(charts)) {
    const spec = chart.spec(record);
    if (spec !== null) drawn.push({ name: chart.name, svg: await renderSvg(spec) });
  }
  const html = renderHtml(record, drawn);
  const free = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
  expect(free).not.toBe(html);
  writeFileSync(join(folder, 'hostile.html'), isKept ? html : free);
  const { context, page, heard } = await opened({ colorScheme: 'light' }, 'hostile.html');
  expect(heard).toEqual([]);
  expect(await page.locator('img, script').count()).toBe(0);
  expect(await page.locator('header .scenario').innerText()).toBe(record.scenario.name);
  expect(await page.title()).toContain('fifteen refreshes');
  await context.close();
});
