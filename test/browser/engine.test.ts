import { build } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { fingerprint } from '../support/fingerprint.ts';

let browser: Browser | undefined;
let bundle = '';

beforeAll(async () => {
  browser = await launchBrowser();
  const built = await build({
    entryPoints: ['test/browser/engine-entry.ts'],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
    logLevel: 'error',
  });
  bundle = built.outputFiles[0]!.text;
});

afterAll(async () => {
  await browser?.close();
});

const textsOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

test.each(['traffic-shifting', 'propagation', 'fifteen-refreshes-2017'])(
  '%s: the same run, byte for byte, in Node and in the browser',
  async (name) => {
    if (browser === undefined) return;
    const folder = `scenarios/${name}`;
    const texts = textsOf(folder);
    const inNode = (await evaluateInNode())(texts, folder);
    const page = await browser.newPage();
    await page.addScriptTag({ content: bundle });
    const inBrowser = await page.evaluate(
      ([own, path]) => (globalThis as unknown as { playTexts: PlayTexts }).playTexts(own, path),
      [texts, folder] as const,
    );
    await page.close();
    expect(fingerprint(inBrowser)).toBe(fingerprint(await inNode));
    expect(inBrowser.length).toBeGreaterThan(1000);
  },
);

type PlayTexts = (texts: Readonly<Record<string, string>>, path: string) => Promise<string>;

/** The very function that the page runs. */
async function evaluateInNode(): Promise<PlayTexts> {
  await import('./engine-entry.ts');
  return (globalThis as unknown as { playTexts: PlayTexts }).playTexts;
}
